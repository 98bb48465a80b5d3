import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.schedule import Schedule, Tick


@asynccontextmanager
async def scheduled(*ticks: Tick) -> AsyncIterator[Schedule]:
    schedule = Schedule(ticks)
    schedule.start()
    try:
        yield schedule
    finally:
        await schedule.stop()


class Counting:
    """Counts its calls, and lets a test wait for them."""

    def __init__(self, fails: bool = False, hangs: bool = False) -> None:
        self._calls = asyncio.Semaphore(0)
        self._fails = fails
        self._hangs = hangs
        self.count = 0
        self.cancelled = False

    async def __call__(self) -> None:
        self.count += 1
        self._calls.release()
        if self._fails:
            raise ZeroDivisionError
        if self._hangs:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled = True
                raise

    async def called(self, times: int) -> None:
        async with asyncio.timeout(10):
            for _ in range(times):
                await self._calls.acquire()


async def test_the_first_tick_comes_at_once_and_then_every_interval() -> None:
    rare, often = Counting(), Counting()
    async with scheduled(Tick("rare", 3600, rare), Tick("often", 0.05, often)):
        await rare.called(1)
        await often.called(3)
    assert rare.count == 1


async def test_a_failing_tick_is_counted_and_ticks_on() -> None:
    failing = Counting(fails=True)
    async with scheduled(Tick("failing", 0.05, failing), Tick("other", 0.05, Counting())) as schedule:
        await failing.called(3)
    assert schedule.failures["failing"] >= 2
    assert schedule.failures["other"] == 0


async def test_a_tick_is_never_in_the_same_thing_twice() -> None:
    slow, quick = Counting(hangs=True), Counting()
    async with scheduled(Tick("slow", 0.02, slow), Tick("quick", 0.02, quick)):
        await quick.called(5)
    assert slow.count == 1


async def test_stopping_ends_what_runs_and_nothing_ticks_afterwards() -> None:
    slow, quick = Counting(hangs=True), Counting()
    async with scheduled(Tick("slow", 3600, slow), Tick("quick", 0.02, quick)):
        await slow.called(1)
        await quick.called(1)
    assert slow.cancelled
    before = quick.count
    await asyncio.sleep(0.1)
    assert quick.count == before
