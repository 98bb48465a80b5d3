"""SLOs read from what Sloth, Pyrra and slo-generator have recorded, in a real Prometheus."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog import load
from bot.domain.slo import (
    Budgeting,
    Measurement,
    RollingWindow,
    Slicing,
    SliQuery,
    Slo,
    SloStatus,
    State,
    evaluate,
    queries,
)
from bot.domain.slo.recorded import Found
from bot.integrations.prometheus import PrometheusSource
from tests.catalog.writing import QUIET, slo, write
from tests.support.prometheus import Series, backfill, prometheus

END = datetime(2026, 1, 3, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BURNS = {"30m": 0.1, "1h": 0.1, "2h": 0.055, "6h": 0.025, "1d": 0.013, "3d": 0.012}
MEAN = (60 * 0.1 + (2 * 24 - 2 * 5 - 1) * 60 * 0.01) / ((2 * 24 - 2 * 5) * 60)


def errors(at: datetime) -> float:
    """One in a hundred, one in ten in the last hour, and nobody there before five in the morning (0/0)."""
    if at.hour < 5:
        return float("nan")
    return 0.1 if at > END - HOUR else 0.01


def family(name: str, labels: dict[str, str]) -> list[Series]:
    """Two days of five-minute ratios, and the last minutes of the longer ones."""
    minutes = [END - n * MINUTE for n in range(2 * 24 * 60, -1, -1)]
    shortest = Series(f"{name}5m", labels, [(at.timestamp(), errors(at)) for at in minutes], kind="gauge")
    longer = [
        Series(f"{name}{window}", labels, [(at.timestamp(), value) for at in minutes[-9:]], kind="gauge")
        for window, value in BURNS.items()
    ]
    return [shortest, *longer]


def steps() -> list[Series]:
    minutes = [END - n * MINUTE for n in range(9, -1, -1)]
    values = {"1 hour": 0.9, "12 hours": 0.95, "7 days": 0.985, "28 days": 0.99}
    name = {"service_name": "shop", "feature_name": "api", "slo_name": "availability"}
    return [
        Series("sli_measurement", {**name, "error_budget_policy_step_name": step}, points, kind="gauge")
        for step, value in values.items()
        for points in [[(at.timestamp(), value) for at in minutes]]
    ]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("prometheus")
    sloth = family("slo:sli_error:ratio_rate", {"sloth_id": "shop-availability"})
    pyrra = family("http_requests:burnrate", {"slo": "shop", "job": "shop"})
    backfill(directory, [*sloth, *pyrra, *steps()])
    with prometheus(directory) as address:
        yield address


@pytest.fixture
async def source(url: str) -> AsyncIterator[PrometheusSource]:
    source = PrometheusSource("prometheus", url)
    yield source
    await source.close()


def objective(tmp_path: Path, spec: str, raw_type: str = "failure", window: str = "2d") -> Slo:
    """An SLO of 95 % as its OpenSLO file says it."""
    metric = f"ratioMetric: {{rawType: {raw_type}, raw: {{metricSource: {{type: Prometheus, spec: {spec}}}}}}}"
    text = slo(metric=metric, objectives="- target: 0.95").replace("30d", window)
    (one,) = load(write(tmp_path, {"slos/slo.yaml": text}), QUIET).slos
    return one


async def status(source: PrometheusSource, one: Slo) -> SloStatus:
    question = queries(one, END)
    answers = iter(await source.measure(question.all(), END))
    return evaluate(one, END, next(answers), {window: next(answers) for window in question.burns})


@pytest.mark.parametrize(
    "spec",
    [
        "{sloth: shop-availability}",
        "{pyrra: shop}",
        """{query: 'slo:sli_error:ratio_rate{{.window}}{sloth_id="shop-availability"}'}""",
        """{query: 'http_requests:burnrate{{ .window }}{slo="shop"}'}""",
    ],
    ids=["sloth", "pyrra", "as a query", "another query"],
)
async def test_recorded_windows_are_read_and_a_longer_one_is_said_to_be_a_mean(
    source: PrometheusSource, tmp_path: Path, spec: str
) -> None:
    shown = await status(source, objective(tmp_path, spec))
    assert {window: shown.burn(window) for window in BURNS} == pytest.approx(
        {window: value / 0.05 for window, value in BURNS.items()}
    )
    assert shown.burn("5m") == pytest.approx(0.1 / 0.05)
    assert shown.sli == pytest.approx(1 - MEAN, abs=2e-5)
    assert shown.state in (State.OK, State.AT_RISK)
    assert "The mean of recorded 5\u00a0min ratios: quiet hours weigh as much as busy ones." in shown.reason
    assert "Counters would be exact." in shown.reason


async def test_hours_without_traffic_do_not_spoil_a_recorded_mean(source: PrometheusSource, tmp_path: Path) -> None:
    (whole,) = await measured(source, objective(tmp_path, "{sloth: shop-availability}"), 24 * HOUR * 2)
    assert whole.counts is not None
    assert whole.counts.total == pytest.approx(2 * 24 * 60)
    assert whole.counts.bad / whole.counts.total == pytest.approx(MEAN, abs=2e-5)


async def measured(source: PrometheusSource, one: Slo, *windows: timedelta) -> list[Measurement]:
    return list(await source.measure([SliQuery(one.indicator, window, coverage=True) for window in windows], END))


async def test_slo_generator_knows_its_own_windows_and_no_shorter_ones(
    source: PrometheusSource, tmp_path: Path
) -> None:
    one = objective(tmp_path, "{slo-generator: shop/api/availability}", "success", window="28d")
    shown = await status(source, one)
    assert shown.sli == pytest.approx(0.99)
    assert shown.burn("1h") == pytest.approx(0.1 / 0.05)
    assert (shown.burn("5m"), shown.burn("30m")) == (None, None)
    assert "Read from recorded ratios." in shown.reason
    (minutes,) = await measured(source, one, 5 * MINUTE)
    assert (minutes.failed, minutes.problem) == (False, "Nothing shorter than 1\u00a0h is recorded.")


async def test_a_name_that_nobody_recorded_has_no_data(source: PrometheusSource, tmp_path: Path) -> None:
    shown = await status(source, objective(tmp_path, "{sloth: elsewhere}"))
    assert (shown.state, shown.sli, shown.burn("1h")) == (State.NO_DATA, None, None)


async def test_time_slices_of_recorded_ratios_are_refused(source: PrometheusSource, tmp_path: Path) -> None:
    one = objective(tmp_path, "{sloth: shop-availability}")
    asked = SliQuery(one.indicator, HOUR, Slicing(MINUTE, 0.9))
    (answer,) = await source.measure([asked], END)
    assert one.budgeting is Budgeting.OCCURRENCES
    assert (answer.failed, "cannot be cut into time slices" in answer.problem) == (True, True)
    assert one.window == RollingWindow(timedelta(days=2))


async def test_what_is_recorded_can_be_found_out(source: PrometheusSource) -> None:
    assert await source.recorded(END) == [
        Found("sloth", "shop-availability"),
        Found("pyrra", "shop"),
        Found("slo-generator", "shop/api/availability"),
    ]
