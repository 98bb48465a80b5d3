"""What the card of an alert shows: counts, the cost to the budget, the runbook that fits, who has it, how it ended."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.action import Plan
from bot.catalog.model import Catalog, Runbook, Service, TargetSpec
from bot.domain.facts.alert import Priority
from bot.domain.facts.reading import Reading, Unit
from bot.domain.run import Run, RunState, Step
from bot.domain.run_record import Called, RunRecord, Wish
from bot.domain.slo import BudgetLine, Slo, Spent, State
from bot.domain.work import Watch
from bot.ports import Transient
from bot.services.alert_facts import AlertPictures
from bot.services.requests import NotFound
from bot.slack.views.alert_card import alert_card
from bot.slack.views.blocks import Message
from bot.store import runs
from bot.store.db import Database
from bot.store.owing import watch
from tests.support.alerting import MINUTE, NOON, PEOPLE, Desk, OneOffer, alert, by
from tests.support.slos import slo

AVAILABILITY = slo()
CATALOG = Catalog(
    services={
        "checkout": Service(
            name="checkout",
            title="Checkout",
            on_call=("ana",),
            target=TargetSpec(kind="supervisord"),
            links={"dashboard": "https://grafana.example/d/{service}?from={from}&to={to}"},
        )
    },
    people=PEOPLE,
    slos=(AVAILABILITY,),
    runbooks={name: Runbook(name=name, title=name.capitalize(), action=name) for name in ("restart", "rollback")},
)


class Budget:
    """One SLO is burning; what it was asked for is remembered."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.silent = False

    async def cost(self, service: str, slo: str = "", since: datetime | None = None) -> BudgetLine | None:
        self.asked.append((service, slo))
        name = AVAILABILITY.name
        return BudgetLine(name, "Checkout availability", State.AT_RISK, NOON + 90 * MINUTE, 0.6, 26.0, 43.2, 31.0, NOON)

    async def spent(self, slo: Slo, start: datetime, end: datetime) -> Spent | None:
        if self.silent:
            raise Transient("Prometheus does not answer")
        return Spent(0.1, (end - start) / MINUTE)


@pytest.fixture
def budget() -> Budget:
    return Budget()


@pytest.fixture
def desk(database: Database, budget: Budget) -> Desk:
    desk = Desk(database, CATALOG)
    desk.pictures = AlertPictures(database, lambda: desk.catalog, budget, OneOffer())
    return desk


def marked(card: Message) -> str:
    """All text of a card in which marks mean something, in one."""
    found: list[str] = []

    def collect(part: object) -> None:
        if isinstance(part, Mapping):
            if part.get("type") == "mrkdwn":
                found.append(str(part["text"]))
            for value in part.values():
                collect(value)
        elif isinstance(part, Sequence) and not isinstance(part, str):
            for each in part:
                collect(each)

    collect(card.blocks)
    return "\n".join(found)


async def test_a_firing_card_says_what_it_costs_and_what_to_do(desk: Desk) -> None:
    reading = Reading("checkout errors", 0.31, Unit.RATIO, normal=0.001, threshold=0.05)
    told = alert(annotations={"summary": "31 % of checkouts failing", "impact": "Buyers cannot pay"}, url="https://p/g")
    await desk.tell(replace(told, reading=reading))
    facts = await desk.pictures.facts(1)
    assert (facts.budget is not None, facts.runbook, facts.runbooks) == (True, OneOffer.offer, 2)
    assert (facts.reading, facts.impact, facts.by_priority) == (reading, "Buyers cannot pay", {Priority.CRITICAL: 1})
    assert facts.paging is not None
    assert facts.paging.person.name == "Ana Ruiz"
    assert [link.label for link in facts.links] == ["Dashboard", "Query"]
    began = int((NOON - 30 * MINUTE).timestamp())
    assert facts.links[0].url.startswith(f"https://grafana.example/d/checkout?from={began}000&to=")
    drawn = str(alert_card(facts).blocks).replace("\\xa0", " ")
    for words in (
        "31 % of checkouts failing",
        "Checkout availability",
        "60 % left",
        "Roll back to v41",
        "paging Ana Ruiz",
    ):
        assert words in drawn


async def test_an_alert_that_names_its_slo_is_charged_to_that_one(desk: Desk, budget: Budget) -> None:
    await desk.tell(alert(labels={"slo": "checkout-availability"}))
    await desk.pictures.facts(1)
    assert budget.asked == [("checkout", "checkout-availability")]


async def test_an_ended_card_says_who_had_it_and_what_it_cost(desk: Desk) -> None:
    await desk.tell(alert())
    await desk.alerts.acknowledge(by("U02ANA", "k1", "ana"), 1)
    await desk.tell(alert(ends_at=NOON + 4 * MINUTE))
    facts = await desk.pictures.facts(1)
    assert facts.end is not None
    assert (facts.end.at, facts.end.cost_minutes) == (NOON + 4 * MINUTE, 4.0)
    assert facts.holder is not None
    assert "Resolved" in alert_card(facts).text


async def test_a_silent_source_keeps_no_card_from_being_drawn(desk: Desk, budget: Budget) -> None:
    await desk.tell(alert())
    await desk.tell(alert(ends_at=NOON + 4 * MINUTE))
    budget.silent = True
    end = (await desk.pictures.facts(1)).end
    assert end is not None
    assert end.cost_minutes is None


async def test_an_ended_card_names_the_change_that_ended_it(desk: Desk) -> None:
    await desk.tell(alert())
    where = ("checkout", "prod", "supervisord")
    plan = Plan("rollback", *where, "v42", "v41", "Roll back", "all of it", (), {"release": "v41"}, {"release": "v42"})
    changed = [Step(state, NOON + MINUTE) for state in (RunState.PLANNED, RunState.RUNNING, RunState.VERIFYING)]
    run = Run(0, "rollback", "checkout", "prod", plan.digest, tuple(changed), undoable=True)
    wish = Wish("checkout", "rollback", group=1)
    async with desk.database.write() as tx:
        await runs.add(tx, RunRecord(run, wish, "checkout/prod", plan.to_json(), Called("replica", "replicas")))
    await desk.tell(alert(ends_at=NOON + 4 * MINUTE))
    end = (await desk.pictures.facts(1)).end
    assert end is not None
    assert end.fix == "rolled back checkout v42 → v41"


async def test_outside_text_is_drawn_as_text(desk: Desk) -> None:
    await desk.tell(alert(annotations={"summary": "<!channel>", "impact": "<!channel> buyers"}, service="<!here>"))
    drawn = marked(alert_card(await desk.pictures.facts(1)))
    assert "&lt;!channel&gt; buyers" in drawn
    assert "<!channel" not in drawn
    assert "<!here" not in drawn


async def test_the_list_asks_no_source(desk: Desk, budget: Budget) -> None:
    await desk.tell(alert())
    await desk.pictures.listed()
    assert budget.asked == []


async def test_cards_that_show_a_budget_are_drawn_anew_while_they_are_open(desk: Desk) -> None:
    await desk.tell(alert(), alert("Odd", fingerprint="f2", service="other"))
    before = {row.key: row.wanted for row in await desk.rows("surfaces")}
    await desk.alerts.redraw()
    after = {row.key: row.wanted for row in await desk.rows("surfaces")}
    assert [key for key in after if after[key] > before[key]] == ["alert:A-1"]
    await desk.tell(alert(ends_at=NOON + MINUTE))
    ended = (await desk.rows("surfaces"))[0].wanted
    await desk.alerts.redraw()
    assert (await desk.rows("surfaces"))[0].wanted == ended


async def test_what_could_be_done_is_looked_at_anew_when_an_alert_begins(desk: Desk) -> None:
    async with desk.database.write() as tx:
        await watch(tx, Watch("target.look:checkout", "target.look", "checkout", 300))
    now = desk.database.clock() + 60 * MINUTE
    desk.database.clock = lambda: now
    (before,) = await desk.rows("watches")
    await desk.tell(alert())
    (after,) = await desk.rows("watches")
    assert after.due_at > before.due_at


async def test_there_is_no_such_alert(desk: Desk) -> None:
    with pytest.raises(NotFound, match="A-7"):
        await desk.pictures.facts(7)
