"""SLOs as a use case: evaluated from their sources, remembered, told at once, and judged by the sampler's own rules."""

import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog import load
from bot.catalog.model import Catalog, Rule, SamplerSpec, Service
from bot.domain.criteria import Phase, Standing
from bot.domain.sampling import PROBES, SUCCESSES
from bot.domain.slo import RatioMetric, State
from bot.integrations.prometheus import PrometheusSource
from bot.integrations.sampled import SampledSource
from bot.ports import Sample, Scrape
from bot.services.history import HistoryError, import_history
from bot.services.sampling import RuleService, probe_targets, scrape_targets
from bot.services.slos import SloService
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from tests.support.prometheus import free_port
from tests.support.slos import slo

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ROOT = Path(__file__).parents[2]
METRIC = RatioMetric(total='hits_total{service="checkout"}', bad='hits_total{service="checkout",code="500"}')
AVAILABILITY = slo(metric=METRIC, source="sampler", target=0.99)


@dataclass
class Clock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class Shop:
    """A page of counters and a probe, looked at each second by a sampler on a clock of our own."""

    store: SqlSampleStore
    clock: Clock
    totals: dict[str, float] = field(default_factory=lambda: {"200": 0.0, "500": 0.0})
    answers: bool = True

    async def serve(self, seconds: int, good: int, bad: int) -> None:
        for _ in range(seconds):
            await self._look()
            self.clock.at += SECOND
            self.totals["200"] += good
            self.totals["500"] += bad
        await self._look()

    async def _look(self) -> None:
        counters = [Sample("hits_total", {"service": "checkout", "code": code}, n) for code, n in self.totals.items()]
        await self.store.record(Scrape("page", self.clock.at, SECOND, counters=counters))
        probe = {"service": "checkout"}
        events = [Sample(PROBES, probe, 1.0), Sample(SUCCESSES, probe, float(self.answers))]
        await self.store.record(Scrape("probe", self.clock.at, SECOND, events=events))


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(SqlSampleStore(database), Clock())


def service(shop: Shop, database: Database | None, *slos: object, **sources: object) -> SloService:
    catalog = Catalog(slos=tuple(slos) or (AVAILABILITY,))  # type: ignore[arg-type]
    given = {"sampler": SampledSource(shop.store)} | sources
    return SloService(lambda: catalog, given, shop.clock, database)  # type: ignore[arg-type]


async def test_a_status_is_remembered_and_told_without_asking_any_source(shop: Shop, database: Database) -> None:
    await shop.serve(30, good=10, bad=0)
    slos = service(shop, database)
    (turn,) = (await slos.refresh()).turned
    assert (turn.before, turn.now.state) == (None, State.OK)
    silent = SloService(lambda: Catalog(slos=(AVAILABILITY,)), {}, shop.clock, database)
    told = (await silent.last())["checkout-availability"]
    assert told.status == turn.now
    assert told.since == shop.clock.at


async def test_turning_points_are_told_once_and_the_state_keeps_its_beginning(shop: Shop, database: Database) -> None:
    await shop.serve(30, good=10, bad=0)
    slos = service(shop, database)
    await slos.refresh()
    await shop.serve(30, good=7, bad=3)
    gone = shop.clock.at
    (turn,) = (await slos.refresh()).turned
    assert (turn.before, turn.now.state) == (State.OK, State.EXHAUSTED)
    await shop.serve(5, good=7, bad=3)
    assert (await slos.refresh()).turned == ()
    assert (await slos.last())["checkout-availability"].since == gone


async def test_a_changed_slo_does_not_show_the_figures_of_the_old_one(shop: Shop, database: Database) -> None:
    await shop.serve(30, good=10, bad=0)
    await service(shop, database).refresh()
    assert await service(shop, database, replace(AVAILABILITY, target=0.999)).last() == {}


async def test_an_slo_that_left_the_catalog_is_forgotten(shop: Shop, database: Database) -> None:
    await service(shop, database, AVAILABILITY, replace(AVAILABILITY, name="old")).refresh()
    await service(shop, database, AVAILABILITY).refresh()
    assert set(await service(shop, database, replace(AVAILABILITY, name="old")).last()) == set()


async def test_a_past_instant_is_evaluated_from_the_source_without_a_database(shop: Shop) -> None:
    await shop.serve(30, good=10, bad=0)
    then = shop.clock.at
    await shop.serve(30, good=0, bad=10)
    (before,) = await service(shop, None).evaluate(at=then)
    (after,) = await service(shop, None).evaluate()
    assert (before.sli, before.as_of) == (1.0, then)
    assert after.sli == 0.5


async def test_a_dead_source_leaves_the_last_figures_and_spoils_no_other(shop: Shop, database: Database) -> None:
    await shop.serve(30, good=10, bad=0)
    away = replace(AVAILABILITY, name="away", indicator=replace(AVAILABILITY.indicator, source="prometheus"))
    alive = service(shop, database, AVAILABILITY, away, prometheus=SampledSource(shop.store))
    await alive.refresh()
    shop.clock.at += timedelta(minutes=10)
    dead = PrometheusSource("prometheus", f"http://127.0.0.1:{free_port()}")
    stale, _ = await (broken := service(shop, database, AVAILABILITY, away, prometheus=dead)).evaluate()
    assert (stale.slo.name, stale.state, stale.sli) == ("away", State.STALE, 1.0)
    assert "cannot be reached" in stale.reason
    assert "01 Jan 12:00 UTC" in stale.reason
    unknown = [each for each in await broken.evaluate(at=NOON) if each.slo.name == "away"]
    assert unknown[0].state is State.ERROR
    await dead.close()


async def test_an_slo_without_a_source_says_so(shop: Shop) -> None:
    lost = replace(AVAILABILITY, indicator=replace(AVAILABILITY.indicator, source="datadog"))
    (status,) = await service(shop, None, lost).evaluate()
    assert (status.state, status.reason) == (State.ERROR, "There is no source named 'datadog'.")


async def test_an_alert_seconds_old_shows_what_it_costs_at_its_own_rate(shop: Shop, database: Database) -> None:
    await shop.serve(240, good=100, bad=0)
    began = shop.clock.at
    await shop.serve(20, good=69, bad=31)
    line = await service(shop, database, replace(AVAILABILITY, target=0.95)).cost("checkout", since=began)
    assert line is not None
    assert line.burn == pytest.approx(0.31 / 0.05)
    assert line.left == pytest.approx(1 - 620 / (0.05 * 26_000))
    assert line.gone_by == pytest.approx(shop.clock.at + timedelta(days=30) * line.left / line.burn, abs=SECOND)
    assert await service(shop, database).cost("unheard-of") is None


async def test_the_cost_of_a_stretch_is_its_share_of_the_budget(shop: Shop) -> None:
    await shop.serve(100, good=100, bad=0)
    began = shop.clock.at
    await shop.serve(20, good=95, bad=5)
    cost = await service(shop, None).spent(AVAILABILITY, began, shop.clock.at)
    assert cost is not None
    assert cost.share == pytest.approx(100 / (0.01 * 12_000))
    assert cost.minutes == pytest.approx(cost.share * 432)


def rules() -> Catalog:
    watched = Service(
        name="checkout",
        title="Checkout",
        sampler=SamplerSpec(metrics_url="http://shop/metrics", probe_url="http://shop/health", every_s=1, timeout_s=1),
    )
    errors = Rule(
        name="errors", kind="error_rate", service="checkout", title="Checkout fails", metric=METRIC,
        threshold=0.05, window_s=10, min_events=50,
    )  # fmt: skip
    down = Rule(name="down", kind="down", service="checkout", title="Checkout is down", for_s=5)
    return Catalog(services={"checkout": watched}, rules=(errors, down), slos=(AVAILABILITY,))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_errors_fire_within_seconds_and_end_after_the_fault(shop: Shop) -> None:
    service = RuleService(rules, SampledSource(shop.store), shop.clock)
    await shop.serve(60, good=100, bad=0)
    standings: dict[str, Standing] = {}

    async def judged() -> bool:
        outcomes = await service.judge(standings)
        standings.update({each.rule.name: each.judgement.standing for each in outcomes})
        errors = outcomes[0]
        assert errors.judgement.firing == (errors.reading is not None)
        if errors.reading is not None:
            assert errors.reading.normal is not None
            assert errors.reading.normal < 0.001
            assert (errors.reading.what, errors.reading.threshold) == ("Checkout errors", 0.05)
        return errors.judgement.firing

    assert not await judged()
    await shop.serve(3, good=69, bad=31)
    assert await judged()
    await shop.serve(10, good=100, bad=0)
    assert not await judged()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_downtime_fires_once_the_probe_failed_for_long_enough(shop: Shop) -> None:
    service = RuleService(rules, SampledSource(shop.store), shop.clock)
    standing = Standing()
    phases: list[Phase] = []
    for answers, seconds in ((True, 3), (False, 3), (False, 5), (True, 3), (True, 5)):
        shop.answers = answers
        await shop.serve(seconds, good=0, bad=0)
        down = (await service.judge({"down": standing}))[1]
        standing = down.judgement.standing
        phases.append(standing.phase)
    assert phases == [Phase.QUIET, Phase.PENDING, Phase.FIRING, Phase.FIRING, Phase.QUIET]


def test_two_services_on_one_page_are_one_target() -> None:
    one = rules().services["checkout"]
    catalog = replace(rules(), services={"checkout": one, "cart": one.model_copy(update={"name": "cart"})})
    (page,) = scrape_targets(catalog)
    assert page.metrics == {"hits_total"}
    (probe,) = probe_targets(catalog)
    assert probe.services == ("checkout", "cart")


DEMO = {"SHOP_URL": "http://127.0.0.1:1", "SHOP_DIR": "/nowhere", "SHOP_SOCKET": "/nowhere/socket"}


async def test_the_demo_begins_with_about_sixty_percent_of_its_budget(shop: Shop, database: Database) -> None:
    command = [sys.executable, "-m", "playground.shop", "history", "--days", "30", "--end", "2026-01-01T12:00:00Z"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    imported = await import_history(made.stdout.splitlines(), shop.store)
    assert imported["checkout-availability"] == 8640
    catalog = load(ROOT / "examples" / "demo", DEMO)
    slos = SloService(lambda: catalog, {"sampler": SampledSource(shop.store)}, shop.clock, database)
    by_name = {status.slo.name: status for status in await slos.evaluate()}
    availability = by_name["checkout-availability"]
    assert availability.budget.left == pytest.approx(0.6, abs=0.02)
    assert (availability.state, availability.data.complete, availability.data.generated) == (State.OK, True, 1.0)
    assert by_name["cart-availability"].state is State.NO_DATA


@pytest.mark.parametrize(
    "line", ["no json", "{}", '{"at": "2026-01-01", "seconds": 300, "good": 1, "total": 2, "sli": "x"}',
             '{"at": "2026-01-01T00:00:00Z", "seconds": 300, "good": 3, "total": 2, "sli": "x"}']
)  # fmt: skip
async def test_history_that_is_none_is_refused_with_its_line(shop: Shop, line: str) -> None:
    with pytest.raises(HistoryError, match="line 2"):
        await import_history(["", line], shop.store)


def test_counts_of_the_demo_rules_come_from_its_slos() -> None:
    catalog = load(ROOT / "examples" / "demo", DEMO)
    (page,) = scrape_targets(catalog)
    assert page.metrics == {
        "shop_requests_total",
        "shop_request_duration_seconds_bucket",
        "shop_request_duration_seconds_count",
    }
