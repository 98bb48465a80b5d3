from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.domain.work import Drawn, Surface
from bot.store.claims import LeaseLost, any_surface_due, hold_surface, settle_surface, take_over
from bot.store.db import Database
from bot.store.schema.work import surfaces
from tests.support.work import LEASE, draw, pass_an_hour, row, touch


def card(key: str, channel: str = "", priority: int = 5) -> Surface:
    return Surface(key, "test", key, channel or f"C-{key}", priority=priority)


async def shown(database: Database, drawn: Drawn, owner: str = "one", **values: Any) -> None:
    async with database.write() as tx:
        await settle_surface(tx, drawn, owner, **({"shown": drawn.wanted, "intent_at": None} | values))


async def test_the_most_urgent_of_a_channel_goes_first(database: Database) -> None:
    await touch(database, card("card", "C1"), card("page", "C1", 1), card("other", "C2", 8))
    assert {drawn.key for drawn in await draw(database)} == {"page", "other"}


async def test_a_read_tells_whether_there_is_anything_to_draw(database: Database) -> None:
    async def due(*busy: str) -> bool:
        async with database.read() as tx:
            return await any_surface_due(tx, busy)

    assert not await due()
    await touch(database, card("a", "C1"))
    assert (await due(), await due("C1")) == (True, False)
    [drawn] = await draw(database)
    assert not await due()
    await shown(database, drawn)
    assert not await due()


async def test_of_equals_the_one_that_waits_longest_goes_first(database: Database) -> None:
    for key in ("first", "second"):
        await touch(database, card(key, "C1"))
    [drawn] = await draw(database)
    assert drawn.key == "first"
    await shown(database, drawn)
    assert [each.key for each in await draw(database)] == ["second"]


async def test_a_busy_channel_is_left_alone(database: Database) -> None:
    await touch(database, card("a", "C1"), card("b", "C2"))
    assert [drawn.key for drawn in await draw(database, busy=("C1",))] == ["b"]


async def test_a_surface_touched_while_it_is_drawn_is_drawn_again(database: Database) -> None:
    await touch(database, card("a"))
    [drawn] = await draw(database)
    await touch(database, card("a"))
    await shown(database, drawn)
    [again] = await draw(database)
    assert (again.wanted, again.attempts) == (2, 2)


async def test_what_shows_all_that_is_wanted_is_not_drawn(database: Database) -> None:
    await touch(database, card("a"))
    [drawn] = await draw(database)
    await shown(database, drawn)
    assert await draw(database) == []


async def test_a_message_that_is_gone_is_not_drawn(database: Database) -> None:
    await touch(database, card("a"))
    [drawn] = await draw(database)
    await shown(database, drawn, state="gone")
    await touch(database, card("a"))
    assert await draw(database) == []


async def test_a_surface_left_behind_is_retaken_with_its_first_intent(database: Database, another: Database) -> None:
    await touch(database, card("a"))
    [drawn] = await draw(database, "one")
    assert await draw(another, "two") == []
    await pass_an_hour(database)
    [retaken] = await draw(another, "two")
    assert (retaken.retaken, retaken.intent_at) == (True, drawn.intent_at)
    with pytest.raises(LeaseLost):
        await shown(database, drawn, "one")
    await shown(another, retaken, "two", ts="1.1")
    assert (await row(database, surfaces, "a")).ts == "1.1"


async def test_a_held_surface_is_not_retaken(database: Database) -> None:
    await touch(database, card("a"))
    [drawn] = await draw(database, "one")
    await pass_an_hour(database)
    async with database.write() as tx:
        await hold_surface(tx, drawn, "one", LEASE)
    assert await draw(database, "two") == []


async def test_a_lost_surface_cannot_be_held(database: Database) -> None:
    await touch(database, card("a"))
    [drawn] = await draw(database, "one")
    await pass_an_hour(database)
    await draw(database, "two")
    with pytest.raises(LeaseLost):
        async with database.write() as tx:
            await hold_surface(tx, drawn, "one", LEASE)


async def test_a_sole_heir_takes_over_surfaces_too(database: Database) -> None:
    await touch(database, card("a"))
    await draw(database, "dead")
    await take_over(database, within=0)
    assert [drawn.retaken for drawn in await draw(database, "heir")] == [True]


async def test_no_more_are_claimed_than_asked_for_be_they_new_or_left_behind(database: Database) -> None:
    await touch(database, *(card(f"old{n}") for n in range(3)))
    await draw(database, "dead")
    await pass_an_hour(database)
    await touch(database, *(card(f"new{n}") for n in range(2)))
    assert len(await draw(database, limit=3)) == 3


@given(
    cards=st.lists(st.tuples(st.sampled_from(["C1", "C2", "C3"]), st.integers(1, 3)), min_size=1, max_size=12),
    busy=st.sets(st.sampled_from(["C1", "C2", "C3"]), max_size=2),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_of_every_channel_that_is_not_busy_exactly_its_most_urgent_is_claimed(
    database: Database, cards: list[tuple[str, int]], busy: set[str]
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(delete(surfaces))
    await touch(database, *(card(f"{n}", channel, priority) for n, (channel, priority) in enumerate(cards)))
    urgent: dict[str, tuple[int, int]] = {}
    for n, (channel, priority) in enumerate(cards):
        if channel not in busy:
            urgent[channel] = min(urgent.get(channel, (9, 0)), (priority, n))
    drawn = await draw(database, busy=tuple(busy))
    assert {(each.channel, int(each.key)) for each in drawn} == {(channel, n) for channel, (_, n) in urgent.items()}
