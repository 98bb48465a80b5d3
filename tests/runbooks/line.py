"""The line between an apply and supervisord, as a test wants it: it can be watched, cut, and made to kill who calls.

A relay on a Unix socket of its own, so that what is tested runs unchanged and each call is a point at which to strike.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

CHANGES = frozenset({"startProcess", "stopProcess", "reloadConfig", "addProcessGroup", "removeProcessGroup"})

Strike = Callable[[], None]


class Line:
    """Strikes once, `before` or `after` the `at`-th call that changes something has reached supervisord."""

    def __init__(self, supervisord: Path) -> None:
        self.calls: list[str] = []
        self._supervisord = supervisord
        self._at = 0
        self._before = False
        self._strike: Strike | None = None
        self.lose_answers_of: frozenset[str] = frozenset()

    def strike(self, at: int, before: bool, strike: Strike) -> None:
        """Do `strike` at that call; when it comes before, the call never reaches supervisord."""
        self.calls.clear()
        self._at, self._before, self._strike = at, before, strike

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one call."""
        try:
            request, method = await _request(reader)
            struck = self._counts(method)
            if struck and self._before:
                self._hit()
                return
            answer = await self._forward(request)
            if struck:
                self._hit()
                return
            if method not in self.lose_answers_of:
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _counts(self, method: str) -> bool:
        if method not in CHANGES:
            return False
        self.calls.append(method)
        return self._strike is not None and len(self.calls) == self._at

    def _hit(self) -> None:
        assert self._strike is not None
        strike, self._strike = self._strike, None
        strike()

    async def _forward(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self._supervisord))
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        writer.close()
        return head + body


@asynccontextmanager
async def line_to(supervisord: Path, listening: Path) -> AsyncIterator[Line]:
    """A line that is open at `listening` for the time of the block."""
    line = Line(supervisord)
    open_calls: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(line.relay(reader, writer))
        open_calls.add(call)
        call.add_done_callback(open_calls.discard)

    server = await asyncio.start_unix_server(accept, str(listening))
    try:
        yield line
    finally:
        server.close()
        for call in open_calls:
            call.cancel()
        await asyncio.gather(*open_calls, return_exceptions=True)
        listening.unlink(missing_ok=True)


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, str]:
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(_length(head))
    method = re.search(rb"<methodName>supervisor\.(\w+)</methodName>", body)
    assert method is not None
    return head + body, method[1].decode()


def _length(head: bytes) -> int:
    length = re.search(rb"content-length:\s*(\d+)", head, re.IGNORECASE)
    return int(length[1]) if length else 0
