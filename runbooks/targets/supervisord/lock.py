"""One change at a time on one supervisord, whoever asks: a file lock that ends with the process that holds it."""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.ports import Transient

_POLL = 0.05


@asynccontextmanager
async def exclusive(directory: Path, patience: float) -> AsyncIterator[None]:
    """Hold the lock on `directory`. Raises `Transient` where another process keeps it over `patience` seconds."""
    try:
        handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise Transient(f"{directory} cannot be opened ({error.strerror}).") from error
    try:
        await _take(handle, time.monotonic() + patience, directory)
        yield
    finally:
        os.close(handle)


async def _take(handle: int, deadline: float, directory: Path) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Transient(
                    f"Another process has been changing what runs under {directory} for too long."
                ) from None
            await asyncio.sleep(_POLL)
        else:
            return
