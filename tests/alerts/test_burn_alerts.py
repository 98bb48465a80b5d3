"""Burn alerts raised live: once, on one card, ended in place, and put right after a look that was cut short."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.chat import Budgets, Chat
from bot.catalog.model import Catalog
from bot.domain.alert import Decision, GroupState
from bot.domain.facts.alert import Priority
from bot.domain.slo import BURN_WINDOWS, Counts, Measurement, SloStatus, State, evaluate, queries
from bot.services.alert_intake import AlertIntake
from bot.services.slo_alerting import SloAlerting
from bot.store.db import Database
from tests.support.alerting import CHECKOUT, MINUTE, NOON, PEOPLE, Desk, by
from tests.support.slos import slo

AVAILABILITY = replace(slo(), display_name="Checkout availability")
CATALOG = Catalog(services={"checkout": CHECKOUT}, people=PEOPLE, slos=(AVAILABILITY,))


@dataclass
class Watched:
    """An SLO whose every window has the same share of bad events, looked at on a clock of its own."""

    desk: Desk
    at: datetime = NOON
    catalog: Catalog = CATALOG
    events: float = 100_000
    empty: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        self.desk.catalog = self.catalog
        self.desk.database.clock = lambda: self.at
        self.alerting = self.another()

    def another(self) -> SloAlerting:
        """As another process has it."""
        return SloAlerting(self.desk.database, lambda: self.desk.catalog, self.desk.intake)

    def status(self, burn: float, **windows: float) -> SloStatus:
        """The SLO burning `burn` times over each window, but for those that are named."""
        asked = queries(AVAILABILITY, self.at)
        rates = dict.fromkeys(BURN_WINDOWS, burn) | {name.removeprefix("w"): rate for name, rate in windows.items()}
        measured = {
            name: Measurement(query, None if name in self.empty else self._counts(rates[name]))
            for name, query in asked.burns.items()
        }
        whole = Measurement(asked.whole, self._counts(0.1), last=self.at, covered=asked.whole.window)
        return evaluate(AVAILABILITY, self.at, whole, measured)

    def _counts(self, burn: float) -> Counts:
        return Counts(self.events * (1 - burn * AVAILABILITY.budget), self.events)

    async def look(self, burn: float, **windows: float) -> None:
        self.at += timedelta(seconds=15)
        await self.alerting.judge([self.status(burn, **windows)])

    async def goes_on(self, minutes: float, burn: float, **windows: float) -> None:
        for _ in range(round(minutes * 4)):
            await self.look(burn, **windows)


@pytest.fixture
def shop(database: Database) -> Watched:
    return Watched(Desk(database))


QUICK = {"w1d": 0.1, "w3d": 0.1}
"""Only the windows of the pages burn."""


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
