"""The record of SLOs on Azure: read in once, fed with what is new, and equal to what Azure itself would say."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog.model import Catalog
from bot.domain.slo import Counts, RatioMetric, RollingWindow, Slicing, SliQuery, Slo, State, ThresholdMetric
from bot.domain.slo.ledger import Tally
from bot.integrations.access import Access
from bot.integrations.azure_monitor import AzureApi, AzureLogsSource, AzureMetricsSource
from bot.ports import SliHistory, SliSource
from bot.services.slo_ledger import SloLedger
from bot.services.slos import SloService
from bot.store.db import Database
from tests.support.azure import Cloud, cloud
from tests.support.azure.logs import WORKSPACE, binned, fixed
from tests.support.azure.metrics import SITE
from tests.support.slos import slo

AT = datetime(2026, 1, 8, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BINNED = "AppRequests | summarize good=sumif(ItemCount, Success), total=sum(ItemCount) by bin(TimeGenerated, 1m)"
LOGS, METRICS = RatioMetric(total=BINNED, good=BINNED), RatioMetric(total="?metric=Requests", bad="?metric=Http5xx")
LIMIT = ThresholdMetric("?metric=Latency&aggregation=Average", "lt", 0.5)
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def traffic(at: datetime) -> tuple[int, int] | None:
    """Ten a minute since six days, silent for two hours on the fourth; one in ten fails between ten and eleven."""
    if at < AT - 6 * DAY or datetime(2026, 1, 4, 3, tzinfo=UTC) <= at < datetime(2026, 1, 4, 5, tzinfo=UTC):
        return None
    return (9, 1) if at.hour == 10 else (10, 0)


def requests(at: datetime) -> Mapping[str, float] | None:
    happened = traffic(at)
    return {"total": float(sum(happened))} if happened else None


def failures(at: datetime) -> Mapping[str, float] | None:
    happened = traffic(at)
    return {"total": float(happened[1])} if happened and happened[1] else None


def latency(at: datetime) -> Mapping[str, float] | None:
    return {"average": 0.9 if at.hour == 10 else 0.1} if traffic(at) else None


@dataclass
class Clock:
    at: datetime = AT + timedelta(minutes=6, seconds=20)

    def now(self) -> datetime:
        return self.at


@pytest.fixture
async def azure() -> AsyncIterator[Cloud]:
    async with cloud() as running:
        running.logs.answers = {BINNED: binned(traffic)}
        running.metrics.minutes = {
            (SITE, "Requests"): requests,
            (SITE, "Http5xx"): failures,
            (SITE, "Latency"): latency,
        }
        yield running


@pytest.fixture
async def logs(azure: Cloud) -> AsyncIterator[AzureLogsSource]:
    api = AzureApi("Azure Monitor", azure.url, Access(azure.sign_in))
    yield (source := AzureLogsSource("azure", api, f"/v1/workspaces/{WORKSPACE}/query", WORKSPACE))
    await source.close()


@pytest.fixture
async def metrics(azure: Cloud) -> AsyncIterator[AzureMetricsSource]:
    api = AzureApi("Azure Monitor", azure.url, Access(azure.sign_in), clock=lambda: AT)
    yield (source := AzureMetricsSource("azure", api, SITE))
    await source.close()


def objective(metric: RatioMetric | ThresholdMetric) -> Slo:
    return slo(metric=metric, source="azure", target=0.99, window=RollingWindow(7 * DAY))


def tally(metric: RatioMetric | ThresholdMetric, slicing: Slicing | None = None) -> Tally:
    return Tally(objective(metric).indicator, slicing)


@pytest.mark.parametrize(
    ("metric", "slicing", "grain"),
    [
        (LOGS, None, MINUTE),
        (LOGS, Slicing(5 * MINUTE, 0.9), 5 * MINUTE),
        (RatioMetric(total=BINNED.replace("1m", "15m"), good=BINNED), None, HOUR),
        (RatioMetric(total="T | count", good=BINNED), None, None),
    ],
    ids=["a minute", "slices", "a quarter", "no bins"],
)
def test_a_record_is_as_fine_as_the_bins_of_its_query(
    logs: AzureLogsSource, metric: RatioMetric, slicing: Slicing | None, grain: timedelta | None
) -> None:
    assert isinstance(logs, SliHistory)
    assert logs.grain(tally(metric, slicing)) == grain


@pytest.mark.parametrize("which", ["logs", "metrics"])
async def test_buckets_hold_what_was_counted_and_say_where_nobody_spoke(
    which: str, logs: AzureLogsSource, metrics: AzureMetricsSource
) -> None:
    source, metric = (logs, LOGS) if which == "logs" else (metrics, METRICS)
    (account,) = await source.history([tally(metric)], AT - 7 * DAY, AT, HOUR)
    by_start = {bucket.start: bucket for bucket in account.buckets}
    assert len(by_start) == 7 * 24
    assert by_start[AT - 2 * HOUR].counts == Counts(540, 600)
    assert by_start[AT - 2 * HOUR].covered == HOUR
    assert by_start[datetime(2026, 1, 4, 3, tzinfo=UTC)].covered == timedelta(0)
    assert by_start[AT - 7 * DAY].covered == timedelta(0)
    assert sum(bucket.counts.total for bucket in account.buckets) == 10 * 60 * (6 * 24 - 2)


async def test_buckets_of_slices_count_each_slice_however_wide_they_are(metrics: AzureMetricsSource) -> None:
    sliced = tally(METRICS, Slicing(5 * MINUTE, 0.95))
    assert metrics.grain(sliced) == 5 * MINUTE
    (account,) = await metrics.history([sliced], AT - 3 * HOUR, AT, HOUR)
    assert [bucket.counts for bucket in account.buckets] == [Counts(12, 12), Counts(0, 12), Counts(12, 12)]


async def test_buckets_of_a_limit_cover_the_minutes_that_were_looked_at(metrics: AzureMetricsSource) -> None:
    (account,) = await metrics.history([tally(LIMIT)], AT - 3 * HOUR, AT, 5 * MINUTE)
    assert [bucket.counts for bucket in account.buckets[10:14]] == [
        Counts(5, 5),
        Counts(5, 5),
        Counts(0, 5),
        Counts(0, 5),
    ]
    assert {bucket.covered for bucket in account.buckets} == {5 * MINUTE}


async def test_the_past_that_azure_has_forgotten_is_unknown_and_not_asked_for(
    azure: Cloud, metrics: AzureMetricsSource
) -> None:
    (account,) = await metrics.history([tally(METRICS)], AT - 200 * DAY, AT - 199 * DAY, DAY)
    assert [(bucket.counts, bucket.covered) for bucket in account.buckets] == [(Counts(0, 0), timedelta(0))]
    assert azure.metrics.asked == []


async def test_a_query_that_azure_refuses_has_no_record(azure: Cloud, logs: AzureLogsSource) -> None:
    nope = RatioMetric(total="Nope | summarize count() by bin(TimeGenerated, 1m)", good=BINNED)
    wrong, right = await logs.history([tally(nope), tally(LOGS)], AT - HOUR, AT, HOUR)
    assert (wrong.buckets, "named 'Nope'" in wrong.problem) == ((), True)
    assert right.buckets[0].counts == Counts(600, 600)
    azure.logs.answers[BINNED] = fixed([("TimeGenerated", "datetime"), ("good", "long")], error="too much")
    (partial,) = await logs.history([tally(LOGS)], AT - HOUR, AT, HOUR)
    assert (partial.buckets, partial.problem) == ((), "Azure calls its answer partial: too much.")


@only_sqlite
@pytest.mark.parametrize("which", ["logs", "metrics"])
async def test_a_status_from_the_record_is_the_one_that_azure_itself_gives(
    which: str, azure: Cloud, logs: AzureLogsSource, metrics: AzureMetricsSource, database: Database
) -> None:
    source: SliSource = logs if which == "logs" else metrics
    one, clock = objective(LOGS if which == "logs" else METRICS), Clock()
    ledger = SloLedger(database, {"azure": source}, clock)
    while await ledger.keep([one]):
        pass
    catalog = Catalog(slos=(one,))
    (direct,) = await SloService(lambda: catalog, {"azure": source}, clock).evaluate()
    azure.logs.asked.clear()
    azure.metrics.asked.clear()
    clock.at += MINUTE
    (kept,) = await SloService(lambda: catalog, {"azure": source}, clock, database).evaluate()
    assert direct.counts is not None
    assert kept.counts is not None
    assert kept.counts.total == pytest.approx(direct.counts.total, rel=1e-3)
    assert kept.counts.bad == pytest.approx(direct.counts.bad, rel=1e-3)
    assert kept.burns["1h"] == Counts(600, 600)
    assert (kept.state, kept.data.stale_for) == (State.OK, timedelta(0))
    spans = [end - start for _, start, end in azure.logs.asked] + [_span(asked) for asked in azure.metrics.asked]
    assert max(spans) <= HOUR


def _span(asked: Mapping[str, str]) -> timedelta:
    start, end = (datetime.fromisoformat(part) for part in asked["timespan"].split("/"))
    return end - start


@only_sqlite
async def test_what_azure_may_not_have_yet_is_not_sealed(
    logs: AzureLogsSource, azure: Cloud, database: Database
) -> None:
    clock = Clock(AT)
    ledger = SloLedger(database, {"azure": logs}, clock)
    await ledger.keep([objective(LOGS)], seconds=0.5)
    clock.at += 10 * MINUTE
    azure.logs.asked.clear()
    await ledger.keep([objective(LOGS)], seconds=0.5)
    assert azure.logs.asked
    assert max(end for _, _, end in azure.logs.asked) <= clock.at - logs.delay
    (answer,) = await logs.measure([SliQuery(objective(LOGS).indicator, HOUR)], AT)
    assert answer.counts == Counts(600, 600)
