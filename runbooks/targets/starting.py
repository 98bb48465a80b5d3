"""Starting a program in a process group of its own, which is never left half-way."""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

Process = asyncio.subprocess.Process


async def started(*vector: str, env: Mapping[str, str], stdout: int | IO[bytes], stderr: int | IO[bytes]) -> Process:
    """The program, with nothing on its standard input. Raises `OSError` and `ValueError` where it cannot be started.

    Where whoever asked is cancelled meanwhile, the whole group is ended first: asyncio by itself would end the program
    alone, and wait for as long as a child of its keeps a pipe open.
    """
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            *vector,
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await asyncio.wait([starting])
        if not starting.cancelled() and starting.exception() is None:
            end_group(starting.result())
            await starting.result().wait()
        raise


def end_group(process: Process) -> None:
    """Kill the program and all it started, by the id of the group that it got when it was started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
