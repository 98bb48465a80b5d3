"""Digests and monthly reports that come by themselves: once, at their local time, also after a restart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from bot.catalog.chat import Chat, Digest, MonthlyReport
from bot.catalog.model import Service
from bot.domain.facts.alert import Priority
from bot.store import pages
from bot.store.db import Database
from bot.store.owing import insert
from bot.store.schema.alerts import alert_groups
from bot.store.schema.work import surfaces
from bot.wiring.house import House
from tests.slo.asking import Asking, catalog, sampled
from tests.support.incidents import an_incident

MONDAY = datetime(2026, 6, 15, 7, tzinfo=UTC)
"""Nine o'clock in Berlin."""
DAY = timedelta(days=1)
CHAT = Chat(
    digests=(Digest(channel="#sre", time_zone="Europe/Berlin"),),
    reports=(MonthlyReport(channel="#sre", day=15, at="09:00", time_zone="Europe/Berlin"),),
)
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
async def ask(database: Database) -> Asking:
    made = catalog([sampled("checkout-availability", "checkout")], Service(name="checkout"))
    asking = Asking(database, replace(made, chat=CHAT))
    asking.at = MONDAY
    return asking


async def owed(house: House) -> list[Row[Any]]:
    async with house.database.read() as tx:
        return list(await tx.connection.execute(select(surfaces).order_by(surfaces.c.id)))


async def test_a_minute_before_its_time_nothing_is_posted(ask: Asking) -> None:
    ask.at = MONDAY - timedelta(minutes=1)
    await ask.house.slo_calendar.post_due({})
    assert await owed(ask.house) == []


async def test_what_is_due_is_posted_once_however_often_it_is_looked_at_and_by_whom(
    ask: Asking, another: Database
) -> None:
    memory = await ask.house.slo_calendar.post_due({})
    await ask.house.slo_calendar.post_due(memory)
    await ask.house.slo_calendar.post_due({})  # killed before it could remember
    another.clock = lambda: MONDAY + timedelta(hours=3)
    await Asking(another, ask.catalog).house.slo_calendar.post_due({})
    rows = await owed(ask.house)
    assert [(row.kind, row.channel, row.wanted) for row in rows] == [
        ("slo.digest", "#sre", 1),
        ("slo.report", "#sre", 1),
    ]
    assert rows[1].subject == "2026-05|Europe/Berlin||"


async def test_what_was_due_while_the_bot_was_away_comes_late_but_not_days_later(ask: Asking) -> None:
    ask.at = MONDAY + timedelta(hours=20)
    await ask.house.slo_calendar.post_due({})
    assert len(await owed(ask.house)) == 2
    ask.at = MONDAY + timedelta(days=9)
    await ask.house.slo_calendar.post_due({})
    assert len(await owed(ask.house)) == 2


async def test_a_digest_tells_of_the_week_that_ended_against_the_one_before(ask: Asking) -> None:
    monday = MONDAY.replace(hour=0) - 7 * DAY
    await ask.lay("checkout", monday - 23 * DAY, monday, good=40_000)
    await ask.lay("checkout", monday, monday + 7 * DAY, good=9_500, bad=500)
    await ask.evaluate()
    began = monday + DAY
    times = {"began_at": began, "detected_at": began, "declared_at": began}
    await an_incident(ask.house.database, services=["checkout"], resolved_at=began + timedelta(minutes=40), **times)
    for hour in (3, 12, 15):  # at night in Berlin, then by day
        await noise(ask, monday + 2 * DAY + timedelta(hours=hour - 2))
    await ask.house.slo_calendar.post_due({})
    facts = await ask.house.slo_calendar.digest((await owed(ask.house))[0].subject)
    assert facts.stretch.title == "week 24 of 2026"
    assert (facts.week.incidents, facts.week.resolved_after) == (1, timedelta(minutes=40))
    assert (facts.week.pages, facts.week.night_pages, facts.before.pages) == (3, 1, 0)
    assert (facts.gone, facts.slos) == (1, 1)
    (moved,) = facts.moved
    assert moved.spent == pytest.approx(500 / (0.01 * 50_000), rel=0.05)
    (noisy,) = facts.noisy
    assert (noisy.title, noisy.times, noisy.acted, noisy.lasted) == ("disk is full", 3, 0, timedelta(minutes=2))


async def noise(ask: Asking, at: datetime) -> None:
    """An alert that came, paged somebody and went."""
    was, ask.at = ask.at, at
    async with ask.house.database.write() as tx:
        values = {
            "key": "disk", "source": "test", "title": "disk is full", "service": "checkout", "started_at": at,
            "last_seen": at, "resolved_at": at + timedelta(minutes=2), "priority": Priority.LOW.value,
            "state": "resolved",
        }  # fmt: skip
        await tx.connection.execute(insert(tx, alert_groups).values(**values))
        await pages.add(tx, f"A-{at.hour + 1}", "checkout", f"U{at.hour}")
    ask.at = was
