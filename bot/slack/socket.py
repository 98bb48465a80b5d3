"""Socket Mode: several connections that hear of their own death within seconds, and say so by reconnecting.

The SDK's own client is not used: after a failed handshake it tries the same one-use ticket for ever, it notices a
silent connection only after four of its pings, closes the old connection before it opens the new one, and answers
`link_disabled` with an endless loop. Here each try takes a new ticket, aiohttp's heartbeat ends a silent connection,
and one that is told to go keeps listening until its successor is there.
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from typing import Any

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.ports import OutsideError, Transient
from bot.slack.client import SlackClient
from bot.supervise import once

log = structlog.get_logger()
HANDSHAKE_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
LINGER_SECONDS = 15.0
"""How long a connection that was told to go may stay; Slack itself ends it ten seconds after the warning."""
ACKS_SECONDS = 3.0
CLOSE_SECONDS = 1.0
_UNWELCOME = {"link_disabled": 60.0, "too_many_websockets": 30.0}
"""Reasons after which a new connection at once would only be sent away again, and how long to wait (seconds)."""
_LOST = (aiohttp.ClientError, TimeoutError, OSError)


class Sockets:
    """`count` connections of `app`, which Slack shares its requests among. `ping` in seconds: a connection over which
    nothing comes back for three of them is given up."""

    def __init__(self, app: AsyncApp, client: SlackClient, app_token: str, count: int, ping: float) -> None:
        self._app = app
        self._client = client
        self._app_token = app_token
        self._count = count
        self._ping = ping
        self._session: aiohttp.ClientSession | None = None
        self._slots: list[asyncio.Task[None]] = []
        self._background: set[asyncio.Task[None]] = set()
        self._requests: set[asyncio.Task[None]] = set()
        self._open: set[aiohttp.ClientWebSocketResponse] = set()
        self._live: list[aiohttp.ClientWebSocketResponse] = []
        self._greeted = asyncio.Event()

    def connected(self) -> int:
        """How many connections are alive and meant to stay."""
        return len(self._live)

    async def start(self) -> None:
        """Connect, and return with the first connection; a Slack that is away is tried until it is back.

        Raises BadToken where Slack does not accept a token; `stop` must then be called all the same.
        """
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        self._slots = [asyncio.create_task(self._stay_connected(self._session)) for _ in range(self._count)]
        greeted = asyncio.create_task(self._greeted.wait())
        try:
            await asyncio.wait([greeted, *self._slots], return_when=asyncio.FIRST_COMPLETED)
        finally:
            greeted.cancel()
        for slot in self._slots:
            if slot.done():
                slot.result()

    async def stop(self) -> None:
        """Take nothing new, let requests under way be acknowledged, then close."""
        for slot in self._slots:
            slot.cancel()
        await asyncio.gather(*self._slots, return_exceptions=True)
        if self._requests:
            await asyncio.wait(self._requests, timeout=ACKS_SECONDS)
        await asyncio.gather(*(ws.close() for ws in list(self._open)))
        left = [*self._background, *self._requests]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _stay_connected(self, session: aiohttp.ClientSession) -> None:
        """One connection after another; the pause between failures doubles."""
        pause = FIRST_PAUSE
        while True:
            try:
                retired = await self._connect(session)
            except (OutsideError, *_LOST) as error:
                wait = pause
                if isinstance(error, Transient) and error.retry_after is not None:
                    wait = max(pause, error.retry_after)
                log.warning("no connection to Slack", seconds=wait, why=str(error) or type(error).__name__)
                await asyncio.sleep(wait)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            reason = await retired
            log.info("connection to Slack ends", reason=reason)
            pause = FIRST_PAUSE
            await asyncio.sleep(_UNWELCOME.get(reason, 0.0))

    async def _connect(self, session: aiohttp.ClientSession) -> asyncio.Future[str]:
        """Open one connection with a ticket of its own; the future says why a successor is needed."""
        await self._client.check()
        ticket = await self._client.call("apps.connections.open", app_token=self._app_token)
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            ws = await session.ws_connect(
                str(ticket["url"]),
                heartbeat=2 * self._ping,
                proxy=self._client.sdk.proxy,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_SECONDS),
            )
        retired: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._open.add(ws)
        _start(self._background, "socket", self._listen(ws, retired))
        return retired

    async def _listen(self, ws: aiohttp.ClientWebSocketResponse, retired: asyncio.Future[str]) -> None:
        """Hand on what comes until the connection ends."""
        try:
            async for frame in ws:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._receive(ws, json.loads(frame.data), retired)
        finally:
            self._open.discard(ws)
            self._retire(ws, retired, "closed")

    def _receive(
        self, ws: aiohttp.ClientWebSocketResponse, frame: Mapping[str, Any], retired: asyncio.Future[str]
    ) -> None:
        if frame.get("type") == "hello":
            self._live.append(ws)
            self._greeted.set()
            log.info("connected to Slack", connections=self.connected())
        elif frame.get("type") == "disconnect":
            self._retire(ws, retired, str(frame.get("reason", "")))
            _start(self._background, "lingering socket", _close_later(ws))
        else:
            request = SocketModeRequest.from_dict(dict(frame))
            if request is not None:
                _start(self._requests, "request", self._dispatch(ws, request))

    def _retire(self, ws: aiohttp.ClientWebSocketResponse, retired: asyncio.Future[str], reason: str) -> None:
        if ws in self._live:
            self._live.remove(ws)
        if not retired.done():
            retired.set_result(reason)

    async def _dispatch(self, ws: aiohttp.ClientWebSocketResponse, request: SocketModeRequest) -> None:
        """Have Bolt handle it, and acknowledge over any connection: Slack matches by the envelope's id."""
        response = await run_async_bolt_app(self._app, request)
        if response.status != 200:
            log.warning("not acknowledged", type=request.type, status=response.status)
            return
        frame = json.dumps(_ack(request.envelope_id, response))
        for way in (ws, *self._live):
            try:
                await way.send_str(frame)
                return
            except _LOST:
                continue
        log.warning("acknowledgement lost with its connection", type=request.type)


async def _close_later(ws: aiohttp.ClientWebSocketResponse) -> None:
    await asyncio.sleep(LINGER_SECONDS)
    await ws.close()


def _start(tasks: set[asyncio.Task[None]], name: str, work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(once(name, work))
    tasks.add(task)
    task.add_done_callback(tasks.discard)


def _ack(envelope_id: str, response: BoltResponse) -> dict[str, object]:
    if not response.body:
        return {"envelope_id": envelope_id}
    is_json = response.first_headers().get("content-type", "").startswith("application/json")
    return {"envelope_id": envelope_id, "payload": json.loads(response.body) if is_json else {"text": response.body}}
