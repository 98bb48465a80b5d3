"""What a cluster's answers mean: an object, or one of the three errors with words for a person.

Errors come as an object of kind Status with code, reason, message and details (kubernetes.io, "Kubernetes API
Concepts"), but overload and unknown paths come as plain text, and what stands before a cluster answers in HTML.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.domain.plaintext import clean
from bot.domain.redaction import safe_line
from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets.kubernetes.calls import Answer, Call
from runbooks.targets.kubernetes.connection import Connection

_FORBIDDEN = re.compile(
    r'User "(?P<user>[^"]*)" cannot (?P<verb>\w+) resource "(?P<resource>[^"]*)"(?: in API group "(?P<group>[^"]*)")?'
    r'(?: in the namespace "(?P<namespace>[^"]*)")?'
)
"""How the API server words a refusal of RBAC (k8s.io/apiserver, `responsewriters.ForbiddenStatusError`)."""
_LONGEST = 300
"""Characters of the cluster's own words that are passed on."""


def object_of(connection: Connection, call: Call, answer: Answer) -> dict[str, Any]:
    """The object that was asked for. Raises what `refusal` makes of anything else."""
    parsed = _parsed(answer)
    if answer.fine and parsed is not None:
        return parsed
    raise refusal(connection, call, answer)


def refusal(connection: Connection, call: Call, answer: Answer) -> OutsideError:
    """The error that an answer stands for."""
    if answer.kind == "text/html" or 300 <= answer.status < 400:
        return _stranger(connection, call, answer)
    if answer.fine:
        return _unreadable(connection, call, answer)
    cluster = connection.subject
    said = _parsed(answer) or {}
    words, reason = _words(answer, said), str(said.get("reason") or "")
    match answer.status:
        case 401:
            return _unauthorized(connection)
        case 403:
            return _forbidden(cluster, str(said.get("message") or ""), words)
        case 404:
            return Permanent(_absent(cluster, call, said, words), "NotFound")
        case 409 if reason != "AlreadyExists":
            return Permanent(f"{cluster} did not take the change, somebody else was faster: {words}.", "Conflict")
        case 422:
            return Permanent(f"{cluster} refuses the change: {words}.", "Invalid")
        case 429:
            wait = f" and asks to wait {answer.retry_after:g} s" if answer.retry_after else ""
            return Transient(f"{cluster} has too many requests{wait}.", answer.retry_after)
        case status if status >= 500:
            return _failed(cluster, call, answer, words)
    return Permanent(f"{cluster} says no: {words}.", reason or f"HTTP {answer.status}")


def _unauthorized(connection: Connection) -> Permanent:
    user = connection.user
    if user.plugin is not None and not (user.token or user.token_file):
        mend = f"Run {user.plugin.command} by hand to see whom it signs in"
    else:
        mend = "Renew them there"
    words = f"{connection.subject} does not accept the credentials of {user.name or 'nobody'}"
    return Permanent(f"{words}: they are expired or wrong ({connection.origin}). {mend}.", "Unauthorized")


def _forbidden(cluster: str, message: str, words: str) -> Permanent:
    found = _FORBIDDEN.search(clean(message))
    if found is None:
        return Permanent(f"{cluster} forbids it: {words}. See docs/kubernetes.md.", "Forbidden")
    group = f" ({found['group']})" if found["group"] else ""
    where = f" in namespace {found['namespace']}" if found["namespace"] else ", which is not in any namespace"
    return Permanent(
        f"{cluster} does not let {found['user']} {found['verb']} {found['resource']}{group}{where}. "
        f"It lacks the verb {found['verb']} on {found['resource']}: see docs/kubernetes.md.",
        "Forbidden",
    )


def _absent(cluster: str, call: Call, said: Mapping[str, Any], words: str) -> str:
    details = said.get("details")
    if isinstance(details, dict) and details.get("name"):
        kind = str(details.get("kind") or "object").removesuffix("s")
        return f"{cluster} has no {clean(kind)} {clean(str(details['name']))}{call.where}."
    return f"{cluster} does not offer {call.path}: {words}."


def _failed(cluster: str, call: Call, answer: Answer, words: str) -> Transient | Unsure:
    """503 comes before anything is done, and Retry-After invites; any other failure may have come after the effect."""
    if call.changes and answer.status != 503 and answer.retry_after is None:
        return Unsure(f"{cluster} was asked for a change and failed: {words}. It may have been made.")
    return Transient(f"{cluster} cannot answer now: {words}.", answer.retry_after)


def _stranger(connection: Connection, call: Call, answer: Answer) -> OutsideError:
    kind = answer.kind or "no content type"
    words = (
        f"Something other than Kubernetes answers at {connection.server} ({kind}, status {answer.status}); "
        f"a proxy or a sign-in page? Check the address and `proxy-url` in {connection.origin}."
    )
    if answer.status < 500:
        return Permanent(words, "Proxy")
    return (
        Unsure(f"{words} The change may have been made.") if call.changes and answer.status != 503 else Transient(words)
    )


def _unreadable(connection: Connection, call: Call, answer: Answer) -> Transient | Unsure:
    what = "what is not JSON" if answer.whole else f"more than {len(answer.body) // 1_000_000} MB"
    words = f"{connection.subject} answered with {what} (status {answer.status})"
    return Unsure(f"{words}. The change was probably made.") if call.changes else Transient(f"{words}.")


def _parsed(answer: Answer) -> dict[str, Any] | None:
    try:
        parsed = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _words(answer: Answer, said: Mapping[str, Any]) -> str:
    """The cluster's own message as one line, without secrets (a 422 repeats the values that it refuses)."""
    text = str(said.get("message") or "") or answer.body[:2000].decode("utf-8", "replace")
    words = safe_line(text, _LONGEST).rstrip(".")
    return words or f"status {answer.status}"
