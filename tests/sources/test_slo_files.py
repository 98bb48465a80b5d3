"""The same promise written for three tools gives the same figures on a real Prometheus; so do the example catalogs."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog import Catalog, load
from bot.domain.slo import SloStatus, State
from bot.integrations.prometheus import PrometheusSource
from bot.services.slos import SloService
from tests.catalog.writing import write
from tests.support.prometheus import Series, backfill, prometheus

END = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTES = 120
GOOD, BAD = 90, 10
"""Requests a minute: one in ten fails, one in ten is slow, and one probe in ten gets no answer."""
EXAMPLES = Path(__file__).parents[2] / "examples"


def growing(metric: str, per_minute: float, **labels: str) -> Series:
    """A counter that grows by as much each minute, from long before the first sample."""
    points = [(_at(minute), 1000 + per_minute * minute) for minute in range(MINUTES + 1)]
    return Series(metric, labels, points)


def gauge(metric: str, values: Iterator[float], **labels: str) -> Series:
    return Series(metric, labels, [(_at(minute), value) for minute, value in enumerate(values)], kind="gauge")


def _at(minute: int) -> float:
    return (END - timedelta(minutes=MINUTES - minute)).timestamp()


def probes() -> Iterator[float]:
    return (0.0 if minute % 10 == 5 else 1.0 for minute in range(MINUTES + 1))


def timed(metric: str, job: str, bounds: Mapping[str, float]) -> list[Series]:
    """A histogram's buckets, and its count."""
    buckets = [growing(f"{metric}_bucket", count, job=job, le=le) for le, count in bounds.items()]
    return [*buckets, growing(f"{metric}_count", GOOD + BAD, job=job)]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("prometheus")
    fresh = (_at(minute) - 60 for minute in range(MINUTES + 1))
    history = [
        growing("http_requests_total", GOOD, job="burdenoff", code="200"),
        growing("http_requests_total", BAD, job="burdenoff", code="500"),
        *timed("http_request_duration_seconds", "burdenoff", {"0.1": 60, "0.5": GOOD, "1": 99, "+Inf": GOOD + BAD}),
        growing("flask_http_request_total", GOOD, job="flask-sre", status="200"),
        growing("flask_http_request_total", BAD, job="flask-sre", status="500"),
        *timed("flask_http_request_duration_seconds", "flask-sre", {"0.2": GOOD, "+Inf": GOOD + BAD}),
        gauge("probe_success", probes(), job="flask-sre"),
        gauge("flask_sre_last_import_timestamp_seconds", fresh, job="flask-sre"),
        gauge("up", iter([1.0] * (MINUTES + 1)), job="flask-sre"),
    ]
    backfill(directory, history)
    with prometheus(directory) as address:
        yield address


class Still:
    """A clock that stands at the end."""

    def now(self) -> datetime:
        return END


@asynccontextmanager
async def statuses(catalog: Catalog, url: str) -> AsyncIterator[dict[str, SloStatus]]:
    """How every SLO of the catalog stands at the end, by name."""
    source = PrometheusSource("prometheus", url)
    try:
        service = SloService(lambda: catalog, {"prometheus": source}, Still())
        yield {each.slo.name: each for each in await service.evaluate(at=END)}
    finally:
        await source.close()


ERRORS, ALL = 'http_requests_total{job="burdenoff",code=~"5.."}', 'http_requests_total{job="burdenoff"}'
FAST, TIMED = (
    'http_request_duration_seconds_bucket{job="burdenoff",le="0.5"}',
    'http_request_duration_seconds_count{job="burdenoff"}',
)
FILES = {
    "openslo.yaml": f"""\
        apiVersion: openslo/v1
        kind: SLO
        metadata: {{name: openslo}}
        spec:
          service: api
          budgetingMethod: Occurrences
          timeWindow: [{{duration: 28d, isRolling: true}}]
          indicator:
            spec:
              ratioMetric:
                counter: true
                bad: {{metricSource: {{spec: {{query: 'sum({ERRORS})'}}}}}}
                total: {{metricSource: {{spec: {{query: 'sum({ALL})'}}}}}}
          objectives: [{{target: 0.99}}]
        """,
    "sloth.yaml": f"""\
        version: prometheus/v1
        service: sloth
        slos:
          - name: rates
            objective: 99
            sli:
              events:
                error_query: sum(rate({ERRORS}[{{{{.window}}}}]))
                total_query: sum(rate({ALL}[{{{{.window}}}}]))
            alerting: {{name: x}}
          - name: written
            objective: 99
            sli:
              events:
                error_query: sum(rate({ERRORS}[{{{{.window}}}}])) OR on() vector(0)
                total_query: sum(rate({ALL}[{{{{.window}}}}]))
            alerting: {{name: x}}
          - name: latency
            objective: 99
            sli:
              events:
                error_query: |
                  (
                    sum(rate({TIMED}[{{{{.window}}}}]))
                    -
                    sum(rate({FAST}[{{{{.window}}}}]))
                  )
                total_query: sum(rate({TIMED}[{{{{.window}}}}]))
            alerting: {{name: x}}
          - name: raw
            objective: 99
            sli:
              raw: {{error_ratio_query: 'sum(rate({ERRORS}[{{{{.window}}}}])) / sum(rate({ALL}[{{{{.window}}}}]))'}}
            alerting: {{name: x}}
        """,
    "pyrra/errors.yaml": f"""\
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata: {{name: pyrra-errors}}
        spec:
          target: '99'
          window: 4w
          indicator: {{ratio: {{errors: {{metric: '{ERRORS}'}}, total: {{metric: '{ALL}'}}}}}}
        """,
    "pyrra/latency.yaml": f"""\
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata: {{name: pyrra-latency}}
        spec:
          target: '99'
          window: 4w
          indicator: {{latency: {{success: {{metric: '{FAST}'}}, total: {{metric: '{TIMED}'}}}}}}
        """,
    "pyrra/gauge.yaml": """\
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata: {name: pyrra-gauge}
        spec:
          target: '99'
          window: 4w
          indicator: {bool_gauge: {metric: 'probe_success{job="flask-sre"}'}}
        """,
}


async def test_one_promise_in_the_files_of_three_tools_comes_to_the_same(url: str, tmp_path: Path) -> None:
    catalog = load(write(tmp_path, FILES), {"PROMETHEUS_URL": url})
    async with statuses(catalog, url) as found:
        slis = {name: status.sli for name, status in found.items()}

    assert slis == pytest.approx(dict.fromkeys(slis, 0.9), abs=0.003), [each.reason for each in found.values()]
    assert len(slis) == 8
    assert all(status.state is State.EXHAUSTED for status in found.values())


async def test_they_alert_by_the_table_of_their_own_tool(url: str, tmp_path: Path) -> None:
    """All burn ten times too fast: over 14 and 14.4 times it is not, over 6 and 7 it is."""
    catalog = load(write(tmp_path, FILES), {"PROMETHEUS_URL": url})
    async with statuses(catalog, url) as found:
        factors = {name: [alert.factor for alert in status.alerts] for name, status in found.items()}

    assert factors.pop("pyrra-gauge") == factors.pop("pyrra-errors") == factors.pop("pyrra-latency") == [7, 2, 1]
    assert set(map(tuple, factors.values())) == {(6.0, 3.0, 1.0)}


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (
            "burdenoff",
            {"availability": 0.9, "error-rate": 0.9, "latency-p50": 0.6, "latency-p95": 0.9, "latency-p99": 0.99},
        ),
        ("flask-sre", {"availability": 0.9, "success-rate": 0.9, "latency": 0.9, "data-freshness": 1.0}),
    ],
)
async def test_the_examples_queries_count_what_they_say(url: str, example: str, expected: dict[str, float]) -> None:
    catalog = load(EXAMPLES / example, {"PROMETHEUS_URL": url})
    async with statuses(catalog, url) as found:
        slis = {name: status.sli for name, status in found.items()}

    assert slis == pytest.approx(expected, abs=0.003), [each.reason for each in found.values()]
