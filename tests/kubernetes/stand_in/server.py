"""The HTTP server: records each request, lets faults strike, finds out who asks, and answers."""

import json
import ssl
from typing import Any

from aiohttp import web

from tests.kubernetes.stand_in.access import ANONYMOUS, User, refused
from tests.kubernetes.stand_in.api import Api, verb_of
from tests.kubernetes.stand_in.control import Control
from tests.kubernetes.stand_in.discovery import discovered
from tests.kubernetes.stand_in.errors import (
    ApiError,
    Unserved,
    conflict,
    expired,
    internal_error,
    invalid,
    timed_out,
    too_many_requests,
    unauthorized,
    unavailable,
)
from tests.kubernetes.stand_in.faults import AFTER, BEFORE, Fault
from tests.kubernetes.stand_in.json_types import Json, dumped
from tests.kubernetes.stand_in.paths import place
from tests.kubernetes.stand_in.state import State

OPENAPI_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
HTML = (
    "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
)
MOST_BODY = 3 * 1024 * 1024


class CutError(Exception):
    """The connection ends here, without an answer."""


class Server:
    def __init__(self, state: State) -> None:
        self._state = state
        self._api = Api(state.store, state.access, state.logs)
        app = web.Application(client_max_size=MOST_BODY)
        app.add_routes([*Control(state).routes(), web.route("*", "/{path:.*}", self._handle)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def start(self, port: int, tls: ssl.SSLContext | None) -> str:
        """Returns the URL."""
        self._state.work.start()
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, ssl_context=tls).start()
        return f"{'https' if tls else 'http'}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self._state.faults.release(None, drop=True)
        self._state.faults.clear()
        await self._state.work.stop()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        record = _recorded(request, body)
        self._state.requests.append(record)
        try:
            response = await self._answer(request, body, record)
        except CutError:
            record["cut"] = True
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        except ApiError as error:
            response = error.response()
        except Unserved:
            response = web.Response(text="404 page not found\n", status=404)
        record["status"] = response.status
        return response

    async def _answer(self, request: web.Request, body: bytes, record: Json) -> web.StreamResponse:
        user = self._state.access.user(request.headers, _certificate(request), plain=not request.secure)
        record |= {"user": user.acting or user.name, "impersonated": user.name if user.acting else None}
        struck = self._state.faults.take(BEFORE, request.method, request.path)
        if struck is not None:
            broken = await self._before(struck, request, user)
            if broken is not None:
                return broken
        response = await self._undisturbed(request, body, user)
        struck = self._state.faults.take(AFTER, request.method, request.path)
        if struck is not None:
            await self._after(struck, request)
        return response

    async def _undisturbed(self, request: web.Request, body: bytes, user: User) -> web.StreamResponse:
        told = discovered(request.path)
        if told is not None:
            if user.name == ANONYMOUS and not request.path.startswith("/version"):
                raise unauthorized()
            return web.Response(text=dumped(told), content_type="application/json")
        if request.path == "/openapi/v2":  # an empty document: kubectl then checks no fields
            return web.Response(body=b"", headers={"Content-Type": OPENAPI_TYPE})
        if request.path in ("/healthz", "/livez", "/readyz"):
            return web.Response(text="ok")
        return await self._api.answer(request, body, place(request.path), user)

    async def _before(self, fault: Fault, request: web.Request, user: User) -> web.Response | None:
        """None where the request goes on as if nothing were."""
        if fault.kind == "html":
            return web.Response(text=HTML, status=502, content_type="text/html")
        if fault.kind == "garbage":
            return web.Response(text='{"kind": "Deployment", "apiVer', content_type="application/json")
        if fault.kind == "unserved":
            raise Unserved
        if fault.kind == "hang":
            await self._state.faults.cleared.wait()
            raise CutError
        if fault.kind == "cut_before":
            raise CutError
        if fault.kind == "hold_before":
            if (await self._state.faults.hold("before", request.method, request.path)).dropped:
                raise CutError
            return None
        raise _refusal(fault, request, user)

    async def _after(self, fault: Fault, request: web.Request) -> None:
        if fault.kind == "cut_after":
            raise CutError
        if (await self._state.faults.hold("after", request.method, request.path)).dropped:
            raise CutError


def _refusal(fault: Fault, request: web.Request, user: User) -> ApiError:
    if fault.kind == "unauthorized":
        return unauthorized()
    if fault.kind == "too_many_requests":
        return too_many_requests(fault.retry_after or 1)
    if fault.kind == "internal_error":
        return internal_error(fault.message or "etcdserver: request timed out", fault.retry_after)
    if fault.kind == "timeout":
        return timed_out(fault.retry_after)
    if fault.kind == "unavailable":
        return unavailable(fault.retry_after)
    if fault.kind == "expired":
        return expired()
    where = place(request.path)
    if fault.kind == "forbidden":
        return refused(user, verb_of(request, where), where)
    if fault.kind == "conflict":
        return conflict(where.kind, where.name, fault.message)
    words = fault.message or "Invalid value: 65535: may not be set by policy"
    return invalid(where.kind.kind_and_group, where.name, ("FieldValueInvalid", "spec", words))


def _recorded(request: web.Request, body: bytes) -> Json:
    return {
        "method": request.method, "path": request.path, "query": dict(request.query), "body": _shown(body),
        "content_type": request.headers.get("Content-Type", ""), "accept": request.headers.get("Accept", ""),
        "user_agent": request.headers.get("User-Agent", ""), "user": None, "impersonated": None, "status": None,
    }  # fmt: skip


def _shown(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


def _certificate(request: web.Request) -> dict[str, object] | None:
    if request.transport is None:
        return None
    certificate: dict[str, object] | None = request.transport.get_extra_info("peercert")
    return certificate
