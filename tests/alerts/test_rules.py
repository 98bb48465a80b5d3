"""The sampler's own rules as a source of alerts: raised once, measured, ended, and put right after a cut-short look."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.catalog.model import Catalog, Rule, SamplerSpec, Service
from bot.domain.alert import GroupState
from bot.domain.facts.alert import Priority
from bot.domain.sampling import PROBES, SUCCESSES
from bot.domain.slo import RatioMetric
from bot.integrations.sampled import SampledSource
from bot.ports import Sample, Scrape
from bot.services.alert_rules import AlertRules
from bot.services.sampling import RuleService
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from tests.support.alerting import NOON, PEOPLE, Desk

SECOND = timedelta(seconds=1)
METRIC = RatioMetric(total='hits_total{service="checkout"}', bad='hits_total{service="checkout",code="500"}')
ERRORS = Rule(
    name="checkout-errors",
    kind="error_rate",
    service="checkout",
    title="Checkout answers with errors",
    priority="high",
    window_s=10,
    threshold=0.05,
    min_events=20,
    description="Buyers see an error page",
    metric=METRIC,
)
DOWN = Rule(
    name="checkout-down", kind="down", service="checkout", title="Checkout does not answer", priority="critical"
)
SERVICE = Service(
    name="checkout",
    title="Checkout",
    on_call=("ana",),
    sampler=SamplerSpec(probe_url="http://shop.example/healthz", every_s=1, timeout_s=1),
)
CATALOG = Catalog(services={"checkout": SERVICE}, people=PEOPLE, rules=(ERRORS, DOWN))


@dataclass
class Watched:
    """A shop on a clock of its own, looked at by the sampler and judged each second."""

    desk: Desk
    at: datetime = NOON
    totals: dict[str, float] = field(default_factory=lambda: {"200": 0.0, "500": 0.0})
    memory: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.desk.database.clock = self.now
        self.store = SqlSampleStore(self.desk.database)
        service = RuleService(lambda: self.desk.catalog, SampledSource(self.store), self)
        self.rules = AlertRules(lambda: self.desk.catalog, service, self.desk.intake, self)

    def now(self) -> datetime:
        return self.at

    async def serve(self, seconds: int, good: int = 10, bad: int = 0, answers: bool = True) -> None:
        for _ in range(seconds):
            self.at += SECOND
            self.totals["200"] += good
            self.totals["500"] += bad
            await self.look(answers)

    async def look(self, answers: bool = True) -> None:
        counters = [Sample("hits_total", {"service": "checkout", "code": code}, n) for code, n in self.totals.items()]
        await self.store.record(Scrape("page", self.at, SECOND, counters=counters))
        probe = {"service": "checkout"}
        events = [Sample(PROBES, probe, 1.0), Sample(SUCCESSES, probe, float(answers))]
        await self.store.record(Scrape("probe", self.at, SECOND, events=events))
        self.memory = await self.rules.judge_rules(self.memory)


@pytest.fixture
async def shop(database: Database) -> Watched:
    shop = Watched(Desk(database, CATALOG))
    await shop.look()
    await shop.serve(15)
    return shop


async def test_a_quiet_shop_raises_nothing(shop: Watched) -> None:
    assert await shop.desk.groups() == []


async def test_errors_raise_one_alert_that_shows_what_is_measured(shop: Watched) -> None:
    began = shop.at
    await shop.serve(12, good=7, bad=3)
    group = await shop.desk.group()
    assert (group.source, group.title, group.priority) == ("sampler", "Checkout answers with errors", Priority.HIGH)
    assert began < group.started_at <= began + 3 * SECOND
    assert await shop.desk.count("deliveries") == 1
    card = await shop.desk.pictures.facts(group.number)
    assert card.impact == "Buyers see an error page"
    assert card.reading is not None
    assert (card.reading.what, card.reading.threshold) == ("Checkout errors", 0.05)
    assert [page.person for page in await shop.desk.rows("pages")] == ["ana"]


async def test_what_a_firing_alert_reads_is_kept_up_to_date(shop: Watched) -> None:
    await shop.serve(5, good=7, bad=3)
    await shop.serve(int(CATALOG.chat.card_refresh_s) + 12, good=2, bad=8)
    reading = (await shop.desk.pictures.facts(1)).reading
    assert reading is not None
    assert reading.value > 0.5


async def test_the_alert_ends_once_the_errors_have(shop: Watched) -> None:
    await shop.serve(12, good=7, bad=3)
    await shop.serve(25)
    group = await shop.desk.group()
    assert (group.state, group.firing) == (GroupState.RESOLVED, 0)
    assert group.resolved_at is not None
    assert group.resolved_at <= shop.at
    await shop.serve(5)
    assert await shop.desk.count("deliveries") == 2


async def test_a_service_that_does_not_answer_is_down(shop: Watched) -> None:
    await shop.serve(5, good=0, answers=False)
    group = await shop.desk.group()
    assert (group.title, group.priority) == ("Checkout does not answer", Priority.CRITICAL)


async def test_a_look_that_was_cut_short_before_it_was_remembered_doubles_nothing(shop: Watched) -> None:
    remembered = shop.memory
    await shop.serve(12, good=7, bad=3)
    shop.memory = remembered
    await shop.serve(3, good=7, bad=3)
    assert await shop.desk.count("alerts") == 1
    shop.memory = {}
    await shop.serve(25)
    assert (await shop.desk.group()).state is GroupState.RESOLVED


async def test_an_alert_whose_rule_left_the_catalog_ends(shop: Watched) -> None:
    await shop.serve(12, good=7, bad=3)
    shop.desk.catalog = replace(CATALOG, rules=(DOWN,))
    await shop.serve(1)
    assert (await shop.desk.group()).state is GroupState.RESOLVED
