"""What a cluster's refusals mean to a person: what happened, whether it may have been done, what to do next."""

import pytest

from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets.kubernetes.answers import refusal
from runbooks.targets.kubernetes.calls import Answer, Call
from runbooks.targets.kubernetes.connection import Connection, Plugin, User
from tests.cluster_access.far import CHECKOUT, plain, status

CONNECTION = Connection("prod", "/etc/kube/prod", "https://10.0.0.1:6443", User("bot", token="s3cret-token"))
READ, CHANGE = Call("GET", CHECKOUT), Call("PATCH", f"{CHECKOUT}/scale", changes=True)
ACCOUNT = "system:serviceaccount:ops:quarterdeck"


def told(
    code: int,
    reason: str = "",
    message: str = "",
    details: dict[str, object] | None = None,
    retry_after: float | None = None,
    call: Call = READ,
) -> OutsideError:
    body = status(code, reason, message, details).body
    assert isinstance(body, bytes)
    return refusal(CONNECTION, call, Answer(code, "application/json", body, retry_after))


def text(code: int, body: str, kind: str = "text/plain", call: Call = READ) -> OutsideError:
    response = plain(body, code, kind)
    assert isinstance(response.body, bytes)
    return refusal(CONNECTION, call, Answer(code, kind, response.body))


def code_of(error: OutsideError) -> str:
    assert isinstance(error, Permanent)
    return error.code


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            f'deployments.apps "checkout" is forbidden: User "{ACCOUNT}" cannot patch resource "deployments/scale" in '
            'API group "apps" in the namespace "shop"',
            f"The cluster prod does not let {ACCOUNT} patch deployments/scale (apps) in namespace shop. "
            "It lacks the verb patch on deployments/scale: see docs/kubernetes.md.",
        ),
        (
            f'pods is forbidden: User "{ACCOUNT}" cannot list resource "pods" in API group "" in the namespace "shop": '
            "Azure does not have opinion for this user.",
            f"The cluster prod does not let {ACCOUNT} list pods in namespace shop. "
            "It lacks the verb list on pods: see docs/kubernetes.md.",
        ),
        (
            f'users "ana" is forbidden: User "{ACCOUNT}" cannot impersonate resource "users" in API group "" at the '
            "cluster scope",
            f"The cluster prod does not let {ACCOUNT} impersonate users, which is not in any namespace. "
            "It lacks the verb impersonate on users: see docs/kubernetes.md.",
        ),
        (
            'admission webhook "policy.example" denied the request: no restarts on Friday',
            'The cluster prod forbids it: admission webhook "policy.example" denied the request: no restarts on '
            "Friday. See docs/kubernetes.md.",
        ),
    ],
    ids=["subresource", "core group", "cluster scope", "not RBAC"],
)
def test_what_is_forbidden_names_who_lacks_which_verb_on_what(message: str, words: str) -> None:
    error = told(403, "Forbidden", message)
    assert str(error) == words
    assert code_of(error) == "Forbidden"


def test_credentials_that_are_refused_say_where_they_are_written() -> None:
    error = told(401, "Unauthorized", "Unauthorized")
    assert code_of(error) == "Unauthorized"
    assert str(error) == (
        "The cluster prod does not accept the credentials of bot: they are expired or wrong (/etc/kube/prod). "
        "Renew them there."
    )


def test_credentials_of_a_plugin_that_are_refused_name_the_plugin() -> None:
    connection = Connection("prod", "/etc/kube/prod", "https://k", User("bot", plugin=Plugin("kubelogin")))
    error = refusal(connection, READ, Answer(401, "application/json", b"{}"))
    assert "Run kubelogin by hand to see whom it signs in." in str(error)


def test_a_long_refusal_still_names_its_end() -> None:
    name, user = "x" * 200, "system:serviceaccount:" + "y" * 150
    message = (
        f'deployments.apps "{name}" is forbidden: User "{user}" cannot get resource "deployments" in API group "apps"'
    )
    assert "get deployments (apps) in namespace shop." in str(
        told(403, "Forbidden", f'{message} in the namespace "shop"')
    )


def test_the_cluster_that_the_bot_runs_in_is_called_its_own() -> None:
    own = Connection("", "The service account of the bot's pod", "https://k", User("its service account"))
    error = refusal(own, READ, Answer(429, "text/plain", b"Too many requests"))
    assert str(error) == "The bot's own cluster has too many requests."


@pytest.mark.parametrize(
    ("details", "message", "words"),
    [
        (
            {"name": "checkout", "group": "apps", "kind": "deployments"},
            'deployments.apps "checkout" not found',
            "The cluster prod has no deployment checkout in namespace shop.",
        ),
        ({}, "the server could not find the requested resource", f"The cluster prod does not offer {CHECKOUT}: the"),
    ],
    ids=["an object", "a path"],
)
def test_what_is_not_there_is_named(details: dict[str, object], message: str, words: str) -> None:
    error = told(404, "NotFound", message, details)
    assert code_of(error) == "NotFound"
    assert str(error).startswith(words)


def test_an_api_that_is_not_served_answers_in_plain_text() -> None:
    error = text(404, "404 page not found\n")
    assert code_of(error) == "NotFound"
    assert str(error) == f"The cluster prod does not offer {CHECKOUT}: 404 page not found."


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        (409, "Conflict", "Conflict"),
        (409, "AlreadyExists", "AlreadyExists"),
        (422, "Invalid", "Invalid"),
        (400, "BadRequest", "BadRequest"),
        (410, "Expired", "Expired"),
        (405, "", "HTTP 405"),
    ],
)
def test_a_no_of_the_cluster_keeps_its_own_word_and_words(code: int, reason: str, expected: str) -> None:
    error = told(code, reason, "because I say so.", call=CHANGE)
    assert code_of(error) == expected
    assert str(error).endswith("because I say so.")


def test_what_is_refused_as_invalid_does_not_repeat_secrets() -> None:
    message = 'Deployment "x" is invalid: spec.env[0]: {"name":"DB_PASSWORD","value":"hunter2"}: Required value\nmore'
    error = told(422, "Invalid", message, call=CHANGE)
    assert "hunter2" not in str(error)
    assert "\n" not in str(error)
    assert "Required value more" in str(error)


@pytest.mark.parametrize("wait", [None, 7.0])
def test_too_many_requests_are_tried_again_when_the_cluster_says(wait: float | None) -> None:
    error = told(429, "TooManyRequests", "slow down", retry_after=wait, call=CHANGE)
    assert isinstance(error, Transient)
    assert error.retry_after == wait
    assert ("7 s" in str(error)) == (wait is not None)


@pytest.mark.parametrize(
    ("code", "retry_after", "call", "kind"),
    [
        (503, None, CHANGE, Transient),
        (503, 1.0, READ, Transient),
        (500, 1.0, CHANGE, Transient),
        (500, None, READ, Transient),
        (500, None, CHANGE, Unsure),
        (504, None, READ, Transient),
        (504, None, CHANGE, Unsure),
    ],
)
def test_a_failure_that_may_have_come_after_the_effect_is_unsure(
    code: int, retry_after: float | None, call: Call, kind: type[OutsideError]
) -> None:
    error = told(code, "InternalError", "etcdserver: request timed out", retry_after=retry_after, call=call)
    assert type(error) is kind
    assert "etcdserver: request timed out" in str(error)


@pytest.mark.parametrize(
    ("code", "call", "kind"),
    [
        (200, READ, Permanent),
        (403, CHANGE, Permanent),
        (502, READ, Transient),
        (502, CHANGE, Unsure),
        (503, CHANGE, Transient),
    ],
)
def test_a_web_page_is_told_from_a_cluster(code: int, call: Call, kind: type[OutsideError]) -> None:
    error = text(code, "<html><body>Sign in</body></html>", "text/html", call)
    assert type(error) is kind
    assert f"Something other than Kubernetes answers at https://10.0.0.1:6443 (text/html, status {code})" in str(error)
    assert "Check the address and `proxy-url` in /etc/kube/prod." in str(error)
    assert "<html>" not in str(error)


@pytest.mark.parametrize("code", [401, 403, 404, 409, 422, 429, 500, 503])
def test_no_answer_gives_away_the_credentials(code: int) -> None:
    assert "s3cret" not in str(told(code, "", "Bearer s3cret-token was sent", call=CHANGE))
