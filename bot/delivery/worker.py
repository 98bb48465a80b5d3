"""Effects, done: claimed under a lease, performed, and settled together with what follows in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog

from bot.delivery.performer import Performer, Result
from bot.delivery.retry import pause
from bot.domain.work import Claimed
from bot.ports import OutsideError, Permanent, Transient, Unsure
from bot.store.claims import LeaseLost, claim_effects, renew, settle_effect
from bot.store.db import Database, Tx
from bot.store.owing import EFFECTS
from bot.supervise import once

log = structlog.get_logger()
POLL_SECONDS = 1.0
AT_ONCE = 16
MOST_ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class _Held:
    """The claim that a performer works under."""

    database: Database
    claimed: Claimed
    owner: str
    seconds: float

    async def renew(self) -> None:
        await renew(self.database, "effects", self.claimed.id, self.owner, self.seconds)


class Worker:
    """Runs up to `AT_ONCE` effects side by side. `step` claims and starts; `drain` ends what runs."""

    def __init__(
        self, database: Database, performers: Mapping[str, Performer], owner: str, lease: float, unsure_after: float
    ) -> None:
        self._database = database
        self._performers = performers
        self._owner = owner
        self._lease = lease
        self._unsure_after = unsure_after
        self._running: set[asyncio.Task[None]] = set()

    async def step(self) -> None:
        """Start whatever is due, then wait for the bell, a finished effect, or the next poll."""
        room = AT_ONCE - len(self._running)
        if room > 0:
            async with self._database.write() as tx:
                claimed = await claim_effects(tx, self._owner, self._lease, room)
            for one in claimed:
                self._start(one)
        await self._database.bell.wait(EFFECTS, POLL_SECONDS)

    def _start(self, claimed: Claimed) -> None:
        task = asyncio.create_task(once(f"effect {claimed.key}", self._do(claimed)))
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._database.bell.ring([EFFECTS])

    async def _do(self, claimed: Claimed) -> None:
        performer = self._performers[claimed.kind]
        held = _Held(self._database, claimed, self._owner, self._lease)
        renewing = asyncio.create_task(self._keep(held, asyncio.current_task()))
        try:
            result = await performer.perform(claimed, held)
        except Transient as error:
            await self._again(claimed, error)
        except Unsure as error:
            await self._unsure(claimed, error)
        except OutsideError as error:
            await self._give_up(claimed, performer, error)
        except LeaseLost:
            log.warning("another process took over", effect=claimed.key)
        else:
            await self._settle(claimed, lambda tx: performer.settle(tx, claimed, result), result)
        finally:
            renewing.cancel()

    async def _keep(self, held: _Held, doing: "asyncio.Task[None] | None") -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            try:
                await held.renew()
            except LeaseLost:
                log.warning("lease lost while working", effect=held.claimed.key)
                if doing is not None:
                    doing.cancel()
                return

    async def _settle(self, claimed: Claimed, follow: Callable[[Tx], Awaitable[None]], result: Result) -> None:
        try:
            async with self._database.write() as tx:
                await settle_effect(tx, claimed, self._owner, "done", result=dict(result), settled_at=tx.now, error="")
                await follow(tx)
        except LeaseLost:
            log.warning("settled by another process", effect=claimed.key)

    async def _again(self, claimed: Claimed, error: Transient) -> None:
        wait = pause(claimed.attempts, error.retry_after).total_seconds()
        log.info("effect will be tried again", effect=claimed.key, seconds=wait, why=str(error))
        async with self._database.write() as tx:
            await settle_effect(
                tx, claimed, self._owner, "ready", intent_at=None, not_before=tx.later(wait), error=str(error)
            )

    async def _unsure(self, claimed: Claimed, error: Unsure) -> None:
        log.warning("effect of unknown end", effect=claimed.key, why=str(error))
        async with self._database.write() as tx:
            later = tx.later(self._unsure_after)
            await settle_effect(tx, claimed, self._owner, "unsure", not_before=later, error=str(error))

    async def _give_up(self, claimed: Claimed, performer: Performer, error: OutsideError) -> None:
        code = error.code if isinstance(error, Permanent) else ""
        log.warning("effect failed", effect=claimed.key, why=str(error), code=code)
        async with self._database.write() as tx:
            await settle_effect(tx, claimed, self._owner, "failed", settled_at=tx.now, error=str(error))
            await performer.failed(tx, claimed, str(error))

    async def drain(self, seconds: float) -> None:
        """Wait for what runs, `seconds` at most; then cancel, and leave the rest to whoever claims it next."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
