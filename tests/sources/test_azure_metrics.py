"""SLIs from Azure's metrics: events by minute and hour, limits kept each minute, and words for what cannot be read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from azure.monitor.query import MetricAggregationType, MetricsQueryClient

from bot.catalog.model import Catalog, DataSource
from bot.domain.slo import Counts, Measurement, RatioMetric, Slicing, SliQuery, ThresholdMetric
from bot.ports import SelfExplaining, SliSource, Transient
from bot.wiring.sources import SourcesInForce
from tests.sources.test_azure_logs import Token
from tests.support.azure import Cloud, cloud
from tests.support.azure.metrics import SITE
from tests.support.slos import slo
from tests.support.tls import certificates

AT = datetime(2026, 1, 1, 12, 34, tzinfo=UTC)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
REQUESTS, ERRORS = "?metric=Requests", "?metric=Http5xx"


def requests(at: datetime) -> dict[str, float]:
    """Ten in each minute."""
    return {"total": 10.0}


def errors(at: datetime) -> dict[str, float] | None:
    """One in each tenth minute; the others are not reported at all."""
    return {"total": 1.0} if at.minute % 10 == 0 else None


def alive(at: datetime) -> dict[str, float] | None:
    """Down from noon to twelve past, unknown for the next three minutes."""
    if at.replace(hour=12, minute=0) == at.replace(minute=0) and at.minute < 15 and at.date() == AT.date():
        return {"maximum": 0.0} if at.minute < 12 else None
    return {"maximum": 1.0}


@pytest.fixture
async def azure() -> AsyncIterator[Cloud]:
    async with cloud() as running:
        running.metrics.minutes = {
            (SITE, "Requests"): requests,
            (SITE, "Http5xx"): errors,
            (SITE, "Http4xx"): lambda at: {"total": 2.0},
            (SITE, "is_db_alive"): alive,
            (SITE, "ResponseTime"): lambda at: {"average": 0.2},
        }
        yield running


@pytest.fixture
async def source(azure: Cloud) -> AsyncIterator[SliSource]:
    catalog = Catalog(
        sources={"metrics": DataSource("metrics", "azure-metrics", azure.url, azure.sign_in | {"resource": SITE})}
    )
    in_force = SourcesInForce(lambda: catalog, None)  # type: ignore[arg-type]
    yield in_force["metrics"]
    await in_force.close()


def query(metric: RatioMetric | ThresholdMetric, window: timedelta = HOUR, slicing: Slicing | None = None) -> SliQuery:
    return SliQuery(slo(metric=metric, source="metrics").indicator, window, slicing)


def ratio(bad: str = ERRORS, total: str = REQUESTS) -> RatioMetric:
    return RatioMetric(total=total, bad=bad)


async def measured(source: SliSource, *queries: SliQuery, at: datetime = AT) -> list[Measurement]:
    return list(await source.measure(queries, at))


async def test_events_are_counted_over_every_window_in_three_requests(azure: Cloud, source: SliSource) -> None:
    windows = [30 * DAY, 3 * DAY, HOUR, 5 * MINUTE]
    month, days, hour, minutes = await measured(source, *(query(ratio(), window) for window in windows))
    assert (hour.counts, minutes.counts) == (Counts(594, 600), Counts(49, 50))
    assert days.counts == Counts(pytest.approx(42_768, abs=50), pytest.approx(43_200, abs=50))  # type: ignore[arg-type]
    assert month.counts is not None
    assert month.counts.total == pytest.approx(432_000, rel=1.5e-3)
    assert month.counts.bad / month.counts.total == pytest.approx(0.01, rel=1e-3)
    assert (month.complete, month.last) == (True, AT)
    assert sorted(asked["interval"] for asked in azure.metrics.asked) == ["PT1H", "PT1M", "PT5M"]
    assert {asked["metricnames"] for asked in azure.metrics.asked} == {"Http5xx,Requests"}


async def test_time_slices_of_events_are_those_of_each_minute_however_long_the_window(source: SliSource) -> None:
    slices, events = await measured(source, query(ratio(), 3 * DAY, Slicing(MINUTE, 0.95)), query(ratio(), HOUR))
    assert slices.counts == Counts(3 * 1440 * 0.9, 3 * 1440)
    assert events.counts == Counts(594, 600)


async def test_several_metrics_are_added_up(azure: Cloud, source: SliSource) -> None:
    (answer,) = await measured(source, query(ratio(bad="?metric=Http5xx,Http4xx")))
    assert answer.counts == Counts(600 - 6 - 120, 600)


async def test_a_limit_is_looked_at_each_minute_and_a_minute_without_a_value_is_none(
    azure: Cloud, source: SliSource
) -> None:
    limit = ThresholdMetric("?metric=is_db_alive&aggregation=Maximum", "gte", 1)
    hour, day = await measured(source, query(limit), query(limit, DAY))
    assert hour.counts == Counts(45, 57)
    assert day.counts == Counts(1440 - 15, 1440 - 3)
    assert (day.complete, day.covered) == (True, DAY - 3 * MINUTE)
    (slices,) = await measured(source, query(limit, HOUR, Slicing(5 * MINUTE, 0.99)), at=AT.replace(minute=0))
    assert slices.counts == Counts(12, 12)


async def test_days_that_are_over_are_read_once(azure: Cloud, source: SliSource) -> None:
    limit = ThresholdMetric("?metric=is_db_alive&aggregation=Maximum", "gte", 1)
    (first,) = await measured(source, query(limit, 5 * DAY))
    assert len(azure.metrics.asked) == 6
    (second,) = await measured(source, query(limit, 5 * DAY), at=AT + MINUTE)
    assert len(azure.metrics.asked) == 7
    assert first.counts is not None
    assert second.counts == Counts(first.counts.good, first.counts.total)


async def test_resources_and_filters_are_named_as_azure_names_them(azure: Cloud, source: SliSource) -> None:
    total = f"{SITE}?metric=Requests&aggregation=Total&filter=Instance eq 'a%26b'"
    (answer,) = await measured(source, query(ratio(total=total)))
    assert answer.counts == Counts(594, 600)
    assert {asked.get("$filter") for asked in azure.metrics.asked} == {None, "Instance eq 'a&b'"}


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        (
            ratio(total="?metric=Request"),
            "Request (total) cannot be read: Failed to find metric configuration",
        ),
        (ratio(total="/subscriptions/none?metric=Requests"), "cannot be read: The Resource 'portal' was not found."),
        (ratio(total="Requests"), "The total metric names no metric: write metric, aggregation and resource."),
        (
            ratio(total="?metric=Requests&aggregation=Average"),
            "The total metric is read as Average; events",
        ),
        (ratio(total="?metric=Http5xx", bad="?metric=Requests"), "The metric says that"),
        (
            ThresholdMetric("?metric=ResponseTime&aggregation=P95", "lt", 1),
            "the unknown aggregation 'P95'",
        ),
    ],
    ids=["metric", "resource", "no line", "average", "more bad than all", "aggregation"],
)
async def test_what_cannot_be_read_is_said_and_spoils_no_other(
    source: SliSource, metric: RatioMetric | ThresholdMetric, words: str
) -> None:
    wrong, right = await measured(source, query(metric), query(ratio()))
    assert wrong.failed
    assert words in wrong.problem
    assert right.counts == Counts(594, 600)


async def test_a_metric_that_azure_cannot_read_just_now_is_said(azure: Cloud, source: SliSource) -> None:
    azure.metrics.failing = {"Requests": "InternalServerError"}
    (answer,) = await measured(source, query(ratio()))
    assert answer.problem == "The metric Requests (total) cannot be read: InternalServerError."


async def test_a_metric_that_was_never_reported_is_no_data(azure: Cloud, source: SliSource) -> None:
    azure.metrics.minutes[SITE, "Requests"] = lambda at: None
    (answer,) = await measured(source, query(ratio(bad="?metric=Requests")))
    assert (answer.counts, answer.failed, answer.problem) == (None, False, "The query finds nothing in 1\u00a0h.")


async def test_throttling_and_a_missing_role_are_about_the_source(azure: Cloud, source: SliSource) -> None:
    azure.metrics.denied = True
    with pytest.raises(Transient, match=r"does not have authorization to perform action.* role Monitoring Reader"):
        await measured(source, query(ratio()))
    azure.metrics.throttled = 1
    with pytest.raises(Transient, match="asks to wait 5") as told:
        await measured(source, query(ratio()))
    assert told.value.retry_after == 5


async def test_the_fake_satisfies_microsofts_own_library(tmp_path: Path) -> None:
    pki = certificates(tmp_path)
    async with cloud(pki.server_context()) as azure:
        azure.metrics.minutes[SITE, "Http5xx"] = errors
        token = str(azure.entra._handed_out(azure.url)["access_token"])

        def asked() -> list[float | None]:
            client = MetricsQueryClient(Token(token), endpoint=azure.url, connection_verify=pki.ca)
            found = client.query_resource(
                SITE, ["Http5xx"], timespan=(AT - HOUR, AT), granularity=MINUTE,
                aggregations=[MetricAggregationType.TOTAL],
            )  # fmt: skip
            return [point.total for point in found.metrics[0].timeseries[0].data]

        values = await asyncio.to_thread(asked)
    assert (len(values), values.count(1.0), values.count(None)) == (60, 6, 54)


async def test_a_metric_is_told_with_the_resource_that_is_meant(source: SliSource) -> None:
    assert isinstance(source, SelfExplaining)
    assert source.asked(query(ratio())) == {"bad": f"{SITE}{ERRORS}", "total": f"{SITE}{REQUESTS}"}
