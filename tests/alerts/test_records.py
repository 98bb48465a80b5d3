"""Alerts as scripts read them."""

import json

from bot.services.alert_records import listed
from bot.store.db import Database
from tests.support.alerting import MINUTE, NOON, Desk, alert, by


async def test_a_record_is_flat_json_with_null_for_what_is_unknown(database: Database) -> None:
    desk = Desk(database)
    await desk.tell(alert(), alert("Slow", fingerprint="f2"))
    await desk.alerts.acknowledge(by("U1", "k1"), 1)
    (record,) = json.loads(json.dumps(await listed(database, only_open=True)))
    assert record["id"] == "A-1"
    assert record["started_at"] == "2026-03-01T12:00:00Z"
    assert (record["state"], record["holder"], record["firing"], record["total"]) == ("held", "U1", 2, 2)
    assert (record["resolved_at"], record["incident"], record["previous"]) == (None, None, None)


async def test_what_is_over_is_listed_only_when_asked_for(database: Database) -> None:
    desk = Desk(database)
    await desk.tell(alert())
    await desk.tell(alert(ends_at=NOON + MINUTE))
    assert await listed(database, only_open=True) == []
    assert [record["open"] for record in await listed(database, only_open=False)] == [False]
