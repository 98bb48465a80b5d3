"""Entra's token endpoint and the identity endpoints of a machine and of App Service."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from aiohttp import web

TENANT, CLIENT, SECRET = "11111111-0000-0000-0000-000000000001", "22222222-0000-0000-0000-000000000002", "s3cret~value"
ASSERTION, IDENTITY_HEADER = "federated.jwt.of.a.pod", "header-of-the-app"
LIFETIME = 3599


@dataclass
class Entra:
    """Tokens are handed out for one audience each; `revoked` ones are no longer taken."""

    asked: list[dict[str, str]] = field(default_factory=list)
    lifetime: int = LIFETIME
    down: bool = False
    _audiences: dict[str, str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def admits(self, request: web.Request, audience: str) -> bool:
        """Whether the request carries a token for `audience`."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._audiences.get(token) == audience

    def revoke(self) -> None:
        """No token that was handed out so far is taken any more."""
        self._audiences.clear()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/{tenant}/oauth2/v2.0/token", self._token),
            web.get("/{tenant}/v2.0/.well-known/openid-configuration", self._discovery),
            web.get("/metadata/identity/oauth2/token", self._machine),
            web.get("/msi/token", self._app_service),
        ]

    async def _discovery(self, request: web.Request) -> web.Response:
        base = f"{request.scheme}://{request.host}/{request.match_info['tenant']}"
        endpoints = {
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "issuer": f"{base}/v2.0",
        }
        return web.json_response(endpoints)

    async def _token(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        if self.down:
            return web.Response(status=503, text="<html>Service Unavailable</html>", content_type="text/html")
        if request.match_info["tenant"] != TENANT:
            return _refused("AADSTS90002", "Tenant was not found. Check to make sure you have the correct tenant ID.")
        if form.get("client_id") != CLIENT:
            return _refused("AADSTS700016", "Application was not found in the directory. This can happen.")
        if form.get("client_secret") != SECRET and form.get("client_assertion") != ASSERTION:
            return _refused("AADSTS7000215", "Invalid client secret provided. Ensure the secret being sent is right.")
        return web.json_response(self._handed_out(form["scope"].split()[0].removesuffix("/.default")))

    async def _machine(self, request: web.Request) -> web.Response:
        if request.headers.get("Metadata") != "true":
            return web.json_response({"error": "invalid_request"}, status=400)
        self.asked.append(dict(request.query))
        answer = self._handed_out(request.query["resource"])
        return web.json_response({key: str(value) for key, value in answer.items()})

    async def _app_service(self, request: web.Request) -> web.Response:
        if request.headers.get("X-IDENTITY-HEADER") != IDENTITY_HEADER:
            return web.json_response({"statusCode": 401, "message": "wrong header"}, status=401)
        self.asked.append(dict(request.query))
        answer = self._handed_out(request.query["resource"])
        return web.json_response(
            {"access_token": answer["access_token"], "expires_on": str(int(time.time()) + self.lifetime)}
        )

    def _handed_out(self, audience: str) -> dict[str, object]:
        token = f"token-{next(self._numbers)}"
        self._audiences[token] = audience
        return {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}


def _refused(code: str, words: str) -> web.Response:
    body = {"error": "invalid_client", "error_description": f"{code}: {words} Trace ID: 5e\r\nTimestamp: 2026-01-01"}
    return web.json_response(body, status=401)
