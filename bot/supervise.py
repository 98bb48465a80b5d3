"""Long-lived loops that must not end: the one place where any exception is caught, logged and counted."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()
PAUSE_AFTER_FAILURE = 1.0


async def forever(name: str, step: Callable[[], Awaitable[None]]) -> None:
    """Run `step` again and again; a failing step is logged with its trace and never ends the loop."""
    while True:
        try:
            await step()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("loop step failed", loop=name)
            await asyncio.sleep(PAUSE_AFTER_FAILURE)


async def once(name: str, work: Awaitable[None]) -> None:
    """Run one piece of background work to its end; a failure is logged, since nobody awaits it."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("background work failed", work=name)
