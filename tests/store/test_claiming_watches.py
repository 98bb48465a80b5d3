import pytest

from bot.domain.work import Watch
from bot.store.claims import LeaseLost, any_watch_due, settle_watch, take_over
from bot.store.db import Database
from bot.store.schema.work import watches
from tests.support.work import look, pass_an_hour, row, watch


async def looked(database: Database, key: str = "w", error: str = "", **memory: object) -> None:
    [due] = await look(database)
    assert due.key == key
    async with database.write() as tx:
        await settle_watch(tx, due, "one", memory or None, error)


async def test_a_new_watch_is_due_at_once(database: Database) -> None:
    await watch(database, Watch("w", "test", "checkout", 30))
    [due] = await look(database)
    assert (due.key, due.kind, due.subject, due.every_s, due.memory) == ("w", "test", "checkout", 30, {})


async def test_the_most_overdue_goes_first(database: Database) -> None:
    for key in ("first", "second", "third"):
        await watch(database, Watch(key, "test", "", 30))
    assert [due.key for due in await look(database, limit=2)] == ["first", "second"]


async def test_a_tick_finds_out_by_reading_whether_anything_is_due(database: Database) -> None:
    async with database.read() as tx:
        assert not await any_watch_due(tx, ["test"])
    await watch(database, Watch("w", "test", "", 30))
    async with database.read() as tx:
        assert await any_watch_due(tx, ["test"])
        assert not await any_watch_due(tx, ["another kind"])
    await look(database)
    async with database.read() as tx:
        assert not await any_watch_due(tx, ["test"])


async def test_the_next_look_comes_one_period_after_this_one_was_due(database: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    due_at = (await row(database, watches, "w")).due_at
    await looked(database)
    assert ((await row(database, watches, "w")).due_at - due_at).total_seconds() == 30


async def test_looks_that_were_missed_are_not_made_up_for(database: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    due_at = (await row(database, watches, "w")).due_at
    await pass_an_hour(database)
    await looked(database)
    assert (await row(database, watches, "w")).due_at > due_at
    assert await look(database) == []


async def test_what_a_look_remembers_is_given_to_the_next_one(database: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    await looked(database, seen=3)
    await pass_an_hour(database)
    [due] = await look(database)
    assert due.memory == {"seen": 3}


async def test_a_failing_look_keeps_the_memory_and_leaves_words(database: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    await looked(database, seen=3)
    await pass_an_hour(database)
    await looked(database, error="no answer")
    kept = await row(database, watches, "w")
    assert (kept.memory, kept.error) == ({"seen": 3}, "no answer")


async def test_two_processes_look_once(database: Database, another: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    assert len(await look(database, "one")) == 1
    assert await look(another, "two") == []


async def test_a_look_that_outlived_its_lease_writes_nothing(database: Database, another: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    [due] = await look(database, "one")
    await pass_an_hour(database)
    assert len(await look(another, "two")) == 1
    with pytest.raises(LeaseLost):
        async with database.write() as tx:
            await settle_watch(tx, due, "one", {"seen": "too late"})
    assert (await row(database, watches, "w")).memory == {}


async def test_a_sole_heir_looks_again_at_once(database: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    await look(database, "dead")
    await take_over(database, within=60)
    assert len(await look(database, "heir")) == 1
