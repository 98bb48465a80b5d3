"""Running a program by its argument vector, never a shell, with bounds on its time and on what it may answer.

It gets a process group of its own, so that helpers it started (credential plugins) end with it.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import IO

from runbooks.targets.starting import end_group, started

MOST_BYTES = 8 << 20
"""A release's record may hold 1 MiB, compressed; its manifest is a few times that."""
_LAST_BYTES = 16 << 10
"""Of what it complains about only the end is of interest."""
_CHUNK = 64 << 10
_LAST_WORDS = 1.0
"""Seconds for which a killed program's answer is read to its end, so that the pipe can be closed."""

Vector = Sequence[str]
Environment = Mapping[str, str]


class TooMuch(Exception):
    """It wrote more than `MOST_BYTES`."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: its exit code, what it answered, and the end of what it complained about."""

    code: int
    out: bytes
    complaint: bytes


async def ask(vector: Vector, environment: Environment, seconds: float) -> Ended:
    """Run something that only reads. Raises `OSError` (not started), `TimeoutError` and `TooMuch`."""
    with tempfile.TemporaryFile() as complaint:
        async with asyncio.timeout(seconds), _child(vector, environment, complaint, answers=True) as child:
            assert child.stdout is not None
            out = await _whole(child.stdout)
            code = await child.wait()
        return Ended(code, out, _end(complaint))


async def tell(vector: Vector, environment: Environment, seconds: float) -> Ended:
    """Run something that changes the world; what it answers is not kept. Raises `OSError` and `TimeoutError`.

    It writes to nobody: were this process killed, a line written to it would end the program half-way.
    """
    with tempfile.TemporaryFile() as complaint:
        async with asyncio.timeout(seconds), _child(vector, environment, complaint, answers=False) as child:
            code = await child.wait()
        return Ended(code, b"", _end(complaint))


@asynccontextmanager
async def _child(
    vector: Vector, environment: Environment, complaint: IO[bytes], *, answers: bool
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program while it runs; however the block ends, so has its whole group afterwards."""
    out = asyncio.subprocess.PIPE if answers else asyncio.subprocess.DEVNULL
    child = await started(*vector, env=environment, stdout=out, stderr=complaint)
    try:
        yield child
    finally:
        if child.returncode is None:
            end_group(child)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    await child.communicate()
            await child.wait()


async def _whole(stream: asyncio.StreamReader) -> bytes:
    got = bytearray()
    while chunk := await stream.read(_CHUNK):
        got += chunk
        if len(got) > MOST_BYTES:
            raise TooMuch
    return bytes(got)


def _end(complaint: IO[bytes]) -> bytes:
    complaint.seek(max(0, complaint.seek(0, os.SEEK_END) - _LAST_BYTES))
    return complaint.read()
