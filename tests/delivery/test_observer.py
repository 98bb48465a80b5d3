import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.delivery.observer import Observer
from bot.domain.work import Due, Watch
from bot.ports import Transient
from bot.store.db import Database
from bot.store.schema.work import watches
from tests.support.work import look, pass_an_hour, row, watch

Seen = Mapping[str, object] | None


class Looking:
    """A look that does what the test says."""

    def __init__(self, see: Callable[[Due], Awaitable[Seen]]) -> None:
        self._see = see

    async def look(self, due: Due) -> Seen:
        return await self._see(due)


def observer(database: Database, see: Callable[[Due], Awaitable[Seen]], lease: float = 60) -> Observer:
    return Observer(database, {"test": Looking(see)}, "one", lease)


async def kept(database: Database) -> Any:
    return await row(database, watches, "w")


async def test_a_look_remembers_for_the_next_one(database: Database) -> None:
    async def see(due: Due) -> Seen:
        return {"times": int(str(due.memory.get("times", 0))) + 1}

    await watch(database, Watch("w", "test", "checkout", 30))
    watching = observer(database, see)
    for _ in range(2):
        await watching.tick()
        await watching.drain(5)
        await pass_an_hour(database)
    after = await kept(database)
    assert (after.memory, after.owner, after.error) == ({"times": 2}, None, "")


async def test_a_tick_with_nothing_due_looks_at_nothing(database: Database) -> None:
    async def see(due: Due) -> Seen:
        raise AssertionError

    await observer(database, see).tick()


async def test_a_source_that_does_not_answer_is_noted_and_asked_again_next_time(database: Database) -> None:
    answers: list[Seen] = [{"up": 1}]

    async def see(due: Due) -> Seen:
        if answers:
            return answers.pop()
        raise Transient("Prometheus does not answer")

    await watch(database, Watch("w", "test", "", 30))
    watching = observer(database, see)
    for _ in range(2):
        await pass_an_hour(database)
        await watching.tick()
        await watching.drain(5)
    after = await kept(database)
    assert (after.memory, after.error) == ({"up": 1}, "Prometheus does not answer")


async def test_a_fault_of_the_program_is_noted_and_the_watch_goes_on(database: Database) -> None:
    async def see(due: Due) -> Seen:
        raise ZeroDivisionError

    await watch(database, Watch("w", "test", "", 30))
    watching = observer(database, see)
    await watching.tick()
    await watching.drain(5)
    after = await kept(database)
    assert after.owner is None
    assert "fault of its own" in after.error


async def test_a_look_without_end_is_ended(database: Database) -> None:
    async def see(due: Due) -> Seen:
        await asyncio.Event().wait()
        return None

    await watch(database, Watch("w", "test", "", 30))
    watching = observer(database, see, lease=0.4)
    await watching.tick()
    await watching.drain(5)
    assert (await kept(database)).error == "took longer than 0.2 s"


async def test_a_shutdown_lets_go_of_what_is_being_looked_at(database: Database) -> None:
    async def see(due: Due) -> Seen:
        await asyncio.Event().wait()
        return None

    await watch(database, Watch("w", "test", "", 30))
    watching = observer(database, see)
    await watching.tick()
    await watching.drain(0.05)
    after = await kept(database)
    assert (after.owner, after.error) == (None, "ended by a shutdown")


async def test_who_was_overtaken_writes_nothing(database: Database, another: Database) -> None:
    async def see(due: Due) -> Seen:
        await pass_an_hour(another)
        await look(another, "two")
        return {"seen": "too late"}

    await watch(database, Watch("w", "test", "", 30))
    watching = observer(database, see)
    await watching.tick()
    await watching.drain(5)
    after = await kept(database)
    assert (after.memory, after.owner) == ({}, "two")


async def test_a_kind_that_this_version_does_not_know_is_left_to_another(database: Database) -> None:
    async def see(due: Due) -> Seen:
        return None

    await watch(database, Watch("w", "from the future", "", 30))
    watching = observer(database, see)
    await watching.tick()
    await watching.drain(1)
    assert (await kept(database)).owner is None
