"""Who has an alert: taken, taken over, handed back, declared from; and what a click on a stale card is told."""

import asyncio

import pytest

from bot.services.alerts import Outcome
from bot.services.requests import NotFound
from bot.store.db import Database
from tests.support.alerting import MINUTE, NOON, Desk, alert, by
from tests.support.incidents import an_incident

ANA, BEN = "U02ANA", "U02BEN"


@pytest.fixture
async def desk(database: Database) -> Desk:
    """One critical alert fires; the first on call is paged."""
    desk = Desk(database)
    await desk.tell(alert())
    return desk


async def test_whoever_acknowledges_has_it_and_nobody_is_paged_any_more(desk: Desk) -> None:
    handled = await desk.alerts.acknowledge(by(ANA, "k1", "ana"), 1)
    assert (handled.done, handled.group.holder) == (True, ANA)
    card = await desk.pictures.facts(1)
    assert card.holder is not None
    assert card.holder.person.id == ANA
    assert [page.state for page in await desk.rows("pages")] == ["acknowledged"]


async def test_the_second_to_acknowledge_is_told_who_has_it(desk: Desk) -> None:
    await desk.alerts.acknowledge(by(ANA, "k1"), 1)
    handled = await desk.alerts.acknowledge(by(BEN, "k2"), 1)
    assert (handled.outcome, handled.group.holder) == (Outcome.HELD, ANA)
    assert (await desk.alerts.acknowledge(by(ANA, "k3"), 1)).outcome is Outcome.YOURS


async def test_of_two_who_click_at_once_one_has_it(desk: Desk) -> None:
    both = await asyncio.gather(*(desk.alerts.acknowledge(by(user, f"key-{user}"), 1) for user in (ANA, BEN)))
    assert sorted(handled.outcome for handled in both) == [Outcome.DONE, Outcome.HELD]
    winner = next(handled for handled in both if handled.done)
    assert (await desk.group()).holder == winner.group.holder


async def test_the_same_click_twice_is_carried_out_once(desk: Desk) -> None:
    await desk.alerts.acknowledge(by(ANA, "k1"), 1)
    version = (await desk.group()).version
    again = await desk.alerts.acknowledge(by(ANA, "k1"), 1)
    assert (again.outcome, again.group.version) == (Outcome.REPEATED, version)


async def test_a_click_on_the_card_of_something_over_changes_nothing(desk: Desk) -> None:
    await desk.tell(alert(ends_at=NOON + MINUTE))
    assert (await desk.alerts.acknowledge(by(ANA, "k1"), 1)).outcome is Outcome.ENDED
    assert (await desk.group()).holder is None


async def test_taking_over_needs_to_have_seen_who_had_it(desk: Desk) -> None:
    await desk.alerts.acknowledge(by(ANA, "k1"), 1)
    seen = (await desk.group()).version
    await desk.alerts.take_over(by("U3", "k2"), 1, seen)
    stale = await desk.alerts.take_over(by(BEN, "k3"), 1, seen)
    assert (stale.outcome, stale.group.holder) == (Outcome.HELD, "U3")
    fresh = await desk.alerts.take_over(by(BEN, "k4"), 1, stale.group.version)
    assert (fresh.done, fresh.group.holder) == (True, BEN)


async def test_what_nobody_has_cannot_be_taken_over(desk: Desk) -> None:
    assert (await desk.alerts.take_over(by(BEN, "k1"), 1, 0)).outcome is Outcome.FREE


async def test_handing_back_starts_the_paging_again(desk: Desk) -> None:
    await desk.alerts.acknowledge(by(ANA, "k1"), 1)
    assert (await desk.alerts.hand_back(by(BEN, "k2"), 1)).outcome is Outcome.HELD
    assert (await desk.alerts.hand_back(by(ANA, "k3"), 1)).done
    assert (await desk.group()).holder is None
    assert [page.state for page in await desk.rows("pages")] == ["taken", "paged"]


async def test_there_is_no_such_alert(desk: Desk) -> None:
    with pytest.raises(NotFound, match="A-99"):
        await desk.alerts.acknowledge(by(ANA, "k1"), 99)


async def test_an_incident_declared_from_an_alert_knows_its_story_and_its_declarer_has_it(desk: Desk) -> None:
    incident = await an_incident(desk.database, group_id=1)
    async with desk.database.write() as tx:
        await desk.alerts.linked(tx, 1, incident, by(BEN, "declare", "ben"))
    group = await desk.group()
    assert (group.incident, group.holder) == (incident.number, BEN)
    lines = [(row.at, row.text, row.actor) for row in await desk.rows("timeline")]
    assert lines[0] == (NOON, "A-1 began to fire, critical: HighErrors", "")
    assert [words for _, words, _ in lines[1:]] == [
        "{actor} was paged, first on call for checkout",
        "{actor} acknowledged A-1",
    ]
    assert [page.state for page in await desk.rows("pages")] == ["taken"]
    link = (await desk.pictures.facts(1)).incident
    assert link is not None
    assert link.id == incident.name


async def test_the_incident_began_with_the_first_error_and_was_detected_when_that_was_told(database: Database) -> None:
    desk = Desk(database)
    began = NOON - 10 * MINUTE
    await desk.tell(alert(starts_at=began))
    later = database.clock() + 5 * MINUTE
    incident = await an_incident(database, group_id=1, began_at=later, detected_at=later, declared_at=later)
    async with database.write() as tx:
        await desk.alerts.linked(tx, 1, incident, by(BEN, "declare"))
    (row,) = await desk.rows("incidents")
    assert row.began_at == began
    assert began < row.detected_at < later


async def test_the_list_names_the_open_ones_worst_first_and_the_last_that_ended(desk: Desk) -> None:
    await desk.tell(alert("Slow", fingerprint="f2", service="cart", severity="warning"))
    await desk.tell(alert("Odd", fingerprint="f3", service="other", severity="high"))
    await desk.tell(alert("Odd", fingerprint="f3", service="other", severity="high", ends_at=NOON + MINUTE))
    listed = await desk.pictures.listed()
    assert [each.id for each in listed.alerts] == ["A-1", "A-2"]
    assert listed.last is not None
    assert listed.last.id == "A-3"
    assert [each.id for each in (await desk.pictures.listed("cart")).alerts] == ["A-2"]
