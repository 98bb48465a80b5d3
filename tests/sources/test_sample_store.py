"""The sampler's store, on SQLite and on PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.series import Increment
from bot.ports import Sample, Scrape
from bot.store.db import Database
from bot.store.samples import SqlSampleStore

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
EVERY = timedelta(seconds=15)
PAGE = "http://shop/metrics"


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def page(seconds: float, limit: int = 100, **codes: float) -> Scrape:
    """One look at a page of `hits` by code."""
    counters = [Sample("hits", {"code": code.removeprefix("c")}, value) for code, value in codes.items()]
    return Scrape(PAGE, at(seconds), EVERY, counters=counters, limit=limit)


async def grew(store: SqlSampleStore, start: float, end: float) -> Mapping[str, float]:
    """By code, what was counted in (start, end]."""
    series = {each.id: each.labels["code"] for each in await store.series(["hits"])}
    (sums,) = await store.sums(series, [(at(start), at(end))])
    return {series[key]: amount for key, amount in sums.items()}


async def test_a_counter_counts_from_its_first_look_on_through_resets(database: Database) -> None:
    store = SqlSampleStore(database)
    for seconds, value in ((0, 1000), (15, 1010), (30, 1015), (45, 4), (60, 10)):
        await store.record(page(seconds, c200=value))
    assert await grew(store, 0, 60) == {"200": 25.0}
    assert await grew(store, 15, 45) == {"200": 9.0}


async def test_a_series_born_between_two_looks_counts_from_zero(database: Database) -> None:
    store = SqlSampleStore(database)
    await store.record(page(0, c200=100))
    await store.record(page(15, c200=110, c500=3))
    assert await grew(store, 0, 15) == {"200": 10.0, "500": 3.0}


async def test_another_process_goes_on_where_this_one_stopped(database: Database) -> None:
    one, other = SqlSampleStore(database), SqlSampleStore(database)
    await one.record(page(0, c200=100))
    await other.record(page(15, c200=110))
    await one.record(page(30, c200=125))
    assert await grew(other, 0, 30) == {"200": 25.0}


async def test_a_look_that_comes_late_or_twice_changes_nothing(database: Database) -> None:
    store = SqlSampleStore(database)
    for seconds, value in ((0, 100), (30, 120), (15, 110), (30, 500)):
        await store.record(page(seconds, c200=value))
    assert await grew(store, 0, 60) == {"200": 20.0}


async def test_what_grew_in_a_long_gap_is_laid_over_the_gap_which_is_not_covered(database: Database) -> None:
    store = SqlSampleStore(database)
    await store.record(page(0, c200=0))
    await store.record(page(15, c200=15))
    await store.record(page(15 + 3600, c200=15 + 3600))
    await store.record(page(30 + 3600, c200=30 + 3600))
    assert (await grew(store, 0, 3630))["200"] == pytest.approx(3630)
    assert (await grew(store, 3300, 3600))["200"] == pytest.approx(300)
    state = (await store.targets([PAGE], at(-1)))[PAGE]
    assert sorted(state.spans) == [(at(0), at(15)), (at(3615), at(3630))]


async def test_layers_agree_whatever_the_window(database: Database) -> None:
    store = SqlSampleStore(database)
    for look in range(0, 3 * 3600 + 1, 60):
        await store.record(page(look, c200=float(look // 60) ** 2 % 977 + look))
    whole = await grew(store, 0, 3 * 3600)
    for middle in (60, 299 * 12, 300 * 12, 3601, 7200, 9000):
        middle -= middle % 60
        parts = (await grew(store, 0, middle))["200"] + (await grew(store, middle, 3 * 3600))["200"]
        assert parts == pytest.approx(whole["200"])


async def test_series_beyond_the_limit_are_left_out_and_counted(database: Database) -> None:
    store = SqlSampleStore(database)
    assert await store.record(page(0, limit=2, a=1, b=1, c=1)) == 1
    assert await store.record(page(15, limit=2, a=2, b=2, c=2)) == 1
    assert sorted(await grew(store, 0, 15)) == ["a", "b"]
    assert (await store.targets([PAGE], at(0)))[PAGE].left_out == 1


async def test_a_raised_limit_does_not_count_the_past_of_what_was_left_out(database: Database) -> None:
    store = SqlSampleStore(database)
    await store.record(page(0, limit=1, a=1, b=1000))
    await store.record(page(15, limit=2, a=2, b=1010))
    await store.record(page(30, limit=2, a=3, b=1020))
    assert await grew(store, 0, 30) == {"a": 2.0, "b": 10.0}


async def test_a_failed_look_is_remembered_until_the_next_good_one(database: Database) -> None:
    store = SqlSampleStore(database)
    await store.record(page(0, c200=1))
    await store.failed(PAGE, "gone")
    assert (await store.targets([PAGE], at(-1)))[PAGE].problem == "gone"
    await store.record(page(15, c200=2))
    assert (await store.targets([PAGE], at(-1)))[PAGE].problem == ""


async def test_events_are_counted_as_they_are(database: Database) -> None:
    store = SqlSampleStore(database)
    for seconds in (0, 15, 30):
        await store.record(Scrape("probe", at(seconds), EVERY, events=[Sample("hits", {"code": "ok"}, 1.0)]))
    assert await grew(store, -1, 30) == {"ok": 3.0}
    assert await grew(store, 0, 30) == {"ok": 2.0}


async def test_history_is_added_once_however_often_it_is_given(database: Database) -> None:
    store = SqlSampleStore(database)
    past = [Increment("hits", {"code": "200"}, at(300 * n), 10.0) for n in range(1, 13)]
    for _ in range(2):
        await store.add("generated", past, at(0), at(3600))
    assert await grew(store, 0, 3600) == {"200": 120.0}
    longer = [*past, Increment("hits", {"code": "200"}, at(3900), 5.0)]
    await store.add("generated", longer, at(0), at(3900))
    assert await grew(store, 0, 3900) == {"200": 125.0}
    assert (await store.targets(["generated"], at(0)))["generated"].spans == [(at(0), at(3900))]


@pytest.mark.parametrize("width", [60, 300, 3600])
async def test_slices_are_those_that_end_in_the_window(database: Database, width: int) -> None:
    store = SqlSampleStore(database)
    for look in range(0, 4 * 3600 + 1, 60):
        await store.record(page(look, c200=look))
    (series,) = await store.series(["hits"])
    window = (at(30), at(3 * 3600 + 30))
    (by_slice,) = (await store.slices([series.id], window, timedelta(seconds=width))).values()
    ends = {NOON.timestamp() + seconds for seconds in range(width, 3 * 3600 + 1, width)}
    assert {(number + 1) * width for number in by_slice} == ends
    assert set(by_slice.values()) == {float(width)}


async def test_old_increments_are_forgotten_and_their_sums_kept(database: Database) -> None:
    store = SqlSampleStore(database)
    for seconds in (0, 15, 30):
        await store.record(page(seconds, c200=seconds))
    await store.forget(NOON + timedelta(days=40))
    assert await grew(store, 15, 30) == {}
    assert await grew(store, 0, 3600) == {"200": 30.0}
