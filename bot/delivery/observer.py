"""Watches, looked at on time: each by one process, each look bounded, a failing one noted and repeated next time."""

import asyncio
from collections.abc import Mapping

import structlog

from bot.delivery.performer import Look
from bot.domain.work import Due
from bot.ports import OutsideError
from bot.store.claims import LeaseLost, any_watch_due, claim_watches, settle_watch
from bot.store.db import Database, StoreUnavailable
from bot.supervise import once

log = structlog.get_logger()
AT_ONCE = 8


class Observer:
    """Ticked by the schedule; what is due is read from the rows, so two processes ticking look once.

    Only watches of the kinds in `looks` are claimed: what only another version knows how to look at is left to it.
    """

    def __init__(self, database: Database, looks: Mapping[str, Look], owner: str, lease: float) -> None:
        self._database = database
        self._looks = looks
        self._owner = owner
        self._lease = lease
        self._running: set[asyncio.Task[None]] = set()

    async def tick(self) -> None:
        """Start a look at whatever is due."""
        room = AT_ONCE - len(self._running)
        if room <= 0:
            return
        async with self._database.read() as tx:
            if not await any_watch_due(tx, self._looks):
                return
        async with self._database.write() as tx:
            due = await claim_watches(tx, self._owner, self._lease, room, self._looks)
        for one in due:
            task = asyncio.create_task(once(f"watch {one.key}", self._look(one)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _look(self, due: Due) -> None:
        memory: Mapping[str, object] | None = None
        words = "ended by a fault of its own; the log has it"
        try:
            async with asyncio.timeout(self._lease / 2):
                memory = await self._looks[due.kind].look(due)
            words = ""
        except OutsideError as error:
            words = str(error)
            log.info("nothing seen", watch=due.key, why=words)
        except asyncio.CancelledError:
            words = "ended by a shutdown"
            raise
        except TimeoutError:
            words = f"took longer than {self._lease / 2:g} s"
            log.warning("look ended early", watch=due.key)
        finally:
            await self._settle(due, memory, words)

    async def _settle(self, due: Due, memory: Mapping[str, object] | None, words: str) -> None:
        try:
            async with self._database.write() as tx:
                await settle_watch(tx, due, self._owner, memory, words)
        except LeaseLost:
            log.warning("watch taken over", watch=due.key)
        except StoreUnavailable as error:
            log.warning("what a look left behind is lost", watch=due.key, why=str(error))

    async def drain(self, seconds: float) -> None:
        """Let running looks end, `seconds` at most."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
