"""How a source of SLIs is reached: the credentials, certificates and timeout of one DataSource, as an HTTP client.

Certificates and token files are renewed while the bot runs (cert-manager, Kubernetes' projected tokens), so they are
read again when they have changed.
"""

import os
import ssl
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path

import httpx

from bot.integrations.entra import EntraAuth, Identity
from bot.ports import Transient

CONNECT, READ = 3.0, 10.0
"""Seconds; `timeout` in the connection details replaces the second."""
_FILES = ("caFile", "certFile", "keyFile")


class Access:
    """One DataSource's way in. `options` are its connection details; no redirect is followed, so no secret leaves.

    `scope` is what an Entra token is asked for, where the options name an identity and no scope of their own.
    """

    def __init__(self, options: Mapping[str, str] | None = None, scope: str = "") -> None:
        self._options = options or {}
        identity = Identity.of(self._options)
        scope = self._options.get("scope") or scope
        self._auth = EntraAuth(identity, scope, self.client) if identity else _auth(self._options)
        self._client: httpx.AsyncClient | None = None
        self._stamps: tuple[int, ...] = ()
        self._retired: list[httpx.AsyncClient] = []

    def client(self) -> httpx.AsyncClient:
        """The client to ask with. Raises `Transient` where a certificate cannot be loaded."""
        files = [self._options[name] for name in _FILES if self._options.get(name)]
        try:
            stamps = tuple(Path(file).stat().st_mtime_ns for file in files)
            if self._client is None or stamps != self._stamps:
                made = self._made()
                self._retired += [self._client] if self._client else []
                self._client, self._stamps = made, stamps
        except (OSError, ssl.SSLError) as error:
            raise Transient(f"The certificate cannot be loaded from {', '.join(files)}: {_words(error)}.") from None
        return self._client

    def _made(self) -> httpx.AsyncClient:
        headers = {"X-Scope-OrgID": self._options["tenant"]} if self._options.get("tenant") else {}
        read = float(self._options.get("timeout") or READ)
        return httpx.AsyncClient(
            headers=headers,
            auth=self._auth,
            verify=_context(self._options),
            timeout=httpx.Timeout(connect=CONNECT, read=read, write=read, pool=5),
            follow_redirects=False,
        )

    async def close(self) -> None:
        for client in [*self._retired, *([self._client] if self._client else [])]:
            await client.aclose()


class FromFile(httpx.Auth):
    """A bearer token that stands in a file, read for each request since it is renewed there."""

    def __init__(self, path: str) -> None:
        self._path = path

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        try:
            token = Path(self._path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Transient(f"The token cannot be read from {self._path}: {_words(error)}.") from None
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


class _Header(httpx.Auth):
    """A ready-made Authorization header."""

    def __init__(self, value: str) -> None:
        self._value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = self._value
        yield request


def transport_words(error: httpx.TransportError) -> str:
    """Why a connection failed, with the setting that mends it where there is one."""
    text = " ".join(_causes(error))
    if "CERTIFICATE_VERIFY_FAILED" in text:
        why = text.partition("verify failed: ")[2].partition(" (_ssl")[0] or "unknown authority"
        return f"its certificate is not trusted here ({why}). Name its authority as caFile"
    if "CERTIFICATE_REQUIRED" in text or "BAD_CERTIFICATE" in text or "UNKNOWN_CA" in text:
        return "it wants a client certificate that it trusts: give certFile and keyFile"
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
        return "it does not speak TLS. Write http:// in its address"
    if "reset by peer" in text and error.request.url.scheme == "https":
        return "it closed the connection. It may want a client certificate that it trusts: certFile and keyFile"
    return str(error).rstrip(".") or text.strip() or type(error).__name__


def _causes(error: BaseException | None) -> Iterator[str]:
    """What the layers below said, of which httpx keeps only the chain."""
    while error is not None:
        yield str(error)
        error = error.__cause__ or error.__context__


def _auth(options: Mapping[str, str]) -> httpx.Auth | None:
    if options.get("authorization"):
        return _Header(options["authorization"])
    if options.get("bearerToken"):
        return _Header(f"Bearer {options['bearerToken']}")
    if options.get("bearerTokenFile"):
        return FromFile(options["bearerTokenFile"])
    if options.get("username"):
        return httpx.BasicAuth(options["username"], options.get("password", ""))
    return None


def _context(options: Mapping[str, str]) -> ssl.SSLContext:
    """The public authorities, or the one named; with a client certificate where one is given."""
    context = ssl.create_default_context(cafile=options.get("caFile") or None)
    if options.get("certFile"):
        context.load_cert_chain(options["certFile"], options.get("keyFile") or None, password="")
    return context


def _words(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not text"
    if isinstance(error, ssl.SSLError):
        return "it is no PEM certificate with its key" if not error.reason else error.reason.replace("_", " ").lower()
    return os.strerror(error.errno).lower() if error.errno else str(error)
