"""Ends a process once the one that started it is gone, so that a killed supervisord leaves no orphan on a port."""

import asyncio
import contextlib
import os
import signal

_CHECK_S = 1.0


async def until_told_or_orphaned() -> None:
    """Returns on SIGTERM or SIGINT, or when the parent process has changed."""
    parent = os.getppid()
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    while os.getppid() == parent and not told.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), _CHECK_S)
