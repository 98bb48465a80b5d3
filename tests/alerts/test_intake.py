"""Taking alerts in: deduplicated, grouped, counted, shown and paged, each in the transaction that stored them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.catalog.model import Catalog, Service
from bot.domain.alert import Decision, GroupState, Taken
from bot.domain.facts.alert import Priority
from bot.store.db import Database
from tests.support.alerting import CATALOG, MINUTE, NOON, Desk, alert, by, routed, storm
from tests.support.incidents import an_incident


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def test_an_alert_becomes_a_group_with_one_card(desk: Desk) -> None:
    assert await desk.tell(alert(annotations={"summary": "31 % of checkouts failing"})) == Taken(1, 1, 0)
    group = await desk.group()
    assert (group.name, group.title, group.service, group.environment) == (
        "A-1",
        "31 % of checkouts failing",
        "checkout",
        "prod",
    )
    assert (group.state, group.priority, group.started_at) == (GroupState.FIRING, Priority.CRITICAL, NOON)
    (card, page) = await desk.rows("surfaces")
    assert (card.key, card.kind, card.subject, card.channel) == ("alert:A-1", "alert", "A-1", "#alerts")
    assert page.kind == "page"


async def test_the_same_delivery_again_changes_nothing(desk: Desk) -> None:
    await desk.tell(alert(), key="once")
    before = await desk.group()
    assert await desk.tell(alert(), key="once") == Taken(1, 0, 1)
    assert await desk.group() == before
    assert await desk.count("deliveries") == 1


async def test_the_same_delivery_after_five_minutes_is_a_new_one(desk: Desk) -> None:
    now = desk.database.clock()
    await desk.tell(alert(), key="once")
    desk.database.clock = lambda: now + 6 * MINUTE
    assert await desk.tell(alert(), key="once") == Taken(1, 0, 1)
    assert (await desk.group()).received == 2
    assert await desk.count("deliveries") == 2


async def test_an_alert_told_again_is_counted_and_shown_in_its_last_words(desk: Desk) -> None:
    await desk.tell(alert(annotations={"summary": "4 %"}))
    version = (await desk.group()).version
    assert await desk.tell(alert(annotations={"summary": "31 %"})) == Taken(1, 0, 1)
    group = await desk.group()
    assert (group.received, group.total, group.version) == (2, 1, version)
    (row,) = await desk.rows("alerts")
    assert (row.annotations, row.received) == ({"summary": "31 %"}, 2)


async def test_a_resolve_without_words_keeps_those_of_before(desk: Desk) -> None:
    await desk.tell(alert(annotations={"summary": "4 %"}))
    await desk.tell(alert(ends_at=NOON + MINUTE))
    (row,) = await desk.rows("alerts")
    assert (row.annotations, row.status) == ({"summary": "4 %"}, "resolved")


async def test_alerts_of_one_service_share_a_card_and_its_priority_is_that_of_the_worst(desk: Desk) -> None:
    await desk.tell(alert("Slow", severity="warning"))
    await desk.tell(alert("Down", fingerprint="f2"), alert("Slow", fingerprint="f3", severity="warning"))
    group = await desk.group()
    assert (group.firing, group.total, group.priority, group.title) == (3, 3, Priority.CRITICAL, "Down")
    await desk.tell(alert("Down", fingerprint="f2", ends_at=NOON + MINUTE))
    group = await desk.group()
    assert (group.firing, group.total, group.priority, group.title) == (2, 3, Priority.MEDIUM, "Slow")


async def test_the_group_is_over_once_nothing_of_it_fires(desk: Desk) -> None:
    await desk.tell(alert(), alert("Slow", fingerprint="f2"))
    await desk.tell(alert(ends_at=NOON + MINUTE))
    assert (await desk.group()).open
    await desk.tell(alert("Slow", fingerprint="f2", ends_at=NOON + 2 * MINUTE))
    group = await desk.group()
    assert (group.state, group.resolved_at, group.firing) == (GroupState.RESOLVED, NOON + 2 * MINUTE, 0)


async def test_late_news_of_what_is_over_opens_nothing(desk: Desk) -> None:
    await desk.tell(alert())
    await desk.tell(alert(ends_at=NOON + MINUTE))
    assert await desk.tell(alert()) == Taken(1, 0, 1)
    assert (await desk.group()).state is GroupState.RESOLVED


async def test_a_resolve_of_something_unknown_is_kept_and_shown_to_nobody(desk: Desk) -> None:
    assert await desk.tell(alert(ends_at=NOON + MINUTE)) == Taken(1, 1, 0)
    group = await desk.group()
    assert (group.state, group.total, group.firing) == (GroupState.RESOLVED, 1, 0)
    assert await desk.count("surfaces") == 0


async def test_a_new_firing_after_the_end_gets_a_new_card_that_knows_the_one_before(desk: Desk) -> None:
    await desk.tell(alert())
    await desk.tell(alert(ends_at=NOON + MINUTE))
    await desk.tell(alert(starts_at=NOON + 5 * MINUTE))
    first, second = await desk.groups()
    assert (second.previous, second.open, first.open) == (first.number, True, False)
    assert (await desk.pictures.facts(second.number)).episode == 2
    assert {"alert:A-1", "alert:A-2"} <= set(await desk.keys("surfaces"))


async def test_a_new_firing_belongs_to_the_incident_that_is_still_open(desk: Desk) -> None:
    await desk.tell(alert())
    incident = await an_incident(desk.database, group_id=1)
    async with desk.database.write() as tx:
        await desk.alerts.linked(tx, 1, incident, by("U1", "declare"))
    await desk.tell(alert(ends_at=NOON + MINUTE))
    await desk.tell(alert(starts_at=NOON + 5 * MINUTE))
    assert (await desk.groups())[1].incident == incident.number
    texts = [row.text for row in await desk.rows("timeline")]
    assert "A-1 is resolved: HighErrors" in texts
    assert "A-2 began to fire, critical: HighErrors" in texts


async def test_a_critical_alert_wakes_the_first_on_call_once(desk: Desk) -> None:
    await desk.tell(alert())
    await desk.tell(alert(), alert("Down", fingerprint="f2"))
    (page,) = await desk.rows("pages")
    assert (page.group_id, page.person, page.state) == (1, "ana", "paged")
    assert (await desk.group()).decision is Decision.PAGE


async def test_an_alert_that_grows_worse_begins_to_page(desk: Desk) -> None:
    await desk.tell(alert("Slow", severity="warning"))
    assert await desk.count("pages") == 0
    await desk.tell(alert("Down", fingerprint="f2"))
    assert await desk.count("pages") == 1


async def test_what_somebody_took_while_it_could_wait_pages_once_it_cannot(desk: Desk) -> None:
    await desk.tell(alert("Slow", severity="warning"))
    await desk.alerts.acknowledge(by("U03BEN", "k1"), 1)
    await desk.tell(alert("Down", fingerprint="f2"))
    await desk.tell(alert("Worse", fingerprint="f3"))
    assert [(page.person, page.state) for page in await desk.rows("pages")] == [("ana", "paged")]
    assert (await desk.group()).holder == "U03BEN"


async def test_what_has_an_incident_pages_through_it_alone(desk: Desk) -> None:
    await desk.tell(alert("Slow", severity="warning"))
    incident = await an_incident(desk.database)
    async with desk.database.write() as tx:
        await desk.alerts.linked(tx, 1, incident, by("U03BEN", "k1"))
    await desk.tell(alert("Down", fingerprint="f2"))
    assert (await desk.group()).decision is Decision.PAGE
    assert await desk.count("pages") == 0


async def test_the_end_of_an_alert_ends_its_pages(desk: Desk) -> None:
    await desk.tell(alert())
    await desk.tell(alert(ends_at=NOON + MINUTE))
    (page,) = await desk.rows("pages")
    assert page.state == "ended"


async def test_what_touches_no_customer_is_kept_and_listed_without_a_card(database: Database) -> None:
    quiet = Catalog(services={"batch": Service(name="batch", customers=False)})
    desk = Desk(database, quiet)
    await desk.tell(alert(service="batch"))
    group = await desk.group()
    assert (group.decision, group.reason) == (Decision.LOG, "it does not touch customers")
    assert await desk.count("surfaces") == 0
    assert [listed.id for listed in (await desk.pictures.listed()).alerts] == ["A-1"]


async def test_routes_choose_the_channels(database: Database) -> None:
    catalog = routed(CATALOG, routes=[{"match": {"service": "checkout"}, "channels": ["#shop", "#all"]}])
    desk = Desk(database, catalog)
    await desk.tell(alert(severity="warning"))
    assert [(row.key, row.channel) for row in await desk.rows("surfaces")] == [
        ("alert:A-1", "#shop"),
        ("alert:A-1:#all", "#all"),
    ]


async def test_outside_text_is_kept_as_it_is(desk: Desk) -> None:
    hostile = "<!channel> *bold* `code` \u202egnp"
    await desk.tell(alert(labels={"pod": hostile}, annotations={"summary": hostile}))
    (row,) = await desk.rows("alerts")
    assert row.labels["pod"] == hostile
    assert (await desk.group()).title == "<!channel> *bold* `code` gnp"


async def test_two_deliveries_at_once_open_one_group(desk: Desk) -> None:
    await asyncio.gather(*(desk.tell(alert(fingerprint=f"f{n}"), alert(fingerprint="shared")) for n in range(6)))
    group = await desk.group()
    assert (group.total, group.received) == (7, 12)
    assert await desk.count("pages") == 1


async def test_two_processes_told_of_the_same_at_once_store_it_once(desk: Desk, another: Database) -> None:
    other = Desk(another)
    taken = await asyncio.gather(
        *(each.tell(*storm(3, 20), key=f"{n}") for n in range(3) for each in (desk, other)),
        *(each.tell(alert(), key=f"from-{name}") for name, each in (("one", desk), ("other", other))),
    )
    assert sum(each.new for each in taken) == 61
    assert len(await desk.groups()) == 4
    assert await desk.count("deliveries") == 5
    assert await desk.count("pages") == 1


async def test_nothing_is_stored_where_the_transaction_fails(desk: Desk) -> None:
    class Broken:
        async def page(self, *given: object) -> None:
            raise RuntimeError("cut short")

    desk.intake._paging = Broken()
    with pytest.raises(RuntimeError):
        await desk.tell(alert(), key="once")
    assert [await desk.count(table) for table in ("deliveries", "alerts", "alert_groups", "surfaces")] == [0, 0, 0, 0]


async def test_the_longest_names_fit(desk: Desk) -> None:
    long = "x" * 5_000
    await desk.tell(alert(long, service=long, labels={"environment": long}, annotations={"summary": long}))
    group = await desk.group()
    assert len(group.key) <= 200
    assert len(group.title) <= 200


async def test_an_unclaimed_alert_keeps_to_those_of_its_own_name(desk: Desk) -> None:
    await desk.tell(alert("One", service=""), alert("Other", fingerprint="f2", service=""))
    assert len(await desk.groups()) == 2


async def test_alerts_without_a_stated_end_end_when_they_are_told(desk: Desk) -> None:
    now = NOON + timedelta(hours=1)
    desk.database.clock = lambda: now
    await desk.tell(alert())
    await desk.tell(replace(alert(ends_at=NOON), ends_at=None))
    assert (await desk.group()).resolved_at == now
