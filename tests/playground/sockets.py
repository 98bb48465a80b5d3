"""A bare Socket Mode client, for what the SDK hides: frames, acks and closing as they are."""

import asyncio
import json
from types import TracebackType
from typing import Self

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from tests.playground.apps import web_client
from tests.support.playground import Json, Playground


class Socket:
    """One connection. `hello` is its greeting, `frame` waits for what follows."""

    def __init__(self, slack: Playground) -> None:
        self._slack = slack
        self._session = ClientSession(trust_env=False)
        self._frames: asyncio.Queue[Json] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None
        self.ws: ClientWebSocketResponse
        self.hello: Json = {}
        self.pongs: list[bytes] = []

    async def __aenter__(self) -> Self:
        await self.connect(await ticket_url(self._slack))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            await self.ws.close()
            await self._reader
        await self._session.close()

    async def connect(self, url: str) -> None:
        self.ws = await self._session.ws_connect(url, autoping=False)
        self._reader = asyncio.create_task(self._read())
        self.hello = await self.frame()

    async def frame(self, timeout: float = 5.0) -> Json:
        """The next JSON frame; {"closed": True} when the connection has ended."""
        return await asyncio.wait_for(self._frames.get(), timeout)

    async def _read(self) -> None:
        async for message in self.ws:
            if message.type is WSMsgType.TEXT:
                await self._frames.put(json.loads(message.data))
            elif message.type is WSMsgType.PING:
                await self.ws.pong(message.data)
            elif message.type is WSMsgType.PONG:
                self.pongs.append(message.data)
        await self._frames.put({"closed": True})

    async def ack(self, envelope: Json, payload: object = None) -> None:
        body = {"envelope_id": envelope["envelope_id"]}
        await self.ws.send_str(json.dumps(body if payload is None else {**body, "payload": payload}))

    async def silent(self, seconds: float = 0.3) -> bool:
        """Whether nothing arrives for a while."""
        try:
            await self.frame(seconds)
        except TimeoutError:
            return True
        return False


async def ticket_url(slack: Playground) -> str:
    answer = await web_client(slack).apps_connections_open(app_token=slack.app_token)
    return str(answer["url"])


async def first_of(*sockets: Socket) -> tuple[Socket, Json]:
    """Whichever of these connections gets the next frame."""
    waiting = {asyncio.create_task(socket.frame()): socket for socket in sockets}
    done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    task = done.pop()
    return waiting[task], task.result()
