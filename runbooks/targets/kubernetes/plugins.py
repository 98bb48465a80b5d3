"""Credentials that a program prints: AKS' kubelogin, aws, gke-gcloud-auth-plugin and others.

Format: kubernetes.io, "client-go credential plugins" and ExecCredential (client.authentication.k8s.io/v1 and v1beta1).
What it prints is never logged and never part of a message; of its last words only what is no secret.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from bot.domain.plaintext import clean, cut
from bot.domain.redaction import MASK, redacted
from bot.ports import Permanent, Transient
from runbooks.targets.kubernetes.connection import Plugin, User
from runbooks.targets.kubernetes.credentials import Proof, bearer, pair_of
from runbooks.targets.starting import end_group, started

CODE = "ExecPlugin"
"""`Permanent.code` where the plugin is missing or prints what cannot be used."""
PATIENCE = 30.0
"""Seconds a plugin may take: it asks an identity provider."""
_MOST = 1_000_000
"""Bytes of output that are kept; what comes after is thrown away."""
_MARGIN = 10.0
"""Seconds before its end that credentials are renewed, so that none end on their way."""
_OURS = ("SLACK_", "QUARTERDECK_", "DATABASE_URL", "PAGER")
"""The bot's own settings, secrets among them, which are none of a plugin's business."""
_TELLING = 6
"""Characters from which on a value is hidden wherever it appears: a shorter one would hide parts of words."""


@dataclass(frozen=True, slots=True)
class _Held:
    proof: Proof
    until: datetime | None


class FromPlugin:
    """Credentials by running a program: once at a time, and again when they end or were refused."""

    def __init__(
        self,
        user: User,
        plugin: Plugin,
        patience: float = PATIENCE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._user = user
        self._plugin = plugin
        self._patience = patience
        self._clock = clock
        self._held: _Held | None = None
        self._lock = asyncio.Lock()

    async def proof(self, instead_of: Proof | None = None) -> Proof:
        """Raises `Permanent` where the program is missing or prints rubbish, `Transient` where it fails or hangs."""
        async with self._lock:
            held = self._held
            if held is None or held.proof == instead_of or self._ends(held):
                held = self._held = self._read(await run(self._plugin, self._patience))
            return held.proof

    def _ends(self, held: _Held) -> bool:
        return held.until is not None and (held.until - self._clock()).total_seconds() <= _MARGIN

    def _read(self, output: bytes) -> _Held:
        status = _status(self._plugin, output)
        token, until = status.get("token"), status.get("expirationTimestamp")
        pair = (status.get("clientCertificateData"), status.get("clientKeyData"))
        certificate, key = (part.encode() if isinstance(part, str) and part else None for part in pair)
        if (certificate is None) != (key is None):
            raise _rubbish(self._plugin, "a client certificate without its key, or a key without its certificate")
        if token is not None and not (isinstance(token, str) and token.isascii() and token.isprintable()):
            raise _rubbish(self._plugin, "a token that no header can carry")
        if not token and certificate is None:
            raise _rubbish(self._plugin, "neither a token nor a client certificate")
        if certificate is None:
            certificate, key = pair_of(self._user)
        return _Held(Proof(bearer(token) if token else "", certificate, key), _instant(self._plugin, until))


@lru_cache(maxsize=256)
def asked(user: User) -> FromPlugin:
    """The credentials that the plugin of `user` gives, kept for as long as they are valid."""
    if user.plugin is None:
        raise ValueError(f"{user} has no plugin")
    return FromPlugin(user, user.plugin)


async def run(plugin: Plugin, patience: float) -> bytes:
    """What the program printed. It gets no input and no shell, and is ended with all it started when time is up."""
    try:
        process = await started(
            plugin.command,
            *plugin.arguments,
            env=_environment(plugin, os.environ),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
    except (OSError, ValueError) as error:
        raise _missing(plugin, error) from None
    try:
        async with asyncio.timeout(patience):
            output, errors = await asyncio.gather(_read(process.stdout, tail=False), _read(process.stderr, tail=True))
            code = await process.wait()
    except TimeoutError:
        raise Transient(
            f"The credential plugin {plugin.command} did not answer within {patience:g} s; it was ended. "
            "It may wait for a sign-in at a terminal: run it by hand."
        ) from None
    finally:
        await _end(process)
    if code != 0:
        raise Transient(f"The credential plugin {plugin.command} failed with exit code {code}{_last(plugin, errors)}.")
    return output


async def _read(stream: asyncio.StreamReader | None, *, tail: bool) -> bytes:
    """All of a stream to its end, of which the first or the last `_MOST` bytes are kept."""
    kept = b""
    while stream is not None and (more := await stream.read(65_536)):
        kept = (kept + more)[-_MOST:] if tail else (kept + more)[:_MOST]
    return kept


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the program's whole group, by the id that it got when it was started, and see it off."""
    if process.returncode is None:
        end_group(process)
    await process.wait()


def _environment(plugin: Plugin, ours: Mapping[str, str]) -> dict[str, str]:
    """What the program finds: this machine's settings without the bot's own, its own, and what it is asked."""
    passed = {name: value for name, value in ours.items() if not name.startswith(_OURS)}
    spec: dict[str, object] = {"interactive": False}
    if plugin.cluster:
        spec["cluster"] = json.loads(plugin.cluster)
    info = {"kind": "ExecCredential", "apiVersion": plugin.version, "spec": spec}
    return passed | dict(plugin.environment) | {"KUBERNETES_EXEC_INFO": json.dumps(info)}


def _status(plugin: Plugin, output: bytes) -> Mapping[str, Any]:
    try:
        printed = json.loads(output)
    except ValueError:
        raise _rubbish(plugin, "something that is not JSON" if output.strip() else "nothing") from None
    if not isinstance(printed, dict) or printed.get("kind") != "ExecCredential":
        raise _rubbish(plugin, "JSON that is no ExecCredential")
    if printed.get("apiVersion") != plugin.version:
        raise _rubbish(plugin, f"another version than {plugin.version}, which the kubeconfig asks for")
    status = printed.get("status")
    return status if isinstance(status, dict) else {}


def _instant(plugin: Plugin, text: object) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise _rubbish(plugin, "an expirationTimestamp that is no time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _missing(plugin: Plugin, error: OSError | ValueError) -> Permanent:
    known = isinstance(error, FileNotFoundError | PermissionError)
    why = "is not installed here" if isinstance(error, FileNotFoundError) else "may not be run"
    hint = f" {cut(clean(plugin.hint), 300)}" if plugin.hint else ""
    return Permanent(f"The credential plugin {plugin.command} {why if known else 'cannot be run'}.{hint}", CODE)


def _rubbish(plugin: Plugin, what: str) -> Permanent:
    return Permanent(f"The credential plugin {plugin.command} printed {what}. Run it by hand to see why.", CODE)


def _last(plugin: Plugin, errors: bytes) -> str:
    """Its last words, without what it was given as a secret."""
    lines = [line for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines:
        return ", without a word"
    words = redacted(lines[-1])
    for secret in _given(plugin):
        words = words.replace(secret, MASK) if len(secret) >= _TELLING else words
    return f": {cut(clean(words), 200).rstrip('.')}"


def _given(plugin: Plugin) -> Iterator[str]:
    """What must not be repeated: all of its environment, and the arguments of flags that take a secret."""
    yield from (value for _, value in plugin.environment)
    for flag, value in pairwise(plugin.arguments):
        if redacted(f"{flag} {value}") != f"{flag} {value}":
            yield value
    yield from (each.partition("=")[2] for each in plugin.arguments if redacted(each) != each)
