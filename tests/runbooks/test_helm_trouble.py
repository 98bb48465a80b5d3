"""What helm complains about: words for a person, what to do next, and no secret in them."""

import pytest

from bot.ports import Permanent, Transient
from runbooks.targets.helm.trouble import last_line, of, redacted


def said(line: str) -> Transient | Permanent:
    return of(
        f"WARNING: Kubernetes configuration file is group-readable.\nError: {line}\n".encode(), "checkout", "shop"
    )


def test_a_missing_right_is_named_with_verb_resource_namespace_and_user() -> None:
    trouble = said(
        'query: failed to query with labels: secrets is forbidden: User "system:serviceaccount:ops:bot" cannot list '
        'resource "secrets" in API group "" in the namespace "shop"'
    )
    assert isinstance(trouble, Permanent)
    assert trouble.code == "FORBIDDEN"
    assert str(trouble) == (
        "The cluster forbids it: User system:serviceaccount:ops:bot may not list secrets in namespace shop. "
        "Which rights helm needs is in docs/helm.md."
    )


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("release: not found", "NOT_FOUND", "There is no Helm release checkout in namespace shop."),
        (
            "Kubernetes cluster unreachable: the server has asked for the client to provide credentials",
            "UNAUTHORIZED",
            "Renew them.",
        ),
        (
            "getting credentials: exec: executable kubelogin failed",
            "UNAUTHORIZED",
            "kubelogin failed",
        ),
        ('Kubernetes cluster unreachable: context "prod" does not exist', "KUBECONFIG", "`context`"),
        (
            'Kubernetes cluster unreachable: Get "http://localhost:8080/version": dial tcp: connection refused',
            "KUBECONFIG",
            "kubeconfig",
        ),
        ('Kubernetes cluster unreachable: Get "https://k": x509: certificate signed by unknown', "KUBECONFIG", "x509"),
        ("release has no 99 version", "HELM", "helm says no: release has no 99 version."),
    ],
)
def test_what_a_person_must_mend_is_said(line: str, code: str, words: str) -> None:
    trouble = said(line)
    assert isinstance(trouble, Permanent)
    assert (trouble.code, words in str(trouble)) == (code, True), str(trouble)


@pytest.mark.parametrize(
    "line",
    [
        'Kubernetes cluster unreachable: Get "https://k/version": dial tcp 10.0.0.1:6443: connection refused',
        'Get "https://k/api": dial tcp: lookup k on 10.0.0.2:53: no such host',
        'Get "https://k/api": net/http: TLS handshake timeout',
        'Get "https://k/api": dial tcp 10.0.0.1:443: i/o timeout',
        "etcdserver: request timed out",
        "the server is currently unable to handle the request",
        'Get "https://k/api": EOF',
    ],
)
def test_what_may_pass_is_tried_again(line: str) -> None:
    assert isinstance(said(line), Transient)


def test_silence_is_said_too() -> None:
    assert str(of(b"", "checkout", "shop")) == "helm says no: it ended without a word."


def test_the_error_is_quoted_and_not_what_helm_adds_to_it() -> None:
    assert last_line(b"I am a warning\nError: no such thing\nUse --help for more\n") == "no such thing"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("https://admin:hunter2@10.0.0.1/api", "hunter2"),
        ("token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJr.c2lnbmF0dXJl was refused", "eyJhbGciOiJSUzI1NiJ9"),
        ('{"password": "hunter2"}', "hunter2"),
        ("password=hunter2", "hunter2"),
        ("DB_PASSWORD: hunter2", "hunter2"),
        ('data.key: Invalid value: "aHVudGVyMg==": must be', "aHVudGVyMg"),
        (f"key {'Zm9v' * 12} is not", "Zm9vZm9v"),
    ],
)
def test_no_secret_passes(text: str, secret: str) -> None:
    assert secret not in redacted(text)


def test_a_long_complaint_becomes_one_short_line() -> None:
    shown = redacted("a bad\x1b[31m\r\n thing " * 100)
    assert len(shown) == 240
    assert shown.isprintable()
