"""The latest picture of each budget as rows, and the pages that are marked on it, on both databases."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from bot.store import burndowns
from bot.store.burndowns import Kept
from bot.store.db import Database
from bot.store.schema.alerts import alert_groups
from tests.support.slos import slo

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHECKOUT, CART = slo("checkout"), slo("cart")


async def _kept(database: Database, file: str, left: float = 0.5) -> None:
    async with database.write() as tx:
        await burndowns.keep(tx, CHECKOUT, NOON, left, file, "Half is left.")


async def test_the_newest_picture_takes_the_place_of_the_one_before(database: Database) -> None:
    await _kept(database, "F1")
    await _kept(database, "F2", left=-0.25)
    async with database.read() as tx:
        found = await burndowns.latest(tx, CHECKOUT)
    assert found is not None
    assert replace(found, drawn_at=NOON) == Kept(NOON, -0.25, "F2", "Half is left.", NOON)


async def test_an_slo_that_was_changed_has_no_picture(database: Database) -> None:
    await _kept(database, "F1")
    async with database.read() as tx:
        assert await burndowns.latest(tx, replace(CHECKOUT, target=0.9)) is None
        assert await burndowns.latest(tx, CART) is None


async def test_pictures_of_slos_that_are_gone_are_dropped(database: Database) -> None:
    await _kept(database, "F1")
    async with database.write() as tx:
        await burndowns.forget_others(tx, [CART])
        assert await burndowns.latest(tx, CHECKOUT) is None


async def test_whoever_waits_for_a_picture_hears_of_it(database: Database) -> None:
    heard = asyncio.create_task(database.bell.wait(burndowns.DRAWN, 60))
    await asyncio.sleep(0)  # the waiter is there
    await _kept(database, "F1")
    async with asyncio.timeout(10):
        await heard


async def test_only_pages_of_the_service_that_belong_to_no_incident_are_marked(database: Database) -> None:
    common = {
        "source": "alertmanager", "title": "Errors", "service": "checkout", "priority": "high", "state": "firing",
        "started_at": NOON, "last_seen": NOON, "decision": "page",
    }  # fmt: skip
    different: dict[str, dict[str, object]] = {
        "paged": {},
        "listed": {"decision": "log"},
        "another service": {"service": "cart"},
        "long ago": {"started_at": NOON - 2 * HOUR},
        "an incident's": {"incident_id": 7},
    }
    async with database.write() as tx:
        for key, values in different.items():
            await tx.connection.execute(insert(alert_groups).values(common | {"key": key} | values))
        assert [group.key for group in await burndowns.pages(tx, "checkout", NOON - HOUR)] == ["paged"]
