"""The control API, for tests: faults, people, logs, what was asked, and time to settle."""

import json
from dataclasses import asdict

from aiohttp import web

from tests.kubernetes.stand_in.json_types import Json
from tests.kubernetes.stand_in.pod_parts import Log
from tests.kubernetes.stand_in.state import State


class Control:
    """POST a JSON object to /control/<name>; what cannot be done is answered 400 with the reason.

    fault {kind, …} (see faults.py), clear {kind?}, release {id?, drop?}, users {name, token, groups?}, revoke {token},
    logs {text, image?, container?, previous?}, pace {step_ms}, settle {}, reset {}. GET: faults, held, requests.
    """

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        posts = {
            "fault": self._fault, "clear": self._clear, "release": self._release, "reset": self._reset,
            "settle": self._settle, "users": self._user, "revoke": self._revoke, "logs": self._log, "pace": self._pace,
        }  # fmt: skip
        gets = {"faults": self._faults, "held": self._held, "requests": self._requests}
        return [
            *(web.post(f"/control/{name}", handler) for name, handler in posts.items()),
            *(web.get(f"/control/{name}", handler) for name, handler in gets.items()),
        ]

    async def _fault(self, request: web.Request) -> web.Response:
        given = await _given(request)
        try:
            fault = self._state.faults.add(str(given.pop("kind", "")), given)
        except (TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        self._state.work.wake()
        return web.json_response(asdict(fault))

    async def _clear(self, request: web.Request) -> web.Response:
        self._state.faults.clear((await _given(request)).get("kind"))
        self._state.work.wake()
        return web.json_response({})

    async def _release(self, request: web.Request) -> web.Response:
        given = await _given(request)
        released = self._state.faults.release(given.get("id"), drop=bool(given.get("drop")))
        return web.json_response({"released": released})

    async def _reset(self, request: web.Request) -> web.Response:
        self._state.reset()
        return web.json_response({})

    async def _settle(self, request: web.Request) -> web.Response:
        await self._state.work.settled()
        return web.json_response({"version": self._state.store.version})

    async def _user(self, request: web.Request) -> web.Response:
        given = await _given(request)
        self._state.access.add(given["name"], given["token"], list(given.get("groups") or []))
        return web.json_response({})

    async def _revoke(self, request: web.Request) -> web.Response:
        self._state.access.revoke((await _given(request))["token"])
        return web.json_response({})

    async def _log(self, request: web.Request) -> web.Response:
        self._state.logs.written.append(Log(**await _given(request)))
        return web.json_response({})

    async def _pace(self, request: web.Request) -> web.Response:
        self._state.work.step_s = float((await _given(request))["step_ms"]) / 1000
        return web.json_response({})

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.faults.waiting())

    async def _held(self, request: web.Request) -> web.Response:
        return web.json_response([held.told() for held in self._state.faults.held.values()])

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.requests)


async def _given(request: web.Request) -> Json:
    text = await request.text()
    given: Json = json.loads(text) if text else {}
    return given
