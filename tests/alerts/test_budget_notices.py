"""Notices of spent budgets and the alert of one that is gone: once each, where the service's alerts go."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.chat import Budgets, Chat
from bot.catalog.model import Catalog
from bot.domain.alert import Decision, GroupState
from bot.domain.slo import Counts, SloStatus, State
from bot.services.budget_notices import notice
from bot.services.slo_alerting import SloAlerting
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

    async def look(self, *spent: float) -> None:
        """As a process that has only just started sees it."""
        self.at += timedelta(minutes=1)
        statuses = [
            SloStatus(each, self.at, State.OK, Counts(EVENTS * (1 - each.budget * share), EVENTS))
            for each, share in zip(SLOS, spent, strict=False)
        ]
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
