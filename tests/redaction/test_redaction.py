"""Secrets are taken out of text that others wrote; the rest of it stays as it was."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.redaction import redacted, safe_line

PEM = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abc.def= GET /", "Authorization: Bearer … GET /"),
        ('{"authorization":"Basic dXNlcjpwdw==","n":1}', '{"authorization":"Basic …","n":1}'),
        ("authorization: AWS4-HMAC-SHA256 Credential=A/x, Signature=b", "authorization: …"),
        ("Authorization=s3cr3t", "Authorization=…"),
        ("-H 'Authorization: Token abcdef'", "-H 'Authorization: Token …'"),
        ("Set-Cookie: sid=42; HttpOnly\nnext", "Set-Cookie: …\nnext"),
        ("sent bearer eyQ9aaaaaa to it", "sent bearer … to it"),
    ],
)
def test_headers_that_sign_in(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2 user=ana", "password=… user=ana"),
        ("DB_PASSWORD: 'hunter 2', x", "DB_PASSWORD: '…', x"),
        ('{"password": "hun\\"ter2", "n": 1}', '{"password": "…", "n": 1}'),
        (r'"{\"api_key\":\"hunter2\",\"n\":1}"', r'"{\"api_key\":\"…\",\"n\":1}"'),
        ("Server=db;Pwd=hunter2;Database=x", "Server=db;Pwd=…;Database=x"),
        ("AccountName=a;AccountKey=aGVsbG8=;EndpointSuffix=b", "AccountName=a;AccountKey=…;EndpointSuffix=b"),
        ("run --password hunter2 --token=abc --verbose", "run --password … --token=… --verbose"),
        ("aws_secret_access_key => 'x/y+z'", "aws_secret_access_key => '…'"),
        ("password='never closed", "password='…"),
        ("client-key: abc\nnext: line", "client-key: …\nnext: line"),
        ("- name: DB_PASSWORD\n  value: hunter2\n- name: MODE", "- name: DB_PASSWORD\n  value: …\n- name: MODE"),
        ('{"name":"API_TOKEN","value":"hunter2"}', '{"name":"API_TOKEN","value":"…"}'),
        ('data.k: Invalid value: "aHVudGVyMg==": must be', 'data.k: Invalid value: "…": must be'),
    ],
)
def test_what_stands_beside_a_secrets_name(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://bot:se:cr@t@db/quarterdeck", "postgresql://…@db/quarterdeck"),
        ("redis://:hunter2@cache:6379", "redis://…@cache:6379"),
        ("https://0123456789abcdef0123@git.example/x", "https://…@git.example/x"),
        ("https://a.example/b?sv=1&sig=abc%3D&se=2", "https://a.example/b?sv=1&sig=…&se=2"),
        ("wss://host/link?ticket=one-use&app_id=A1", "wss://host/link?ticket=…&app_id=A1"),
        ("https://hooks.slack.com/services/T1/B2/zzz", "https://hooks.slack.com/services/…"),
    ],
)
def test_what_stands_in_an_address(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "glpat-" + "a1" * 10,
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
        "xoxb-" + "1-2-abc",
        "sk_live_" + "a1" * 10,
        "abc8Q~" + "a1" * 17,
        "hvs." + "a1" * 12,
    ],
)
def test_what_is_known_by_its_look_alone(secret: str) -> None:
    shown = redacted(f"got {secret}, then\nfailed")
    assert secret[6:] not in shown
    assert shown.startswith("got ")
    assert shown.endswith(", then\nfailed")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            f"a\n-----BEGIN PRIVATE KEY-----\n{PEM}\n{PEM}\nab==\n-----END PRIVATE KEY-----\nb",
            "a\n-----BEGIN PRIVATE KEY-----…-----END PRIVATE KEY-----\nb",
        ),
        (
            rf'{{"key":"-----BEGIN RSA PRIVATE KEY-----\n{PEM}\n-----END RSA PRIVATE KEY-----\n"}}',
            r'{"key":"-----BEGIN RSA PRIVATE KEY-----…-----END RSA PRIVATE KEY-----\n"}',
        ),
        (f"-----BEGIN PRIVATE KEY-----\n{PEM}\n{PEM}\nab==", "-----BEGIN PRIVATE KEY-----…"),
        (f"{PEM}\n{PEM}\nab==\n-----END PRIVATE KEY-----\nb", "…-----END PRIVATE KEY-----\nb"),
    ],
    ids=["whole", "in JSON", "cut off at its end", "cut off at its beginning"],
)
def test_a_key_in_pem_even_where_only_a_part_of_it_is_there(text: str, shown: str) -> None:
    assert redacted(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "nothing to hide",
        "GET /healthz 200 in 3 ms",
        "max_tokens=512 tokens: 3",
        "password: null, token=false",
        "  DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
        "tokenFile: /var/run/secrets/token",
        "secretName: checkout-tls",
        "the bearer token is missing",
        "http://checkout.shop.svc:8080/pay@1",
        "- name: MODE\n  value: fast",
        "failed to pull image registry.example/checkout@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redacted(text) == text


@given(st.text(alphabet="aB1 :=\"'\\\n-@/.&", max_size=60))
def test_text_that_was_redacted_is_not_changed_again(text: str) -> None:
    once = redacted(f"password={text} token: {text}")
    assert redacted(once) == once


@pytest.mark.parametrize("unit", ["a" * 8, "://:", "-----BEGIN A-----", "token", "password='", 'name:"token" ', "\\\\"])
def test_no_text_takes_long(unit: str) -> None:
    """Measured in CPU time: what backtracks for ever takes minutes of it, not a part of a second."""
    begun = time.process_time()
    redacted(unit * (64_000 // len(unit)))
    assert time.process_time() - begun < 20


def test_a_line_that_is_safe_to_show_is_one_short_and_hides_what_colours_stand_in() -> None:
    assert safe_line("failed:\r\n password=\x1b[31mhunter2\x1b[0m", 60) == "failed: password=…"
    assert safe_line("word " * 20, 12) == "word word w…"
