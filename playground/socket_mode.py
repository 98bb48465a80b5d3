"""Socket Mode: tickets, up to ten connections, envelopes to exactly one of them, acks, disconnects and cuts."""

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from playground.clock import VirtualClock
from playground.faults import Faults
from playground.ids import Ids
from playground.inspector import Inspector
from playground.json_types import Json
from playground.tasks import Tasks

MAX_CONNECTIONS = 10
TICKET_SECONDS = 30.0
SERVER_PING_SECONDS = 10.0
WARNING_SECONDS = 10.0
DEBUG_RECONNECT_SECONDS = 360.0
_CLOSE_SECONDS = 2.0
_REMEMBERED = 10_000
DISCONNECT_REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")

AckState = Literal["acked", "timeout", "no_connection"]


@dataclass(frozen=True, slots=True)
class Ack:
    """How an envelope ended; `ms` is real time from sending to the ack."""

    state: AckState
    payload: Json = field(default_factory=dict)
    ms: float | None = None

    @property
    def ok(self) -> bool:
        return self.state == "acked"


@dataclass(slots=True, eq=False)
class _Connection:
    """`outbox` is written out by one task, so that a frozen peer blocks nobody; None in it means close."""

    ws: web.WebSocketResponse
    request: web.Request
    outbox: asyncio.Queue[Json | None] = field(default_factory=asyncio.Queue)


class Hub:
    """All sockets of the app. `on_change` is told when the app becomes connected or disconnected."""

    def __init__(
        self, app_id: str, clock: VirtualClock, ids: Ids, inspector: Inspector, faults: Faults, *, lifetime: float,
        ack_timeout: float,
    ) -> None:  # fmt: skip
        self._app_id = app_id
        self._clock = clock
        self._ids = ids
        self._inspector = inspector
        self._faults = faults
        self._lifetime = lifetime
        self._ack_timeout = ack_timeout
        self._tickets: dict[str, float] = {}
        self._connections: list[_Connection] = []
        self._pending: dict[str, asyncio.Future[Json]] = {}
        self._sent_at: OrderedDict[str, float] = OrderedDict()
        self.tasks = Tasks()
        self.on_change: Callable[[bool], None] = lambda _connected: None

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    @property
    def connection_count(self) -> int:
        return len(self._connections)

    def issue_ticket(self) -> str:
        """A one-use ticket for the next handshake."""
        ticket = self._ids.uuid()
        self._tickets[ticket] = self._clock.now() + TICKET_SECONDS
        return ticket

    async def handshake(self, request: web.Request) -> web.StreamResponse:
        """GET /link/: serve one connection until it ends."""
        if self._faults.offline or self._faults.take(("socket_refuse",)):
            cut(request)
            return web.Response(status=503)
        expires_at = self._tickets.pop(request.query.get("ticket", ""), None)
        if expires_at is None or self._clock.now() > expires_at:
            self._inspector.note("fault", "socket handshake refused: ticket used, expired or unknown", {}, ok=False)
            return web.Response(status=403, text="invalid ticket")
        ws = web.WebSocketResponse(autoping=True, timeout=_CLOSE_SECONDS)
        await ws.prepare(request)
        if len(self._connections) >= MAX_CONNECTIONS:
            await ws.send_json(self._disconnect_frame("too_many_websockets"))
            await ws.close()
            return ws
        await self._serve(_Connection(ws, request))
        return ws

    async def send(self, kind: str, payload: Json, *, accepts_response: bool, extra: Json | None = None) -> Ack:
        """Send one envelope to one live connection, and wait for its ack, three seconds by default."""
        envelope: Json = {
            "envelope_id": self._ids.uuid(),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts_response,
            **(extra or {}),
        }
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._ack_timeout):
                body = await self._exchange(envelope)
        except TimeoutError:
            title = f"{kind}: no ack within {self._ack_timeout:g} s"
            self._inspector.note("ack", title, {"envelope_id": envelope["envelope_id"]}, ok=False)
            return Ack("timeout")
        if body is None:
            self._inspector.note("envelope", f"{kind}: no connection", envelope, ok=False)
            return Ack("no_connection")
        ms = round((time.monotonic() - started) * 1000, 1)
        self._inspector.note("ack", f"{kind}: acknowledged in {ms} ms", body)
        return Ack("acked", _as_message(body.get("payload")), ms)

    def disconnect(self, reason: str) -> None:
        """Tell every connection to go, as Slack does; a warning is followed by the cut ten seconds later."""
        for connection in list(self._connections):
            self.tasks.start(self._retire(connection, reason))

    def abort_all(self) -> int:
        """Cut every TCP connection without a closing frame."""
        connections = list(self._connections)
        for connection in connections:
            cut(connection.request)
            self._forget(connection)
        return len(connections)

    async def stop(self) -> None:
        for connection in list(self._connections):
            await connection.ws.close()
        await self.tasks.stop()

    async def _serve(self, connection: _Connection) -> None:
        hello = self._hello()
        self._inspector.note("envelope", "hello", hello)
        connection.outbox.put_nowait(hello)
        self._connections.append(connection)
        self.on_change(True)
        companions = [self.tasks.start(work(connection)) for work in (self._write, self._ping, self._expire)]
        try:
            async for message in connection.ws:
                if message.type is WSMsgType.TEXT:
                    self._receive(message.data)
        finally:
            self._forget(connection)
            for companion in companions:
                companion.cancel()

    def _forget(self, connection: _Connection) -> None:
        if connection not in self._connections:
            return
        self._connections.remove(connection)
        if not self._connections:
            self.on_change(False)

    async def _exchange(self, envelope: Json) -> Json | None:
        """The ack frame of an envelope; None when nobody is connected."""
        envelope_id = str(envelope["envelope_id"])
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._pending[envelope_id] = answer
        self._remember(envelope_id, time.monotonic())
        try:
            if not self._deliver(envelope):
                return None
            if self._faults.take(("duplicate_envelope",)):
                self._deliver(envelope)
            return await answer
        finally:
            self._pending.pop(envelope_id, None)

    def _remember(self, envelope_id: str, started: float) -> None:
        """When an envelope went out, to tell late acks from unknown ones."""
        self._sent_at[envelope_id] = started
        while len(self._sent_at) > _REMEMBERED:
            self._sent_at.popitem(last=False)

    def _deliver(self, envelope: Json) -> bool:
        """Hand an envelope to any one live connection; False when there is none."""
        if not self._connections:
            return False
        self._ids.random.choice(self._connections).outbox.put_nowait(envelope)
        self._inspector.note("envelope", str(envelope["type"]), envelope)
        return True

    async def _write(self, connection: _Connection) -> None:
        """Send what is in the outbox until the connection ends."""
        try:
            while (frame := await connection.outbox.get()) is not None:
                await connection.ws.send_str(json.dumps(frame))
        except ConnectionError:
            self._forget(connection)
            return
        await connection.ws.close()

    def _receive(self, text: str) -> None:
        try:
            body = json.loads(text)
        except json.JSONDecodeError:
            self._inspector.violation("socket", "a frame that is not JSON", {"frame": text[:500]})
            return
        envelope_id = str(body.get("envelope_id", "")) if isinstance(body, dict) else ""
        answer = self._pending.get(envelope_id)
        if answer is None:
            self._note_unmatched(envelope_id, body)
            return
        if self._faults.take(("drop_ack",)):
            self._inspector.note("fault", "ack dropped", body, ok=False)
            return
        if not answer.done():
            answer.set_result(body)

    def _note_unmatched(self, envelope_id: str, body: Json) -> None:
        sent_at = self._sent_at.get(envelope_id)
        if sent_at is None:
            self._inspector.violation("socket", "an ack of an unknown envelope", {"frame": body})
            return
        ms = round((time.monotonic() - sent_at) * 1000, 1)
        self._inspector.note("ack", f"ack ignored: it came {ms} ms after the envelope, or twice", body, ok=False)

    async def _ping(self, connection: _Connection) -> None:
        body = f"Ping from applink-{self._app_id}".encode()
        while connection in self._connections:
            await asyncio.sleep(SERVER_PING_SECONDS)
            try:
                await connection.ws.ping(body)
            except ConnectionError:
                self._forget(connection)

    async def _expire(self, connection: _Connection) -> None:
        debug = connection.request.query.get("debug_reconnects") == "true"
        lifetime = DEBUG_RECONNECT_SECONDS if debug else self._lifetime
        await self._clock.sleep(max(0.0, lifetime - WARNING_SECONDS))
        if connection in self._connections:
            await self._retire(connection, "warning")

    async def _retire(self, connection: _Connection, reason: str) -> None:
        connection.outbox.put_nowait(self._disconnect_frame(reason))
        self._inspector.note("envelope", f"disconnect: {reason}", {"reason": reason})
        if reason == "warning":
            await self._clock.sleep(WARNING_SECONDS)
            if connection in self._connections:
                connection.outbox.put_nowait(self._disconnect_frame("refresh_requested"))
        self._forget(connection)
        connection.outbox.put_nowait(None)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "connection_info": {"app_id": self._app_id},
            "debug_info": {
                "host": "playground",
                "build_number": 1,
                "approximate_connection_time": int(self._lifetime),
            },
        }

    def _disconnect_frame(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}


def cut(request: web.Request) -> None:
    """Drop the TCP connection of a request at once."""
    if request.transport is not None:
        request.transport.abort()


def _as_message(payload: object) -> Json:
    """An ack's payload: an object, or a bare string that stands for its text."""
    if isinstance(payload, dict):
        return payload
    return {"text": payload} if isinstance(payload, str) and payload else {}
