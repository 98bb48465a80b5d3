"""Pages: who is woken, never twice, and who stands down when somebody has it."""

from dataclasses import replace

import pytest

from bot.catalog.model import WebhookPager
from bot.domain.facts.page import PageState
from bot.services.requests import NotFound
from bot.store import people
from bot.store.db import Database
from tests.support.alerting import CATALOG, MINUTE, NOON, Desk, alert, by
from tests.support.incidents import an_incident

ANA, BEN = "U02ANA", "U02BEN"
WITH_PAGER = replace(CATALOG, pager=WebhookPager(kind="webhook", url="http://127.0.0.1:9/pages"))


@pytest.fixture
async def desk(database: Database) -> Desk:
    async with database.write() as tx:
        await people.learn(
            tx,
            [
                {"id": ANA, "handle": "ana", "name": "Ana Ruiz", "is_guest": False},
                {"id": BEN, "handle": "ben", "name": "Ben Okafor", "is_guest": False},
            ],
        )
    return Desk(database, WITH_PAGER)


async def page(desk: Desk, subject: str, service: str = "checkout") -> None:
    async with desk.database.write() as tx:
        await desk.paging.page(tx, subject, service, by(BEN, "page"))


async def test_a_page_goes_out_as_a_direct_message_and_through_the_gateway(desk: Desk) -> None:
    incident = await an_incident(desk.database)
    await page(desk, incident.name)
    (surface,) = await desk.rows("surfaces")
    assert (surface.key, surface.kind, surface.channel, surface.priority) == ("page:P-1", "page", f"@{ANA}", 1)
    (effect,) = await desk.rows("effects")
    assert (effect.kind, effect.lane, effect.payload) == ("page.send", "page:P-1", {"page": 1})
    facts = await desk.pages.facts(1)
    assert facts is not None
    assert (facts.state, facts.to.name, facts.title, facts.why) == (
        PageState.PAGED,
        "Ana Ruiz",
        "checkout is down",
        "first on call for checkout",
    )
    (line,) = await desk.rows("timeline")
    assert (line.text, line.actor) == ("{actor} was paged, first on call for checkout", ANA)


async def test_a_person_is_not_paged_twice_about_the_same(desk: Desk) -> None:
    incident = await an_incident(desk.database)
    await page(desk, incident.name)
    await page(desk, incident.name)
    assert await desk.count("pages") == await desk.count("effects") == 1


async def test_the_incident_of_an_alert_does_not_wake_the_same_person_again(desk: Desk) -> None:
    await desk.tell(alert())
    incident = await an_incident(desk.database, group_id=1)
    await page(desk, incident.name)
    assert [row.group_id for row in await desk.rows("pages")] == [1]


async def test_without_a_gateway_the_direct_message_is_the_page(database: Database) -> None:
    desk = Desk(database)
    await page(desk, (await an_incident(database)).name)
    assert (await desk.count("effects"), await desk.count("surfaces")) == (0, 1)
    facts = await desk.pages.facts(1)
    assert facts is not None
    assert (facts.to.name, facts.also) == ("Ana Ruiz", ())


async def test_where_nobody_is_on_call_the_timeline_says_so(desk: Desk) -> None:
    incident = await an_incident(desk.database)
    await page(desk, incident.name, "cart")
    assert await desk.count("pages") == 0
    (line,) = await desk.rows("timeline")
    assert line.text == "Nobody is on call for cart, so nobody was paged"


async def test_acknowledging_the_page_of_an_alert_is_having_the_alert(desk: Desk) -> None:
    await desk.tell(alert())
    answered = await desk.paging.acknowledge(by(ANA, "k1", "ana"), 1)
    assert (answered.done, answered.page.state) == (True, PageState.ACKNOWLEDGED)
    assert (await desk.group()).holder == ANA
    again = await desk.paging.acknowledge(by(ANA, "k2", "ana"), 1)
    assert not again.done


async def test_who_is_woken_by_an_alert_that_got_worse_takes_it_over(desk: Desk) -> None:
    await desk.tell(alert("Slow", severity="warning"))
    await desk.alerts.acknowledge(by(BEN, "k1", "ben"), 1)
    await desk.tell(alert("Down", fingerprint="f2"))
    waiting = await desk.pages.facts(1)
    assert waiting is not None
    assert waiting.holder is not None
    assert (waiting.state, waiting.holder.person.name) == (PageState.PAGED, "Ben Okafor")
    answered = await desk.paging.acknowledge(by(ANA, "k2", "ana"), 1)
    assert (answered.done, answered.page.state) == (True, PageState.ACKNOWLEDGED)
    assert (await desk.group()).holder == ANA


async def test_somebody_else_who_answers_takes_it(desk: Desk) -> None:
    incident = await an_incident(desk.database)
    await page(desk, incident.name)
    answered = await desk.paging.acknowledge(by(BEN, "k1", "ben"), 1)
    assert (answered.done, answered.page.state, answered.page.acknowledged_by) == (True, PageState.TAKEN, BEN)
    facts = await desk.pages.facts(1)
    assert facts is not None
    assert facts.holder is not None
    assert facts.holder.person.name == "Ben Okafor"


async def test_a_page_stands_down_once_its_incident_is_over(desk: Desk) -> None:
    incident = await an_incident(desk.database)
    await page(desk, incident.name)
    before = (await desk.rows("surfaces"))[0].wanted
    async with desk.database.write() as tx:
        await desk.paging.ended(tx, incident.name)
    facts = await desk.pages.facts(1)
    assert facts is not None
    assert facts.state is PageState.ENDED
    assert (await desk.rows("surfaces"))[0].wanted == before + 1
    assert await desk.pages.message(1) is None


async def test_the_pages_that_wait_for_a_person_are_theirs_alone(desk: Desk) -> None:
    await desk.tell(alert())
    assert [each.id for each in await desk.pages.waiting_for(ANA)] == ["P-1"]
    assert await desk.pages.waiting_for(BEN) == []
    await desk.tell(alert(ends_at=NOON + MINUTE))
    assert await desk.pages.waiting_for(ANA) == []


async def test_what_goes_out_names_the_page_and_says_what_to_do(desk: Desk) -> None:
    await desk.tell(alert(annotations={"summary": "31 % of checkouts\nfailing"}))
    message = await desk.pages.message(1)
    assert message is not None
    assert (message.to, message.subject) == ("ana@shop.example", "[A-1] Critical: 31 % of checkouts failing")
    assert "Acknowledge in Slack: P-1." in message.text


async def test_there_is_no_such_page(desk: Desk) -> None:
    with pytest.raises(NotFound, match="P-9"):
        await desk.paging.acknowledge(by(ANA, "k1"), 9)
