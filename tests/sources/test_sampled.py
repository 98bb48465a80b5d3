"""The sampler as a source: exact against the truth, and in agreement with Prometheus on the same series."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, generate_latest

from bot.domain.sampling import GENERATED_GOOD, GENERATED_TOTAL, PROBES, SUCCESSES, ProbeTarget, ScrapeTarget
from bot.domain.series import Increment
from bot.domain.slo import Counts, Measurement, RatioMetric, Slicing, SliQuery, ThresholdMetric, evaluate, queries
from bot.domain.slo.ledger import Account, Tally, added_up
from bot.integrations.prometheus import PrometheusSource
from bot.integrations.sampled import SampledSource
from bot.integrations.sampler import HttpSampler
from bot.ports import Sample, SampleStore, Scrape
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from tests.sources import history
from tests.sources.history import METRIC, truth
from tests.support.prometheus import backfill, prometheus, running_prometheus
from tests.support.slos import slo

MINUTE = timedelta(minutes=1)
START, END = datetime(2025, 12, 20, 7, tzinfo=UTC), datetime(2025, 12, 20, 13, 30, tzinfo=UTC)
SERVICES = ["steady", "skewed", "gappy", "faultless"]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def of(service: str) -> RatioMetric:
    return RatioMetric(
        total=f'sum({METRIC}{{service="{service}"}})', good=f'sum({METRIC}{{service="{service}",code!~"5.."}})'
    )


def ask(metric: RatioMetric | ThresholdMetric, window: timedelta, slicing: Slicing | None = None) -> SliQuery:
    return SliQuery(slo(metric=metric).indicator, window, slicing, coverage=True)


async def measure(store: SampleStore, query: SliQuery, at: datetime = NOON) -> Measurement:
    return (await SampledSource(store).measure([query], at))[0]


@pytest.fixture
async def store(database: Database) -> SqlSampleStore:
    return SqlSampleStore(database)


async def sampled_history(store: SampleStore) -> None:
    """A morning of the history, one look a minute."""
    looks: dict[tuple[float, str], list[Sample]] = {}
    for series in history.series():
        service = series.labels["service"]
        for when, value in series.points if service in SERVICES else ():
            if START.timestamp() <= when <= END.timestamp():
                looks.setdefault((when, service), []).append(Sample(METRIC, series.labels, value))
    for (when, service), counters in sorted(looks.items(), key=lambda look: look[0]):
        await store.record(Scrape(service, datetime.fromtimestamp(when, UTC), MINUTE, counters=counters))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_sampler_is_exact_and_agrees_with_prometheus(store: SqlSampleStore, tmp_path: Path) -> None:
    """On a stretch with a reset and a gap in the scrapes."""
    await sampled_history(store)
    backfill(tmp_path, history.series())
    windows = [timedelta(minutes=5), timedelta(minutes=37), timedelta(minutes=79), timedelta(hours=6)]
    asked = [ask(of(service), window) for service in SERVICES for window in windows]
    with prometheus(tmp_path) as url:
        source = PrometheusSource("prometheus", url)
        theirs = await source.measure(asked, END)
        await source.close()
    ours = await SampledSource(store).measure(asked, END)
    services = [service for service in SERVICES for _ in windows]
    for service, query, mine, other in zip(services, asked, ours, theirs, strict=True):
        true = truth(service, END - query.window, END)
        assert mine.counts is not None
        assert (mine.counts.good, mine.counts.total) == pytest.approx((true.good, true.total), rel=1e-9)
        assert other.counts is not None
        assert other.counts.total == pytest.approx(true.total, rel=2e-3, abs=1e-6), (service, query.window)
        assert other.counts.bad == pytest.approx(true.bad, rel=0.02, abs=1.0), (service, query.window)
    gappy = ours[services.index("gappy") + 3]
    assert gappy.covered == timedelta(hours=4) - MINUTE
    assert not gappy.complete


class Shop:
    """A page of counters that a test turns as it likes."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(METRIC.removesuffix("_total"), "Requests.", ["service", "code"], registry=self.registry)
        self.healthy = True
        for code in ("200", "500"):
            self.requests.labels("live", code)

    async def metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(self.registry))

    async def health(self, _: web.Request) -> web.Response:
        return web.Response(status=200 if self.healthy else 503)


@pytest.fixture
async def shop() -> AsyncIterator[tuple[Shop, str]]:
    shop = Shop()
    app = web.Application()
    app.router.add_get("/metrics", shop.metrics)
    app.router.add_get("/health", shop.health)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield shop, f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def page(address: str, limit: int = 100, metric: str = METRIC) -> ScrapeTarget:
    return ScrapeTarget(f"http://{address}/metrics", frozenset({metric}), MINUTE, timedelta(seconds=2), limit)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_live_page_scraped_by_both_gives_one_ratio(
    store: SqlSampleStore, shop: tuple[Shop, str], tmp_path: Path
) -> None:
    counters, address = shop
    sampler = HttpSampler(store)
    async with running_prometheus(tmp_path, {"shop": address}) as url:
        for _ in range(8):
            await sampler.scrape(page(address), datetime.now(UTC))
            counters.requests.labels("live", "200").inc(90)
            counters.requests.labels("live", "500").inc(10)
            await asyncio.sleep(1)
        now = datetime.now(UTC)
        await sampler.scrape(page(address), now)
        source = PrometheusSource("prometheus", url)
        theirs = (await source.measure([ask(of("live"), MINUTE)], now))[0]
        await source.close()
    await sampler.close()
    ours = await measure(store, ask(of("live"), MINUTE), now)
    assert ours.counts == Counts(720, 800)
    assert theirs.counts is not None
    assert theirs.counts.good / theirs.counts.total == pytest.approx(0.9)


async def test_two_slis_on_one_page_and_a_reset(store: SqlSampleStore, shop: tuple[Shop, str]) -> None:
    counters, address = shop
    sampler = HttpSampler(store)
    await sampler.scrape(page(address), NOON)
    counters.requests.labels("live", "200").inc(50)
    await sampler.scrape(page(address), NOON + MINUTE)
    counters.requests.clear()
    counters.requests.labels("live", "200").inc(7)
    counters.requests.labels("live", "500").inc(3)
    look = await sampler.scrape(page(address), NOON + 2 * MINUTE)
    await sampler.close()
    assert look.ok
    answer = await measure(store, ask(of("live"), 5 * MINUTE), NOON + 2 * MINUTE)
    assert answer.counts == Counts(57, 60)


async def test_the_limit_of_series_is_said_in_words(store: SqlSampleStore, shop: tuple[Shop, str]) -> None:
    counters, address = shop
    for number in range(10):
        counters.requests.labels("live", str(300 + number)).inc()
    sampler = HttpSampler(store)
    look = await sampler.scrape(page(address, limit=4), NOON)
    await sampler.scrape(page(address, limit=4), NOON + MINUTE)
    await sampler.close()
    assert look.words == f"8 series of http://{address}/metrics are not kept: its limit is 4."
    answer = await measure(store, ask(of("live"), 5 * MINUTE), NOON + MINUTE)
    assert "8 series" in answer.note


@pytest.mark.parametrize(("path", "words"), [("/health", "shows none of"), ("/nowhere", "answered with status 404")])
async def test_a_page_without_metrics_is_no_data_with_its_reason(
    store: SqlSampleStore, shop: tuple[Shop, str], path: str, words: str
) -> None:
    _, address = shop
    sampler = HttpSampler(store)
    target = ScrapeTarget(f"http://{address}{path}", frozenset({METRIC}), MINUTE, MINUTE)
    look = await sampler.scrape(target, NOON)
    await sampler.close()
    assert not look.ok
    assert words in look.words
    answer = await measure(store, ask(of("live"), 5 * MINUTE))
    assert (answer.counts, answer.failed) == (None, False)
    assert answer.problem.startswith(f"The sampler has not seen {METRIC} yet.")


async def test_a_page_that_goes_away_leaves_its_last_figures_and_says_why(
    store: SqlSampleStore, shop: tuple[Shop, str]
) -> None:
    counters, address = shop
    sampler = HttpSampler(store)
    await sampler.scrape(page(address), NOON)
    counters.requests.labels("live", "200").inc(50)
    await sampler.scrape(page(address), NOON + MINUTE)
    await store.failed(page(address).url, "shop cannot be reached.")
    await sampler.close()
    later = NOON + timedelta(minutes=41)
    hour, recent = await SampledSource(store).measure(
        [ask(of("live"), timedelta(hours=1)), ask(of("live"), 5 * MINUTE)], later
    )
    assert hour.counts == Counts(50, 50)
    assert hour.last == NOON + MINUTE
    assert recent.counts is None
    assert recent.problem == "Nothing was sampled in this window. shop cannot be reached."


async def test_probes_count_answers_and_failures_for_every_service_they_speak_for(
    store: SqlSampleStore, shop: tuple[Shop, str]
) -> None:
    counters, address = shop
    sampler = HttpSampler(store)
    target = ProbeTarget(f"http://{address}/health", ("checkout", "cart"), MINUTE, MINUTE)
    for minute in range(4):
        counters.healthy = minute < 3
        await sampler.probe(target, NOON + minute * MINUTE)
    gone = ProbeTarget("http://127.0.0.1:9/health", ("checkout",), MINUTE, MINUTE)
    look = await sampler.probe(gone, NOON + 4 * MINUTE)
    await sampler.close()
    assert "cannot be reached" in look.words
    for service, counts in (("checkout", Counts(2, 4)), ("cart", Counts(2, 3))):
        metric = RatioMetric(
            total=f'sum({PROBES}{{service="{service}"}})', good=f'sum({SUCCESSES}{{service="{service}"}})'
        )
        answer = await measure(store, ask(metric, 4 * MINUTE), NOON + 4 * MINUTE)
        assert answer.counts == counts, service


async def test_generated_history_is_counted_and_called_generated(store: SqlSampleStore) -> None:
    labels = {"sli": "checkout-availability"}
    ends = [NOON - timedelta(minutes=5 * n) for n in range(8640)]
    made = [Increment(GENERATED_GOOD, labels, at, 99.0) for at in ends] + [
        Increment(GENERATED_TOTAL, labels, at, 100.0) for at in ends
    ]
    await store.add("generated", made, NOON - timedelta(days=30), NOON)
    each = slo(target=0.975)
    asked = queries(each, NOON)
    answers = iter(await SampledSource(store).measure(asked.all(), NOON))
    shown = evaluate(each, NOON, next(answers), {window: next(answers) for window in asked.burns})
    assert shown.counts == Counts(8640 * 99.0, 8640 * 100.0)
    assert shown.budget.left == pytest.approx(0.6)
    assert shown.data.generated == 1.0
    assert shown.data.complete
    assert "100\u00a0% of the events are generated." in shown.reason
    other = await measure(store, SliQuery(slo("cart-availability").indicator, timedelta(days=1)))
    assert other.counts is None


async def test_time_slices_are_judged_one_by_one(store: SqlSampleStore) -> None:
    """Ten minutes: two without traffic, one at 50 %, one at 94 %, six at 100 %."""
    looks = [(0, 0), (0, 0), (5, 5), (94, 6), *[(100, 0)] * 6]
    good = bad = 0.0
    for minute, (more_good, more_bad) in enumerate([(0, 0), *looks]):
        good, bad = good + more_good, bad + more_bad
        counters = [Sample(METRIC, {"service": "live", "code": c}, v) for c, v in (("200", good), ("500", bad))]
        await store.record(Scrape("shop", NOON + minute * MINUTE, MINUTE, counters=counters))
    at = NOON + 10 * MINUTE
    timed = await measure(store, ask(of("live"), 10 * MINUTE, Slicing(MINUTE, 0.95)), at)
    assert timed.counts == Counts(6, 8)
    ratios = await measure(store, ask(of("live"), 10 * MINUTE, Slicing(MINUTE)), at)
    assert ratios.counts is not None
    assert ratios.counts.good == pytest.approx(6 + 0.5 + 0.94)


async def test_a_latency_threshold_that_is_no_bucket_is_refused_with_those_that_are(store: SqlSampleStore) -> None:
    for minute in range(2):
        counters = [
            Sample("seconds_bucket", {"le": le}, minute * value)
            for le, value in (("0.25", 95.0), ("2.0", 99.0), ("+Inf", 100.0))
        ]
        await store.record(Scrape("shop", NOON + minute * MINUTE, MINUTE, counters=counters))

    def within(bound: str) -> RatioMetric:
        return RatioMetric(good=f'seconds_bucket{{le="{bound}"}}', total='seconds_bucket{le="+Inf"}')

    wrong = await measure(store, ask(within("0.3"), 5 * MINUTE), NOON + MINUTE)
    assert wrong.failed
    assert "0.25, 2.0, +Inf" in wrong.problem
    assert (await measure(store, ask(within("2"), 5 * MINUTE), NOON + MINUTE)).counts == Counts(99, 100)


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (ThresholdMetric("age", "lt", 5), "a threshold on a value needs Prometheus"),
        (RatioMetric(total="x", good="avg(rate(x[{{.window}}]))"), "an expression needs Prometheus"),
        (RatioMetric(total="x", good="x", counter=False), "needs Prometheus"),
        (RatioMetric(total="sum(", good="x"), "cannot read the query"),
    ],
)
async def test_what_the_sampler_cannot_answer_it_says(
    store: SqlSampleStore, metric: RatioMetric | ThresholdMetric, words: str
) -> None:
    answer = await measure(store, ask(metric, MINUTE))
    assert answer.failed
    assert words in answer.problem


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_buckets_of_the_sampler_are_those_of_prometheus(store: SqlSampleStore, tmp_path: Path) -> None:
    """In five minutes, hours and slices. What grew in a gap is one sum that each lays out in its own way."""
    await sampled_history(store)
    backfill(tmp_path, history.series())
    slices = Slicing(timedelta(minutes=5), 0.999)
    tallies = [Tally(slo(metric=of(service)).indicator, slicing) for service in SERVICES for slicing in (None, slices)]
    eight, noon = END.replace(hour=8, minute=0), END.replace(hour=12, minute=0)
    with prometheus(tmp_path) as url:
        source = PrometheusSource("prometheus", url)
        for width, start, end in ((slices.length, noon, END), (timedelta(hours=1), eight, END.replace(minute=0))):
            theirs = await source.history(tallies, start, end, width)
            ours = await SampledSource(store).history(tallies, start, end, width)
            for tally, mine, other in zip(tallies, ours, theirs, strict=True):
                if "gappy" not in str(tally.indicator.metric):
                    assert [each.counts for each in mine.buckets] == [each.counts for each in other.buckets], tally
                elif tally.slicing is None and start == eight:
                    assert added(mine) == pytest.approx(added(other))
        await source.close()


def added(account: Account) -> tuple[float, float]:
    whole = added_up(account.buckets)
    assert whole is not None
    return whole.counts.good, whole.counts.total
