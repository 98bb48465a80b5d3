from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.work import Surface, Watch
from bot.store import owing
from bot.store.claims import settle_surface
from bot.store.db import Database
from bot.store.schema.work import effects, surfaces, watches
from tests.support.work import claim, draw, effect, owe, row, rows, settle, touch, watch

CARD = Surface("card:INC-1", "incident", "INC-1", "C1")


async def test_an_effect_is_owed_once_for_ever(database: Database) -> None:
    async with database.write() as tx:
        assert await owing.owe(tx, effect("page:P-1"))
    for one in await claim(database):
        await settle(database, one)
    async with database.write() as tx:
        assert not await owing.owe(tx, effect("page:P-1"))
    assert await claim(database) == []


async def test_an_effect_for_later_is_not_due_now(database: Database) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    await owe(database, effect("reminder", not_before=later), effect("now"))
    assert [one.key for one in await claim(database)] == ["now"]
    assert (await row(database, effects, "reminder")).not_before == later


async def test_a_payload_comes_back_as_it_was(database: Database) -> None:
    payload = {"incident": 1, "about": "U1", "share": 0.25, "urgent": True, "none": None, "words": "é <!channel> 'x'"}
    await owe(database, effect("a", payload=payload))
    assert [one.payload for one in await claim(database)] == [payload]


async def test_a_surface_touched_twice_is_one_surface_that_wants_a_newer_picture(database: Database) -> None:
    await touch(database, CARD, CARD)
    found = await rows(database, surfaces)
    assert [(row.wanted, row.shown, row.ts) for row in found.values()] == [(2, 0, None)]


async def test_touching_all_that_shows_a_subject_makes_nothing_new(database: Database) -> None:
    await touch(database, CARD, Surface("announce:INC-1", "announcement", "INC-1", "C2"))
    await touch(database, Surface("card:INC-2", "incident", "INC-2", "C3"))
    async with database.write() as tx:
        await owing.touch_all(tx, "INC-1")
        await owing.touch_all(tx, "INC-9")
    assert {key: it.wanted for key, it in (await rows(database, surfaces)).items()} == {
        "card:INC-1": 2,
        "announce:INC-1": 2,
        "card:INC-2": 1,
    }


async def test_one_surface_can_be_redrawn_alone(database: Database) -> None:
    await touch(database, CARD, Surface("announce:INC-1", "announcement", "INC-1", "C2"))
    async with database.write() as tx:
        await owing.redraw(tx, "card:INC-1")
    assert (await row(database, surfaces, "card:INC-1")).wanted == 2
    assert (await row(database, surfaces, "announce:INC-1")).wanted == 1


async def test_the_place_of_a_message_is_known_once_it_is_posted(database: Database) -> None:
    await touch(database, CARD)
    async with database.read() as tx:
        assert await owing.place_of(tx, "card:INC-1") is None
        assert await owing.place_of(tx, "card:INC-2") is None
    [drawn] = await draw(database)
    async with database.write() as tx:
        await settle_surface(tx, drawn, "one", shown=drawn.wanted, channel="C7", ts="1700.1")
    async with database.read() as tx:
        assert await owing.place_of(tx, "card:INC-1") == ("C7", "1700.1")


async def test_a_watch_that_exists_keeps_its_memory_and_its_next_look(database: Database) -> None:
    await watch(database, Watch("w", "test", "checkout", 30))
    before = await row(database, watches, "w")
    await watch(database, Watch("w", "test", "checkout", 60))
    after = await row(database, watches, "w")
    assert (after.due_at, after.every_s, after.active) == (before.due_at, 60, True)


async def test_a_watch_can_be_ended_and_begun_again(database: Database) -> None:
    await watch(database, Watch("w", "test", "", 30))
    async with database.write() as tx:
        await owing.unwatch(tx, "w")
    assert not (await row(database, watches, "w")).active
    await watch(database, Watch("w", "test", "", 30))
    assert (await row(database, watches, "w")).active


@pytest.mark.parametrize("state", ["done", "unsure", "ready"])
async def test_only_what_failed_is_tried_again(database: Database, state: str) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database)
    await settle(database, one, state=state)
    async with database.write() as tx:
        assert not await owing.retry_failed(tx, "a")
        assert not await owing.retry_failed(tx, "never owed")
    assert (await row(database, effects, "a")).state == state


async def test_what_is_tried_again_is_tried_afresh_at_once(database: Database) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database)
    await settle(database, one, state="failed", error="no such channel")
    async with database.write() as tx:
        assert await owing.retry_failed(tx, "a")
    [again] = await claim(database)
    assert (again.attempts, again.retaken) == (1, False)
    assert (await row(database, effects, "a")).error == ""
