"""Buckets from a real Prometheus with 32 days of history: exact events, each in its bucket, and what is covered."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.slo import Counts, Indicator, RatioMetric, Slicing, ThresholdMetric
from bot.domain.slo.ledger import Account, Bucket, Tally, added_up
from bot.integrations.prometheus import PrometheusSource
from tests.sources import history
from tests.sources.history import END, METRIC, truth
from tests.support.prometheus import Series, backfill, prometheus

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIVE = timedelta(minutes=5)
MONTH = 30 * DAY
SERVICES = ["steady", "skewed", "gappy", "young", "dead", "burning", "idle", "faultless"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("prometheus")
    backfill(directory, [*history.series(), *pods(), *latencies(), freshness()])
    with prometheus(directory) as address:
        yield address


@pytest.fixture
async def source(url: str) -> AsyncIterator[PrometheusSource]:
    source = PrometheusSource("prometheus", url)
    yield source
    await source.close()


def pods() -> list[Series]:
    """Twelve pods that follow each other, each for half an hour; every one starts at zero and counts 10 a minute."""
    begin = END - 6 * HOUR
    lives = [[(begin + (30 * pod + n) * MINUTE).timestamp() for n in range(30)] for pod in range(12)]
    return [
        Series("pod_requests_total", {"pod": f"p{pod}"}, [(at, 10.0 * n) for n, at in enumerate(life)])
        for pod, life in enumerate(lives)
    ]


def latencies() -> list[Series]:
    minutes = [(END - DAY + n * MINUTE).timestamp() for n in range(1441)]
    return [
        Series("slow_seconds_bucket", {"le": le}, [(at, float(share * n)) for n, at in enumerate(minutes)], "unknown")
        for le, share in (("0.1", 50), ("2.0", 99), ("+Inf", 100))
    ]


def freshness() -> Series:
    minutes = [END - DAY + n * MINUTE for n in range(1441)]
    points = [(at.timestamp(), 400.0 if at.timestamp() % 3600 < 360 else 20.0) for at in minutes]
    return Series("sync_age_seconds", {}, points, kind="gauge")


def tally(metric: RatioMetric | ThresholdMetric, slicing: Slicing | None = None) -> Tally:
    return Tally(Indicator("x", "prometheus", "prometheus", metric), slicing)


def of(service: str) -> RatioMetric:
    return RatioMetric(
        total=f'sum({METRIC}{{service="{service}"}})', good=f'sum({METRIC}{{service="{service}",code!~"5.."}})'
    )


async def account(source: PrometheusSource, what: Tally, start: datetime, end: datetime, width: timedelta) -> Account:
    return (await source.history([what], start, end, width))[0]


async def whole(source: PrometheusSource, what: Tally, start: datetime, end: datetime, width: timedelta) -> Bucket:
    found = added_up((await account(source, what, start, end, width)).buckets)
    assert found is not None
    return found


@pytest.mark.parametrize("width", [HOUR, 6 * HOUR])
async def test_a_month_of_buckets_adds_up_to_exactly_what_happened(source: PrometheusSource, width: timedelta) -> None:
    """Among them resets each eleven and a half hours, a gap, nights without traffic, and a fault."""
    accounts = await source.history([tally(of(service)) for service in SERVICES], END - MONTH, END, width)
    for service, each in zip(SERVICES, accounts, strict=True):
        found, true = added_up(each.buckets), truth(service, END - MONTH)
        assert found is not None
        born = Counts(590, 600) if service == "young" else Counts(0, 0)
        assert found.counts + born == true, service


async def test_every_bucket_holds_exactly_what_happened_in_it(source: PrometheusSource) -> None:
    for service in ("steady", "burning", "skewed"):
        for width, back in ((MINUTE, 2 * HOUR), (FIVE, DAY), (HOUR, 2 * DAY)):
            found = (await account(source, tally(of(service)), END - back, END, width)).buckets
            assert [each.counts for each in found] == [truth(service, each.start, each.end) for each in found]
            assert all(each.covered == width for each in found)
