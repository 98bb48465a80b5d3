"""Notices of spent budgets and the alert of one that is gone: once each, where the service's alerts go."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.catalog.chat import Budgets, Chat
from bot.catalog.model import Catalog
from bot.domain.alert import Decision, GroupState
from bot.domain.slo import Counts, Slo, SloStatus, State
from bot.domain.work import Drawn
from bot.services.budget_announcements import announcement
from bot.services.budget_notices import notice
from bot.services.budget_policy import BudgetPolicy
from bot.services.permissions import PermissionService
from bot.services.slo_alerting import SloAlerting
from bot.slack.painters import budget_painters
from bot.store.db import Database
from tests.support.alerting import CHECKOUT, NOON, PEOPLE, Desk
from tests.support.slos import slo

SLOS = tuple(replace(slo(f"slo-{number}"), display_name=f"SLO {number}") for number in range(3))
CATALOG = Catalog(services={"checkout": CHECKOUT}, people=PEOPLE, slos=SLOS)
EVENTS = 1_000_000.0


@dataclass
class Watched:
    """SLOs of which each has spent a share of its budget, and burns nothing just now."""

    desk: Desk
    at: datetime = NOON

    def __post_init__(self) -> None:
        self.desk.catalog = CATALOG
        self.desk.database.clock = lambda: self.at

    def status(self, each: Slo, share: float) -> SloStatus:
        return SloStatus(each, self.at, State.OK, Counts(EVENTS * (1 - each.budget * share), EVENTS))

    async def look(self, *spent: float) -> None:
        """As a process that has only just started sees it."""
        self.at += timedelta(minutes=1)
        statuses = [self.status(each, share) for each, share in zip(SLOS, spent, strict=False)]
        await SloAlerting(self.desk.database, lambda: self.desk.catalog, self.desk.intake).judge(statuses)


@pytest.fixture
def shop(database: Database) -> Watched:
    return Watched(Desk(database))


async def test_a_level_that_is_crossed_is_one_message_and_wakes_nobody(shop: Watched) -> None:
    for spent in (0.3, 0.6, 0.62, 0.58, 0.6):
        await shop.look(spent)
    (surface,) = await shop.desk.rows("surfaces")
    assert (surface.key, surface.kind, surface.channel, surface.wanted) == ("notice:N-1", "budget.notice", "#alerts", 1)
    facts = await notice(shop.desk.database, 1)
    (told,) = facts.spent
    assert (told.slo, told.title, told.level, facts.at) == ("slo-0", "SLO 0", 0.5, NOON + timedelta(minutes=2))
    assert told.left == pytest.approx(0.4)
    assert await shop.desk.count("alerts") == 0


async def test_budgets_spent_at_the_same_time_share_one_message(shop: Watched) -> None:
    await shop.look(0.6, 0.2, 0.93)
    facts = await notice(shop.desk.database, 1)
    assert [(each.slo, each.level) for each in facts.spent] == [("slo-2", 0.9), ("slo-0", 0.5)]
    assert await shop.desk.count("surfaces") == 1


async def test_a_notice_goes_where_the_alerts_of_its_service_go(shop: Watched) -> None:
    route = {"match": {"service": "checkout"}, "channels": ["#checkout"]}
    shop.desk.catalog = replace(CATALOG, routes=CATALOG.routes.model_validate({"routes": [route]}))
    await shop.look(0.6)
    assert [row.channel for row in await shop.desk.rows("surfaces")] == ["#checkout"]


async def test_a_budget_that_is_gone_is_one_critical_card_that_wakes_nobody(shop: Watched) -> None:
    await shop.look(0.95)
    for _ in range(3):
        await shop.look(1.2)
    group = await shop.desk.group()
    assert (group.title, group.priority.value, group.decision) == (
        "SLO 0: error budget gone",
        "critical",
        Decision.NOTIFY,
    )
    assert await shop.desk.count("pages") == 0
    assert await shop.desk.count("budget_notices") == 1
    await shop.look(0.97)
    assert (await shop.desk.group()).state is GroupState.FIRING
    await shop.look(0.94)
    assert (await shop.desk.group()).state is GroupState.RESOLVED


async def test_a_budget_that_is_gone_pages_where_the_catalog_says_so(shop: Watched) -> None:
    shop.desk.catalog = replace(CATALOG, chat=Chat(budgets=Budgets(gone_pages=True)))
    await shop.look(1.2)
    assert (await shop.desk.group()).decision is Decision.PAGE
    assert await shop.desk.count("pages") == 1


async def test_a_level_that_left_the_catalog_and_came_back_is_told_of_again(shop: Watched) -> None:
    await shop.look(0.6)
    shop.desk.catalog = replace(CATALOG, chat=Chat(budgets=Budgets(notices=())))
    await shop.look(0.6)
    assert await shop.desk.count("budget_notices") == 1
    assert [row.ended_at for row in await shop.desk.rows("slo_crossings")] == [shop.at]


def surface(row: Any) -> Drawn:
    return Drawn(row.id, row.key, row.kind, row.subject, row.channel, None, None, 1, 1, NOON, retaken=False)


async def test_the_publisher_knows_how_to_draw_each_of_these_messages(shop: Watched) -> None:
    """From the rows that were owed to the words that are posted."""
    shop.desk.catalog = replace(CATALOG, chat=Chat(budgets=Budgets(releases_channel="#releases")))
    await shop.look(0.93)
    policy = BudgetPolicy(
        shop.desk.database, lambda: shop.desk.catalog, PermissionService(shop.desk.database, lambda: shop.desk.catalog)
    )
    await policy.judge([shop.status(SLOS[0], 0.93)])
    database = shop.desk.database
    draw = budget_painters(partial(notice, database), partial(announcement, database))
    drawn = {row.kind: await draw[row.kind](surface(row)) for row in await shop.desk.rows("surfaces")}
    assert {kind: message.text for kind, message in drawn.items() if message} == {
        "budget.notice": "90 % of the error budget of SLO 0 is spent, 7 % left.".replace(" %", "\u00a0%"),
        "budget.policy": "Checkout: the error budget is low.",
    }
