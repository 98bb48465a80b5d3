import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.declaration import understand
from bot.domain.facts.incident import IncidentState
from bot.domain.incident import Declaration, Move
from bot.services.incidents import Declared, LooksSame
from tests.incidents.house import CHECKOUT, NOON, House


async def test_a_declaration_is_an_incident_a_line_a_page_and_a_room_to_open(house: House) -> None:
    answer = await house.service.declare(house.asked(words="open checkout is down"), CHECKOUT)
    assert isinstance(answer, Declared)
    incident = answer.incident
    assert (incident.name, incident.state, incident.environment) == ("INC-1", IncidentState.INVESTIGATING, "prod")
    assert (incident.declared_by, incident.commander, incident.declared_at) == ("U1", "U1", NOON)
    assert not answer.again
    assert await house.lines(1) == ["{actor} declared INC-1, SEV2: checkout is down"]
    assert house.pagers.paged == [("INC-1", "checkout")]
    assert await house.owed() == ["INC-1:room"]


async def test_a_repeated_request_declares_nothing_and_names_the_first(house: House) -> None:
    asked = house.asked()
    first = await house.service.declare(asked, CHECKOUT)
    second = await house.service.declare(asked, CHECKOUT)
    assert isinstance(first, Declared)
    assert second == Declared(first.incident, again=True)
    assert len(house.pagers.paged) == 1


async def test_one_request_delivered_many_times_at_once_declares_one_incident(house: House) -> None:
    asked = house.asked()
    answers = await asyncio.gather(*(house.service.declare(asked, CHECKOUT) for _ in range(5)))
    assert {answer.incident.number for answer in answers} == {1}
    assert [answer.again for answer in answers if isinstance(answer, Declared)].count(False) == 1
    assert len(await house.service.listed(only_open=False)) == 1


@pytest.mark.parametrize(
    ("wanted", "same"),
    [
        (Declaration("payments fail", "SEV2", ("checkout",)), ("service checkout",)),
        (Declaration("Checkout IS down", "SEV2"), ("the same words",)),
        (CHECKOUT, ("the same words", "service checkout")),
    ],
)
async def test_one_that_looks_the_same_is_asked_about_and_not_opened(
    house: House, wanted: Declaration, same: tuple[str, ...]
) -> None:
    first = await house.declared()
    asked = house.asked("U2")
    assert await house.service.declare(asked, wanted) == LooksSame(first, same)
    again = await house.service.declare(asked, wanted)
    assert isinstance(again, LooksSame)
    assert len(await house.service.listed(only_open=False)) == 1


async def test_whoever_insists_gets_a_new_one(house: House) -> None:
    await house.declared()
    answer = await house.service.declare(house.asked("U2"), CHECKOUT, anyway=True)
    assert isinstance(answer, Declared)
    assert answer.incident.number == 2


async def test_another_service_and_an_ended_or_old_incident_are_not_the_same(house: House) -> None:
    await house.declared()
    cart = await house.service.declare(house.asked(), Declaration("cart is slow", "SEV3", ("cart",)))
    assert isinstance(cart, Declared)
    await house.service.move(house.asked(), 1, Move.RESOLVE)
    after = await house.service.declare(house.asked(), CHECKOUT)
    assert isinstance(after, Declared)
    house.now += timedelta(minutes=house.catalog.chat.similar_within_min + 1)
    later = await house.service.declare(house.asked(), CHECKOUT)
    assert isinstance(later, Declared)


async def test_from_an_alert_the_incident_is_linked_and_holds_what_the_alert_said(house: House) -> None:
    incident = await house.declared(replace(CHECKOUT, group=12))
    assert house.alerts.links == [(12, incident.number)]
    assert await house.lines(incident.number) == ["A-12 fired", "{actor} declared INC-1, SEV2: checkout is down"]


async def test_an_alert_has_one_incident_whoever_clicks_and_nobody_is_asked(house: House) -> None:
    wanted = replace(CHECKOUT, group=12)
    answers = [await house.service.declare(house.asked(user), wanted) for user in ("U1", "U2")]
    assert [answer.again for answer in answers if isinstance(answer, Declared)] == [False, True]
    assert len(await house.service.listed(only_open=False)) == 1


async def test_an_alert_is_not_compared_with_what_is_open(house: House) -> None:
    await house.declared()
    answer = await house.service.declare(house.asked(), replace(CHECKOUT, group=12))
    assert isinstance(answer, Declared)
    assert answer.incident.number == 2


@pytest.mark.parametrize(
    ("severity", "drill", "pages"), [("SEV1", False, 1), ("SEV2", False, 1), ("SEV3", False, 0), ("SEV1", True, 0)]
)
async def test_only_severities_that_page_page_and_a_drill_never_does(
    house: House, severity: str, drill: bool, pages: int
) -> None:
    await house.declared(replace(CHECKOUT, severity=severity, drill=drill))
    assert len(house.pagers.paged) == pages


@pytest.mark.parametrize(
    ("line", "title", "severity", "services"),
    [
        ("checkout is down sev2", "checkout is down", "SEV2", ("checkout",)),
        ("SEV1: checkout and cart fail", "checkout and cart fail", "SEV1", ("checkout", "cart")),
        ("something smells", "something smells", "SEV3", ()),
    ],
)
async def test_a_line_is_understood_with_the_names_of_the_catalog(
    house: House, line: str, title: str, severity: str, services: tuple[str, ...]
) -> None:
    read = house.service.understand(line)
    assert (read.title, read.severity, read.services) == (title, severity, services)


def test_a_long_line_is_cut_as_title_and_kept_whole_as_impact() -> None:
    line = "checkout " + "very " * 40 + "slow"
    read = understand(line, ["SEV1"], ["checkout"], "SEV1")
    assert len(read.title) <= 80
    assert read.impact == line
