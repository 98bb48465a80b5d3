"""What helm complains about, as words for a person, and as what its caller should do next. No secret passes.

The wordings are those of helm 3 and 4 and of the Kubernetes client inside them.
"""

import re

from bot.domain.redaction import MASK, safe_line
from bot.ports import OutsideError, Permanent, Transient

FASTER = "FASTER"
"""The code where another helm made the revision that this one was about to make."""
_LEFT_ALONE = "Nothing was changed."
_ROOM = 240
_NAMELESS = re.compile(r"\b[A-Za-z0-9+]{40,}={0,2}")
"""Long and without a gap: what a Secret holds, with no name beside it."""
_FORBIDDEN = re.compile(
    r'(?:User "(?P<user>[^"]*)" )?cannot (?P<verb>\w+) resource "(?P<what>[^"]+)"'
    r'(?:.*? in the namespace "(?P<namespace>[^"]+)")?'
)
_CREDENTIALS = re.compile(r"provide credentials|Unauthorized|getting credentials|token .*expired", re.IGNORECASE)
_CONFIGURATION = re.compile(
    r'context "[^"]*" does not exist|no configuration has been provided|localhost:8080|error loading config|x509:'
    r"|(?:stat|open) \S+: (?:no such file|permission denied)"
)
_FOR_NOW = re.compile(
    r"cluster unreachable|connection refused|connection reset|no such host|i/o timeout|TLS handshake timeout|EOF"
    r"|deadline exceeded|too many requests|currently unable|unavailable|etcdserver|Client\.Timeout|network is",
    re.IGNORECASE,
)


def redacted(text: str, room: int = _ROOM) -> str:
    """One short line of it without secrets and control characters."""
    return safe_line(_NAMELESS.sub(MASK, text), room)


def last_line(complaint: bytes) -> str:
    """The line that says what went wrong: helm's last `Error:`, else the last one at all; redacted, perhaps empty."""
    lines = [line for line in complaint.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("Error:")]
    line = (errors or lines or [""])[-1]
    return redacted(line.removeprefix("Error:"))


def of(complaint: bytes, release: str, namespace: str) -> Transient | Permanent:
    """The error that such an end of helm stands for; whether anything was changed is not yet said."""
    line = last_line(complaint) or "it ended without a word"
    if forbidden := _FORBIDDEN.search(line):
        return Permanent(_forbidden(forbidden, namespace), "FORBIDDEN")
    if "release: not found" in line:
        words = f"There is no Helm release {release} in namespace {namespace}. Set `release` and `namespace` right."
        return Permanent(words, "NOT_FOUND")
    if "already exists" in line:
        return Permanent(f"Somebody else was faster: {line}.", FASTER)
    if _CREDENTIALS.search(line):
        return Permanent(f"The cluster does not accept the credentials: {line}. Renew them.", "UNAUTHORIZED")
    if _CONFIGURATION.search(line):
        return Permanent(f"The kubeconfig cannot be used: {line}. See `kubeconfig` and `context`.", "KUBECONFIG")
    if _FOR_NOW.search(line):
        return Transient(f"The cluster does not answer helm: {line}.")
    return Permanent(f"helm says no: {line}.", "HELM")


def unchanged(trouble: OutsideError) -> Transient | Permanent:
    """The same for a person, where it is known that nothing was changed."""
    words = f"{trouble} {_LEFT_ALONE}"
    return Permanent(words, trouble.code) if isinstance(trouble, Permanent) else Transient(words)


def _forbidden(found: re.Match[str], namespace: str) -> str:
    user = f"User {found['user']}" if found["user"] else "This user"
    where = found["namespace"] or namespace
    return (
        f"The cluster forbids it: {user} may not {found['verb']} {found['what']} in namespace {where}. "
        "Which rights helm needs is in docs/helm.md."
    )
