"""Burn alerts raised live: once, on one card, ended in place, and put right after a look that was cut short."""

import asyncio
import signal
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.chat import Budgets, Chat
from bot.domain.alert import Decision, GroupState
from bot.domain.facts.alert import Priority
from bot.domain.slo import SloStatus, State
from bot.services.alert_intake import AlertIntake
from bot.services.slo_alerting import SloAlerting
from bot.store.db import Database
from tests.alerts.burning import AVAILABILITY, CATALOG, QUICK, Watched, look_once
from tests.support.alerting import MINUTE, NOON, Desk, by


@pytest.fixture
def shop(database: Database) -> Watched:
    return Watched(Desk(database))


async def test_a_healthy_budget_raises_nothing(shop: Watched) -> None:
    await shop.goes_on(5, 0.5)
    assert await shop.desk.groups() == []
    assert await shop.desk.count("slo_crossings") == 0


async def test_a_fast_burn_is_one_card_and_one_page(shop: Watched) -> None:
    await shop.goes_on(5, 20, **QUICK)
    group = await shop.desk.group()
    assert (group.source, group.title) == ("slo", "Checkout availability: error budget burning fast")
    assert (group.priority, group.decision, group.reason) == (
        Priority.HIGH,
        Decision.PAGE,
        "the budget of checkout-availability burns",
    )
    assert (group.service, group.firing, group.started_at) == ("checkout", 2, NOON + timedelta(seconds=15))
    assert [page.person for page in await shop.desk.rows("pages")] == ["ana"]
    assert await shop.desk.count("deliveries") == 1
    card = await shop.desk.pictures.facts(group.number)
    assert card.impact == "Burning more than 14.4× over 1\u00a0h and still over 5\u00a0min"


async def test_a_slow_burn_is_a_card_of_its_own_that_wakes_nobody(shop: Watched) -> None:
    await shop.goes_on(1, 2, w5m=0, w1h=0, w30m=0)
    group = await shop.desk.group()
    assert (group.priority, group.decision) == (Priority.MEDIUM, Decision.NOTIFY)
    assert group.title == "Checkout availability: error budget burning steadily"
    await shop.desk.alerts.acknowledge(by("U1", "later"), group.number)
    await shop.goes_on(1, 20, w1d=2)
    assert [each.decision for each in await shop.desk.groups()] == [Decision.NOTIFY, Decision.PAGE]
    assert await shop.desk.count("pages") == 1


async def test_the_alert_ends_in_place_a_minute_after_the_short_window_is_under(shop: Watched) -> None:
    await shop.goes_on(5, 20, w6h=0, **QUICK)
    over = shop.at
    await shop.goes_on(1, 20, w5m=1, w6h=0, **QUICK)
    assert (await shop.desk.group()).state is GroupState.FIRING
    await shop.goes_on(1, 20, w5m=1, w6h=0, **QUICK)
    group = await shop.desk.group()
    assert (group.state, group.firing) == (GroupState.RESOLVED, 0)
    assert group.resolved_at == over + timedelta(seconds=15) + MINUTE


async def test_a_burn_that_hovers_at_its_threshold_pages_once(shop: Watched) -> None:
    for number in range(40):
        await shop.look(14.5 if number % 2 else 14.3, w6h=0, **QUICK)
    assert (await shop.desk.group()).state is GroupState.FIRING
    assert await shop.desk.count("pages") == 1


async def test_a_second_fault_after_the_first_is_over_pages_again(shop: Watched) -> None:
    for _ in range(2):
        await shop.goes_on(1, 20, w6h=0, **QUICK)
        await shop.goes_on(3, 0)
    assert [each.state for each in await shop.desk.groups()] == [GroupState.RESOLVED] * 2
    assert await shop.desk.count("pages") == 2


async def test_a_restart_and_a_second_process_page_nobody_again(shop: Watched) -> None:
    await shop.goes_on(1, 20, **QUICK)
    shop.alerting = shop.another()
    await shop.goes_on(1, 20, **QUICK)
    await shop.another().judge([shop.status(20, **QUICK)])
    assert await shop.desk.count("pages") == 1
    assert await shop.desk.count("slo_crossings") == 2
    assert await shop.desk.count("alerts") == 2


class Killed(Exception):
    """The process is gone."""


class Dying(AlertIntake):
    """Takes nothing in any more."""

    async def firing(self, source: str) -> list[tuple[str, str, datetime]]:
        raise Killed(source)


async def test_a_look_killed_between_its_crossing_and_its_alert_is_put_right_by_the_next(shop: Watched) -> None:
    dying = Dying(shop.desk.database, lambda: shop.desk.catalog, shop.desk.paging)
    with pytest.raises(Killed):
        await SloAlerting(shop.desk.database, lambda: shop.desk.catalog, dying).judge([shop.status(20, **QUICK)])
    assert await shop.desk.count("slo_crossings") == 2
    assert await shop.desk.groups() == []
    await shop.look(20, **QUICK)
    assert (await shop.desk.group()).started_at == NOON
    assert await shop.desk.count("pages") == 1


async def test_a_process_that_slept_through_the_end_does_not_raise_it_again(shop: Watched) -> None:
    asleep = shop.another()
    await shop.goes_on(1, 20, w6h=0, **QUICK)
    then = shop.status(20, w6h=0, **QUICK)
    await shop.goes_on(3, 0)
    await asleep.judge([then])
    await shop.goes_on(3, 0)
    assert {each.state for each in await shop.desk.groups()} == {GroupState.RESOLVED}
    assert await shop.desk.count("pages") == 1


async def test_a_source_that_falls_silent_leaves_the_alert_as_it_is(shop: Watched) -> None:
    await shop.goes_on(1, 20, w6h=0, **QUICK)
    failed = SloStatus(AVAILABILITY, shop.at, State.ERROR, reason="Prometheus did not answer in time.")
    for _ in range(40):
        shop.at += timedelta(seconds=15)
        await shop.alerting.judge([replace(failed, as_of=shop.at)])
    assert (await shop.desk.group()).state is GroupState.FIRING
    shop.empty = frozenset({"5m"})
    await shop.goes_on(5, 20, w6h=0, **QUICK)
    assert (await shop.desk.group()).state is GroupState.FIRING


async def test_too_little_traffic_raises_nothing(shop: Watched) -> None:
    shop.events = 20
    await shop.goes_on(1, 50)
    assert await shop.desk.groups() == []


async def test_an_slo_that_left_the_catalog_ends_its_alerts(shop: Watched) -> None:
    await shop.goes_on(1, 20, **QUICK)
    shop.desk.catalog = replace(CATALOG, slos=())
    await shop.alerting.judge([])
    assert (await shop.desk.group()).state is GroupState.RESOLVED


async def test_burn_alerts_that_prometheus_raises_are_not_raised_here_too(shop: Watched) -> None:
    shop.desk.catalog = replace(CATALOG, chat=Chat(budgets=Budgets(burn_alerts=False)))
    await shop.goes_on(1, 20)
    assert await shop.desk.groups() == []


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("commit", [1, 2, 3])
@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_killed_at_any_commit_the_next_process_tells_everything_once(
    database: Database, database_url: str, commit: int, side: str
) -> None:
    command = [sys.executable, "-m", "tests.alerts.burning", database_url, str(commit), side]
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    _, errors = await process.communicate()
    assert process.returncode == -signal.SIGKILL, errors.decode()
    for _ in range(2):
        await look_once(database)
    desk = Desk(database, CATALOG)
    assert [row.rule for row in await desk.rows("slo_crossings")] == [
        "page:14.4:1h:5m", "page:6.0:6h:30m", "spent:0.5", "spent:0.75",
    ]  # fmt: skip
    assert await desk.count("alerts") == 2
    assert await desk.count("pages") == 1
    surfaces = sorted((row.kind, row.wanted) for row in await desk.rows("surfaces") if row.kind != "page")
    assert surfaces == [("alert", 1), ("budget.notice", 1), ("budget.policy", 1)]


async def test_processes_that_look_at_the_same_time_tell_everything_once(database: Database) -> None:
    await asyncio.gather(*(look_once(database) for _ in range(4)))
    desk = Desk(database, CATALOG)
    assert await desk.count("alerts") == 2
    assert await desk.count("pages") == 1
    assert await desk.count("budget_notices") == 2
