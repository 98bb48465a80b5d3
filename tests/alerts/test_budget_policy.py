"""The error-budget policy at work: announced once, frozen and thawed with a record, and asked what may run."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.chat import Budgets, Chat
from bot.catalog.model import Catalog, Grant, Permissions
from bot.domain.slo import Counts, SloStatus, State
from bot.domain.slo.policy import Answer, BudgetState, Risk
from bot.services.budget_announcements import announcement
from bot.services.budget_policy import THAW, BudgetPolicy
from bot.services.permissions import Forbidden, PermissionService
from bot.services.requests import NotFound
from bot.store import audit, incidents, timeline
from bot.store.db import Database
from bot.store.slo import keep
from tests.support.alerting import CHECKOUT, NOON, PEOPLE, Desk, by
from tests.support.slos import slo

AVAILABILITY = replace(slo(), display_name="Checkout availability")
CATALOG = Catalog(
    chat=Chat(budgets=Budgets(releases_channel="#releases")),
    services={"checkout": CHECKOUT},
    people=PEOPLE,
    slos=(AVAILABILITY,),
)
EVENTS = 1_000_000.0
HOUR = timedelta(hours=1)


@dataclass
class Watched:
    """A service whose budget is looked at, by a process that has only just started each time."""

    desk: Desk
    at: datetime = NOON

    def __post_init__(self) -> None:
        self.desk.catalog = CATALOG
        self.desk.database.clock = lambda: self.at

    @property
    def policy(self) -> BudgetPolicy:
        permissions = PermissionService(self.desk.database, lambda: self.desk.catalog)
        return BudgetPolicy(self.desk.database, lambda: self.desk.catalog, permissions)

    async def look(self, left: float | None) -> None:
        self.at += timedelta(minutes=1)
        counts = None if left is None else Counts(EVENTS * (1 - AVAILABILITY.budget * (1 - left)), EVENTS)
        status = SloStatus(AVAILABILITY, self.at, State.OK if counts else State.NO_DATA, counts)
        async with self.desk.database.write() as tx:
            await keep(tx, [status], {})
        await self.policy.judge([status])

    async def announced(self) -> list[BudgetState]:
        rows = [row for row in await self.desk.rows("surfaces") if row.kind == "budget.policy"]
        assert {row.channel for row in rows} <= {"#releases"}
        return [(await announcement(self.desk.database, int(row.subject[2:]))).state for row in rows]


@pytest.fixture
def shop(database: Database) -> Watched:
    return Watched(Desk(database))


async def test_each_change_is_announced_once_where_releases_are_discussed(shop: Watched) -> None:
    for left in (0.9, 0.2, 0.19, None, -0.1, -0.2, 0.1, 0.5):
        await shop.look(left)
    low, gone, ok = BudgetState.LOW, BudgetState.EXHAUSTED, BudgetState.OK
    assert await shop.announced() == [low, gone, low, ok]
    facts = await announcement(shop.desk.database, 1)
    assert (facts.service, facts.slo, facts.answer) == ("Checkout", "Checkout availability", Answer.NEEDS_APPROVAL)
    assert facts.left == pytest.approx(0.2)


async def test_a_service_has_a_releases_channel_of_its_own_or_none_hears(shop: Watched) -> None:
    own = CHECKOUT.model_copy(update={"releases_channel": "#checkout-releases"})
    shop.desk.catalog = replace(CATALOG, services={"checkout": own})
    await shop.look(0.1)
    assert [row.channel for row in await shop.desk.rows("surfaces")] == ["#checkout-releases"]
    shop.desk.catalog = replace(CATALOG, chat=Chat())
    await shop.look(-0.1)
    assert await shop.desk.count("surfaces") == 1


async def test_a_freeze_is_announced_recorded_and_in_the_timeline_of_open_incidents(shop: Watched) -> None:
    await shop.look(0.9)
    async with shop.desk.database.write() as tx:
        now = {"declared_at": tx.now, "began_at": tx.now, "detected_at": tx.now}
        incident = await incidents.add(
            tx, title="x", severity="SEV2", rank=2, state="investigating", services=["checkout"],
            environment="prod", declared_by="U1", commander="U1", drill=False, channel_name="", **now,
        )  # fmt: skip
    done = await shop.policy.freeze(by("U1", "k1", "ana"), "checkout", None, "the sale is on")
    assert done.done
    again = await shop.policy.freeze(by("U1", "k1", "ana"), "checkout", None, "the sale is on")
    other = await shop.policy.freeze(by("U2", "k2", "ben"), "checkout", None, "mine")
    assert (again.done, other.done, other.freeze) == (True, False, done.freeze)
    assert (await shop.policy.unfreeze(by("U2", "k3", "ben"), "checkout")).done
    assert not (await shop.policy.unfreeze(by("U2", "k4", "ben"), "checkout")).done
    assert await shop.announced() == [BudgetState.FROZEN, BudgetState.OK]
    async with shop.desk.database.read() as tx:
        lines = [each.entry.text for each in await timeline.entries(tx, incident.number)]
        deeds = [(each.who, each.what, each.outcome) for each in await audit.entries(tx, "checkout")]
    assert lines == ["{actor} froze releases to checkout: the sale is on", "{actor} lifted the freeze of checkout"]
    assert deeds == [("U1", "budget.freeze", "frozen"), ("U2", "budget.unfreeze", "lifted")]


async def test_a_frozen_service_refuses_what_is_risky_and_nothing_else(shop: Watched) -> None:
    await shop.look(0.9)
    await shop.policy.freeze(by("U1", "k1", "ana"), "checkout", NOON + HOUR, "the sale is on")
    risky = await shop.policy.may_run("checkout", Risk.RISKY)
    assert (risky.answer, risky.rule) == (Answer.REFUSED, "error budget frozen")
    assert risky.why == "releases to checkout are frozen until 13:00 UTC by ana: the sale is on"
    assert (await shop.policy.may_run("checkout", Risk.ROUTINE)).answer is Answer.ALLOWED
    later = await shop.policy.may_run("checkout", Risk.RISKY, NOON + 2 * HOUR)
    assert (later.answer, later.why) == (
        Answer.ALLOWED,
        "90\u00a0% of the error budget of Checkout availability is left",
    )


async def test_a_low_budget_asks_for_approval_and_an_unknown_one_is_said_to_be_unknown(shop: Watched) -> None:
    assert (await shop.policy.may_run("checkout", Risk.RISKY)).why == "nothing is known of its error budget"
    await shop.look(-0.5)
    verdict = await shop.policy.may_run("checkout", Risk.RISKY)
    assert (verdict.answer, verdict.why) == (
        Answer.NEEDS_APPROVAL,
        "the error budget of Checkout availability is gone",
    )


async def test_a_freeze_whose_time_is_over_ends_once_and_says_how_the_budget_stands(shop: Watched) -> None:
    await shop.look(0.1)
    frozen = await shop.policy.freeze(by("U1", "k1", "ana"), "checkout", NOON + HOUR, "the sale is on")
    assert frozen.freeze is not None
    (owed,) = [row for row in await shop.desk.rows("effects") if row.kind == THAW]
    assert owed.not_before == NOON + HOUR
    await shop.look(0.1)
    for _ in range(2):
        async with shop.desk.database.write() as tx:
            await shop.policy.expired(tx, frozen.freeze.number)
    assert await shop.announced() == [BudgetState.LOW, BudgetState.FROZEN, BudgetState.LOW]
    assert not (await shop.policy.unfreeze(by("U1", "k2"), "checkout")).done


async def test_who_may_not_answer_for_a_service_may_not_freeze_it_and_the_refusal_is_recorded(shop: Watched) -> None:
    grants = (Grant(role="responder", to=("ben",), services=("checkout",)),)
    shop.desk.catalog = replace(CATALOG, permissions=Permissions(grants=grants))
    with pytest.raises(Forbidden, match="freeze releases to"):
        await shop.policy.freeze(by("U1", "k1", "ana"), "checkout", None, "x")
    async with shop.desk.database.read() as tx:
        assert [each.outcome for each in await audit.entries(tx, "checkout")] == ["denied"]
    assert await shop.desk.count("freezes") == 0
    with pytest.raises(NotFound, match="There is no service cart"):
        await shop.policy.freeze(by("U1", "k2", "ana"), "cart", None, "x")
