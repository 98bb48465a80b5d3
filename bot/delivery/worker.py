"""Effects, done: claimed under a lease, performed, and settled together with what follows in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import monotonic

import structlog

from bot.delivery.performer import Performer, Result
from bot.delivery.retry import pause
from bot.domain.work import Claimed
from bot.ports import OutsideError, Permanent, Transient, Unsure
from bot.store.claims import LeaseLost, any_effect_due, claim_effects, renew, settle_effect
from bot.store.db import Database, StoreUnavailable, Tx
from bot.store.owing import bell_of
from bot.supervise import once

log = structlog.get_logger()
POLL_SECONDS = 1.0
SETTLE_AGAIN_SECONDS = 1.0
AT_ONCE = 16
MOST_ATTEMPTS = 200
"""About sixteen hours of pauses of five minutes; then a person is told."""


class _Held:
    """The claim that a performer works under, and until when it holds by this process's own clock."""

    def __init__(self, database: Database, claimed: Claimed, owner: str, seconds: float, since: float) -> None:
        self.claimed = claimed
        self._database = database
        self._owner = owner
        self._seconds = seconds
        self._until = since + seconds

    async def renew(self) -> None:
        """Raises `LeaseLost`, also where this process was asleep for longer than the lease it was just given."""
        asked = monotonic()
        await renew(self._database, "effects", self.claimed.id, self._owner, self._seconds)
        self._until = asked + self._seconds
        if self.ends_within(0):
            raise LeaseLost(self.claimed.key)

    def ends_within(self, seconds: float) -> bool:
        return monotonic() + seconds >= self._until


@dataclass(frozen=True, slots=True)
class _Ending:
    """How an attempt ended: the effect's next state, after how many seconds it is due, and what is stored with it."""

    state: str
    error: str = ""
    wait: float | None = None
    result: Result | None = None
    follow: Callable[[Tx], Awaitable[None]] | None = None


class Worker:
    """Runs up to `AT_ONCE` effects of the kinds in `performers` side by side; `step` starts them, `drain` ends them.

    Kinds that must not wait for each other, such as pages and what Slack is asked, get a worker each.
    """

    def __init__(
        self,
        database: Database,
        performers: Mapping[str, Performer],
        owner: str,
        lease: float,
        unsure_after: float,
        unsure: Callable[[str], None] = lambda _kind: None,
    ) -> None:
        self._database = database
        self._performers = performers
        self._owner = owner
        self._lease = lease
        self._unsure_after = unsure_after
        self._unsure = unsure
        self._ear = database.bell.ear(*map(bell_of, performers))
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._looked_back = float("-inf")

    async def step(self) -> None:
        """Start whatever is due, then wait for the bell, a finished effect, or the next poll."""
        room = AT_ONCE - len(self._running)
        if room > 0:
            since = monotonic()
            retake = since - self._looked_back >= POLL_SECONDS
            for one in await self._claim(room, retake=retake):
                self._start(_Held(self._database, one, self._owner, self._lease, since))
            self._looked_back = since if retake else self._looked_back
        await self._ear.wait(POLL_SECONDS)

    async def _claim(self, room: int, *, retake: bool) -> list[Claimed]:
        async with self._database.read() as tx:
            if not await any_effect_due(tx, self._performers, retake=retake):
                return []
        async with self._database.write() as tx:
            return await claim_effects(tx, self._owner, self._lease, room, self._performers, retake=retake)

    def _start(self, held: _Held) -> None:
        for task, older in self._running.items():
            if older.id == held.claimed.id:  # this process slept for longer than its lease, and claimed it again
                task.cancel()
        task = asyncio.create_task(once(f"effect {held.claimed.key}", self._do(held)))
        self._running[task] = held.claimed
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._ear.hear()

    async def _do(self, held: _Held) -> None:
        try:
            ending = await self._attempt(held)
            await self._settle(held.claimed, ending)
        except LeaseLost:
            log.warning("effect taken over by another process", effect=held.claimed.key)

    async def _attempt(self, held: _Held) -> _Ending:
        """Perform it once, holding the lease meanwhile."""
        claimed = held.claimed
        performer = self._performers[claimed.kind]
        if claimed.attempts > MOST_ATTEMPTS:
            return _given_up(claimed, performer, OutsideError(f"no end after {MOST_ATTEMPTS} attempts"))
        try:
            async with self._holding(held):
                result = await performer.perform(claimed, held)
        except Transient as error:
            return self._again(claimed, error)
        except Unsure as error:
            log.warning("effect of unknown end", effect=claimed.key, why=str(error))
            self._unsure(claimed.kind)
            return _Ending("unsure", str(error), wait=self._unsure_after)
        except OutsideError as error:
            return _given_up(claimed, performer, error)
        return _Ending("done", result=result, follow=lambda tx: performer.settle(tx, claimed, result))

    @asynccontextmanager
    async def _holding(self, held: _Held) -> AsyncIterator[None]:
        """Renew the lease while the block runs, and cancel it once the lease is lost. Raises `LeaseLost`."""
        if held.ends_within(0):
            raise LeaseLost(held.claimed.key)
        renewing = asyncio.create_task(self._keep(held, asyncio.current_task()))
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])

    async def _keep(self, held: _Held, doing: "asyncio.Task[None] | None") -> None:
        lost = False
        while not lost:
            await asyncio.sleep(self._lease / 3)
            try:
                await held.renew()
            except StoreUnavailable:
                lost = held.ends_within(self._lease / 3)
            except LeaseLost:
                lost = True
        log.warning("lease lost while working", effect=held.claimed.key)
        if doing is not None:
            doing.cancel()

    async def _settle(self, claimed: Claimed, ending: _Ending) -> None:
        """Store the ending, again and again while the database is away: what was done is not to be forgotten."""
        while True:
            try:
                await self._store(claimed, ending)
                return
            except StoreUnavailable as error:
                log.warning("end of effect not stored yet", effect=claimed.key, why=str(error))
                await asyncio.sleep(SETTLE_AGAIN_SECONDS)

    async def _store(self, claimed: Claimed, ending: _Ending) -> None:
        values: dict[str, object] = {"error": ending.error}
        async with self._database.write() as tx:
            if ending.wait is None:
                values["settled_at"] = tx.now
            else:
                values["not_before"] = tx.later(ending.wait)
            if ending.state == "ready":
                values["intent_at"] = None
            if ending.result is not None:
                values["result"] = dict(ending.result)
            await settle_effect(tx, claimed, self._owner, ending.state, **values)
            if ending.follow is not None:
                await ending.follow(tx)

    def _again(self, claimed: Claimed, error: Transient) -> _Ending:
        """It did not happen this time; what became of an earlier attempt of unknown end must still be looked up."""
        wait = pause(claimed.attempts, error.retry_after).total_seconds()
        log.info("effect will be tried again", effect=claimed.key, seconds=wait, why=str(error))
        return _Ending("unsure" if claimed.retaken else "ready", str(error), wait=wait)

    async def drain(self, seconds: float) -> None:
        """Wait for what runs, `seconds` at most; then cancel the rest and leave it to be looked up by others."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        left = [self._running[task] for task in late]
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
        for claimed in left:
            await once(f"releasing {claimed.key}", self._release(claimed))

    async def _release(self, claimed: Claimed) -> None:
        try:
            await self._store(claimed, _Ending("unsure", "ended by a shutdown", wait=self._unsure_after))
        except LeaseLost:
            return


def _given_up(claimed: Claimed, performer: Performer, error: OutsideError) -> _Ending:
    words = str(error)
    code = error.code if isinstance(error, Permanent) else ""
    log.warning("effect failed", effect=claimed.key, why=words, code=code)
    return _Ending("failed", words, follow=lambda tx: performer.failed(tx, claimed, words))
