"""Lets faults strike a request of the app before and after its effect; shared by all its HTTP endpoints."""

import asyncio
from contextlib import suppress

from aiohttp import web

from playground.faults import AFTER, BEFORE, Held
from playground.inspector import CallRecord
from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.slack import Slack
from playground.socket_mode import cut

# How often a held request looks whether its client is still there.
_LOOK_SECONDS = 0.02


class Lost(Exception):
    """The connection of this request was cut, or its client went away: there is nobody to answer."""


def api_response(body: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(body, status=status, headers=headers)


def rate_limited(retry_after: int) -> web.Response:
    headers = {"Retry-After": str(retry_after)}
    return api_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


class Gate:
    """One request on its way. `before` and `after` return an answer that replaces the real one, or None.

    Both raise Lost when the connection is gone.
    """

    def __init__(self, slack: Slack, request: web.Request, record: CallRecord, channel: str | None) -> None:
        self._slack = slack
        self._request = request
        self._record = record
        self._channel = channel

    async def before(self) -> web.Response | None:
        faults, record = self._slack.faults, self._record
        if faults.offline:
            self._note("offline")
            self._cut()
        delay = faults.latency_ms(record.method, self._channel)
        if delay:
            await asyncio.sleep(delay / 1000)
        fault = faults.take(BEFORE, record.method, self._channel)
        if fault is None:
            return None
        self._note(fault.kind)
        match fault.kind:
            case "ratelimited":
                return rate_limited(fault.retry_after)
            case "http_500":
                return api_response({"ok": False, "error": "internal_error"}, status=500)
            case "error":
                raise SlackError(fault.error)
            case "hang":
                await self._wait(faults.cleared)
            case "lost_before":
                self._cut()
            case "hold_before":
                await self._hold("before")
        return None

    async def after(self) -> web.Response | None:
        fault = self._slack.faults.take(AFTER, self._record.method, self._channel)
        if fault is None:
            return None
        self._note(fault.kind)
        match fault.kind:
            case "error_after":
                raise SlackError(fault.error)
            case "lost_after":
                self._cut()
            case "hold_after":
                await self._hold("after")
        return None

    def _note(self, kind: str) -> None:
        self._record.fault = kind
        self._slack.inspector.note("fault", f"{kind}: {self._record.method}", {"args": self._record.args}, ok=False)

    def _cut(self) -> None:
        cut(self._request)
        raise Lost

    async def _hold(self, when: str) -> None:
        held: Held = self._slack.faults.hold(self._record.method, self._record.args, when)
        try:
            await self._wait(held.released)
        finally:
            self._slack.faults.held.pop(held.id, None)

    async def _wait(self, event: asyncio.Event) -> None:
        """Until the event is set. Raises Lost when the client goes first."""
        while not event.is_set():
            if self._request.transport is None or self._request.transport.is_closing():
                raise Lost
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await event.wait()
