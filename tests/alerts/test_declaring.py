"""From an alert to an incident, through the services as they are wired together."""

import pytest

from bot.domain.facts.alert import IncidentLink
from bot.domain.incident import Declaration, Move
from bot.services.incidents import Declared, IncidentService
from bot.store.db import Database
from tests.support.alerting import NOON, Desk, alert, by

BEN = "U02BEN"
WANTED = Declaration("checkout failing for 1 in 3 buyers", "SEV1", ("checkout",), group=1)


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(database)
    await desk.tell(alert())
    return desk


@pytest.fixture
def incidents(desk: Desk) -> IncidentService:
    return IncidentService(desk.database, lambda: desk.catalog, desk.paging, desk.alerts)


async def test_declaring_from_an_alert_wakes_nobody_a_second_time(desk: Desk, incidents: IncidentService) -> None:
    declared = await incidents.declare(by(BEN, "k1", "ben"), WANTED)
    assert isinstance(declared, Declared)
    group = await desk.group()
    assert (group.incident, group.holder) == (declared.incident.number, BEN)
    assert [(page.group_id, page.state) for page in await desk.rows("pages")] == [(1, "taken")]


async def test_a_second_declaration_from_the_same_alert_links(desk: Desk, incidents: IncidentService) -> None:
    first = await incidents.declare(by(BEN, "k1"), WANTED)
    second = await incidents.declare(by("U02ANA", "k2"), WANTED)
    assert isinstance(first, Declared)
    assert isinstance(second, Declared)
    assert (second.again, second.incident.number) == (True, first.incident.number)


async def test_the_timeline_begins_with_the_alert(desk: Desk, incidents: IncidentService) -> None:
    await incidents.declare(by(BEN, "k1", "ben"), WANTED)
    lines = sorted(await desk.rows("timeline"), key=lambda row: (row.at, row.id))
    assert (lines[0].at, lines[0].text) == (NOON, "A-1 began to fire, critical: HighErrors")
    assert lines[-1].text == "{actor} acknowledged A-1"


async def test_pages_about_an_incident_stand_down_when_it_is_resolved(desk: Desk, incidents: IncidentService) -> None:
    declared = await incidents.declare(by(BEN, "k1"), Declaration("all is slow", "SEV1", ("checkout",)), anyway=True)
    number = declared.incident.number
    waiting = [page for page in await desk.rows("pages") if page.incident_id == number]
    assert [page.state for page in waiting] == ["paged"]
    await incidents.move(by(BEN, "k2"), number, Move.RESOLVE)
    ended = [page for page in await desk.rows("pages") if page.incident_id == number]
    assert [page.state for page in ended] == ["ended"]


async def test_a_card_knows_that_its_incident_ended_before_the_alert(desk: Desk, incidents: IncidentService) -> None:
    declared = await incidents.declare(by(BEN, "k1", "ben"), WANTED)
    number = declared.incident.number
    assert (await desk.pictures.facts(1)).incident == IncidentLink("INC-1")
    await incidents.move(by(BEN, "k2"), number, Move.RESOLVE)
    assert (await desk.pictures.facts(1)).incident == IncidentLink("INC-1", over=True)


async def test_a_post_mortem_names_the_alerts_the_worst_first(desk: Desk) -> None:
    await desk.tell(
        alert("Slow", fingerprint="f2", severity="warning"), alert("Slow", fingerprint="f3", severity="warning")
    )
    assert await desk.alerts.titles(1) == ("HighErrors", "Slow")
    assert await desk.alerts.titles(99) == ()
