"""Tokens of Microsoft Entra for Azure's APIs: by client secret, workload identity (AKS) or managed identity.

Three small requests, written out instead of azure-identity: see docs/decisions/0012-azure-by-http.md.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.ports import Transient

AUTHORITY = "https://login.microsoftonline.com"
METADATA = "http://169.254.169.254/metadata/identity/oauth2/token"
"""The instance metadata service of an Azure machine."""
RENEW_BEFORE = 300.0
"""Seconds before its end that a token is renewed, as Microsoft's own libraries do; it is used to its end meanwhile."""
_RETRY_SOONEST = 30.0
_NOBODY = httpx.Auth()
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. `kind` is secret, workload or managed; `endpoint` and `header` are App Service's identity endpoint."""

    kind: str
    tenant: str = ""
    client: str = ""
    secret: str = ""
    token_file: str = ""
    authority: str = AUTHORITY
    endpoint: str = ""
    header: str = ""

    @classmethod
    def of(cls, options: Mapping[str, str]) -> "Identity | None":
        """The identity that connection details name; None where they name none."""
        if not options.get("identity"):
            return None
        return cls(
            kind=options["identity"],
            tenant=options.get("tenantId", ""),
            client=options.get("clientId", ""),
            secret=options.get("clientSecret", ""),
            token_file=options.get("tokenFile", ""),
            authority=(options.get("authority") or AUTHORITY).rstrip("/"),
            endpoint=options.get("identityEndpoint", ""),
            header=options.get("identityHeader", ""),
        )

    def __repr__(self) -> str:
        return f"Identity({self.kind}, client={self.client!r})"


@dataclass(frozen=True, slots=True)
class _Token:
    value: str
    expires: float


class EntraAuth(httpx.Auth):
    """Puts a token for one scope on every request; a request that is refused is tried once with a new one."""

    def __init__(
        self,
        identity: Identity,
        scope: str,
        client: Callable[[], httpx.AsyncClient],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identity = identity
        self._scope = scope
        self._http = client
        self._clock = clock
        self._held: _Token | None = None
        self._retry_at = 0.0
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = await self.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {await self.token(instead_of=token)}"
            yield request

    async def token(self, instead_of: str = "") -> str:
        """A token that is valid now, other than `instead_of`. Raises `Transient` where none can be had."""
        async with self._lock:
            held, now = self._held, self._clock()
            usable = held is not None and held.value != instead_of and now < held.expires
            if held is not None and usable and (now < held.expires - RENEW_BEFORE or now < self._retry_at):
                return held.value
            try:
                self._held = await self._fetched()
            except Transient:
                if held is None or not usable:
                    raise
                self._retry_at = now + _RETRY_SOONEST
                return held.value
            return self._held.value

    async def _fetched(self) -> _Token:
        who = self._identity
        try:
            if who.kind == "managed":
                response = await self._http().get(**_managed(who, self._scope), auth=_NOBODY)
            else:
                url = f"{who.authority}/{who.tenant}/oauth2/v2.0/token"
                response = await self._http().post(url, data=self._form(), auth=_NOBODY)
        except httpx.TransportError as error:
            why = str(error) or type(error).__name__
            raise Transient(f"{_where(who)} cannot be reached for a token: {why}.") from None
        return self._token_in(response)

    def _form(self) -> dict[str, str]:
        who = self._identity
        form = {"client_id": who.client, "scope": self._scope, "grant_type": "client_credentials"}
        if who.kind == "secret":
            return form | {"client_secret": who.secret}
        try:
            assertion = Path(who.token_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            words = f"The workload identity's token cannot be read: {error.strerror} ({who.token_file})."
            raise Transient(words) from None
        return form | {"client_assertion_type": _ASSERTION, "client_assertion": assertion}

    def _token_in(self, response: httpx.Response) -> _Token:
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Transient(f"{_where(self._identity)} answered without a token (status {response.status_code}).")
        if not response.is_success or not body.get("access_token"):
            raise Transient(f"{_where(self._identity)} gives no token: {_refusal(body, response.status_code)}.")
        return _Token(str(body["access_token"]), self._clock() + _lifetime(body))


def _managed(who: Identity, scope: str) -> dict[str, Any]:
    """The request to the machine's (or App Service's) own identity endpoint, which names resources, not scopes."""
    params = {"resource": scope.removesuffix("/.default")} | ({"client_id": who.client} if who.client else {})
    if who.header:
        headers = {"X-IDENTITY-HEADER": who.header}
        return {"url": who.endpoint, "params": params | {"api-version": "2019-08-01"}, "headers": headers}
    url = who.endpoint or METADATA
    return {"url": url, "params": params | {"api-version": "2018-02-01"}, "headers": {"Metadata": "true"}}


def _lifetime(body: Mapping[str, Any]) -> float:
    """Seconds from now: `expires_in`, or `expires_on` in Unix seconds where App Service says only that."""
    try:
        if body.get("expires_in") is not None:
            return float(body["expires_in"])
        return float(body["expires_on"]) - time.time()
    except (KeyError, TypeError, ValueError):
        return RENEW_BEFORE


def _where(who: Identity) -> str:
    if who.kind == "managed":
        return "The managed identity endpoint"
    return f"Entra ({who.authority})"


def _refusal(body: Mapping[str, Any], status: int) -> str:
    """Entra's own code and first sentence, which name the client and never its secret."""
    text = str(body.get("error_description") or body.get("message") or body.get("error") or f"status {status}")
    return text.splitlines()[0].partition(". ")[0].rstrip(".")[:200]
