from bot.store import pace
from bot.store.db import Database


async def take(database: Database, channel: str = "C1") -> float:
    async with database.write() as tx:
        return await pace.take(tx, channel)


async def test_a_few_may_go_at_once_and_then_one_a_gap(database: Database) -> None:
    assert [await take(database) for _ in range(pace.AT_ONCE)] == [0.0] * pace.AT_ONCE
    wait = await take(database)
    assert 0 < wait <= pace.GAP
    assert await take(database, "C2") == 0.0


async def test_what_was_not_taken_is_not_counted(database: Database) -> None:
    for _ in range(pace.AT_ONCE):
        await take(database)
    waits = [await take(database) for _ in range(3)]
    assert max(waits) <= pace.GAP


async def test_two_processes_keep_one_pace(database: Database, another: Database) -> None:
    for _ in range(pace.AT_ONCE):
        await take(database)
    assert await take(another) > 0


async def test_a_held_channel_takes_nothing_until_its_time(database: Database) -> None:
    async with database.write() as tx:
        await pace.hold(tx, "C1", 60)
        assert 59 < await pace.wait(tx, "C1") <= 60
    assert 59 < await take(database) <= 60
    async with database.write() as tx:
        assert await pace.wait(tx, "C2") == 0.0
