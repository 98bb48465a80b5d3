from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from bot.domain.incident import Entry, EntryKind
from bot.store import events, forgetting, requests, timeline
from bot.store.db import Database
from bot.store.schema.alerts import deliveries
from bot.store.schema.work import effects
from tests.support.incidents import an_incident
from tests.support.work import claim, effect, owe, rows, settle

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EVENT = events.Event("Ev1", "message", {"text": "hello"})


class Years:
    """A database whose clock can be turned."""

    def __init__(self, url: str) -> None:
        self.now = NOW
        self.database = Database(url, lambda: self.now)


@pytest.fixture
async def years(database_url: str) -> Any:
    opened = Years(database_url)
    yield opened
    await opened.database.close()


async def _all(database: Database, table: Table) -> list[Any]:
    async with database.read() as tx:
        return list((await tx.connection.execute(select(table))).all())


async def _note_requests(database: Database, count: int) -> None:
    async with database.write() as tx:
        for n in range(count):
            await requests.first(tx, f"{tx.now}:{n}", "test", "U1")


async def test_old_requests_are_forgotten_however_many_and_young_ones_kept(
    years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 4)
    await _note_requests(years.database, 10)
    years.now += timedelta(days=31)
    await _note_requests(years.database, 3)
    assert await forgetting.forget(years.database) == 10
    assert await forgetting.forget(years.database) == 0


async def test_an_event_is_forgotten_with_its_effect_once_it_was_handled(years: Years) -> None:
    async with years.database.write() as tx:
        await events.keep(tx, EVENT)
    await owe(years.database, effect("event:Ev1", kind="slack.event"))
    years.now += timedelta(days=8)
    assert await forgetting.forget(years.database) == 0
    [one] = await claim(years.database)
    await settle(years.database, one)
    assert await forgetting.forget(years.database) == 1
    assert await rows(years.database, effects) == {}


async def test_a_webhook_loses_its_body_and_keeps_its_counts(years: Years) -> None:
    async with years.database.write() as tx:
        row = {"source": "am", "key": "k", "received_at": tx.now, "body": "{}", "accepted": 3, "new": 1, "left_out": 0}
        await tx.connection.execute(insert(deliveries).values(row))
    years.now += timedelta(days=31)
    assert await forgetting.forget(years.database) == 1
    [kept] = await _all(years.database, deliveries)
    assert (kept.body, kept.accepted, kept.new) == ("", 3, 1)


async def test_the_record_and_what_was_done_are_kept_for_good(years: Years) -> None:
    number = (await an_incident(years.database)).number
    async with years.database.write() as tx:
        await timeline.record(tx, number, Entry("declared", NOW, EntryKind.DECLARED, "declared"))
    await owe(years.database, effect("INC-1:room"))
    [one] = await claim(years.database)
    await settle(years.database, one)
    years.now += timedelta(days=4000)
    assert await forgetting.forget(years.database) == 0
    assert list(await rows(years.database, effects)) == ["INC-1:room"]
    async with years.database.read() as tx:
        assert await timeline.count(tx, number) == 1
