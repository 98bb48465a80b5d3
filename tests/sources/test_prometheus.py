"""SLIs from a real Prometheus with 32 days of history, against the truth by which the history was made."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.slo import (
    BURN_WINDOWS,
    Budgeting,
    Counts,
    Measurement,
    RatioMetric,
    SliQuery,
    Slo,
    SloStatus,
    State,
    ThresholdMetric,
    evaluate,
    queries,
)
from bot.integrations.prometheus import PrometheusSource
from bot.integrations.prometheus.api import PrometheusApi
from tests.sources import history
from tests.sources.history import END, truth
from tests.support.prometheus import Series, backfill, prometheus
from tests.support.slos import slo

MONTH = timedelta(days=30)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("prometheus")
    backfill(directory, [*history.series(), *latencies()])
    with prometheus(directory) as address:
        yield address


@pytest.fixture
async def source(url: str) -> AsyncIterator[PrometheusSource]:
    source = PrometheusSource("prometheus", url)
    yield source
    await source.close()


def latencies() -> list[Series]:
    """A histogram with boundaries 0.1, 0.25 and 2.0, whose share under 250 ms is 95 %; and a gauge of freshness."""
    minutes = range(int((END - timedelta(days=2)).timestamp()), int(END.timestamp()) + 1, 60)
    shares = {"0.1": 50, "0.25": 95, "2.0": 99, "+Inf": 100}
    buckets = [
        Series(
            "shop_seconds_bucket",
            {"service": "steady", "le": le},
            [(at, float(n * share)) for n, at in enumerate(minutes)],
        )
        for le, share in shares.items()
    ]
    age = Series("sync_age_seconds", {}, [(at, 400.0 if at % 3600 < 360 else 20.0) for at in minutes], kind="gauge")
    return [*(Series(b.metric, b.labels, b.points, kind="unknown") for b in buckets), age]


def of(service: str, **changes: object) -> Slo:
    metric = RatioMetric(
        total=f'sum({history.METRIC}{{service="{service}"}})',
        good=f'sum({history.METRIC}{{service="{service}",code!~"5.."}})',
    )
    return slo(f"{service}-availability", metric=metric, **changes)  # type: ignore[arg-type]


async def statuses(source: PrometheusSource, slos: list[Slo], at: datetime = END) -> list[SloStatus]:
    """All of them in one round, as the service asks."""
    asked = [queries(each, at) for each in slos]
    answers = iter(await source.measure([query for each in asked for query in each.all()], at))
    return [
        evaluate(each, at, next(answers), {window: next(answers) for window in question.burns})
        for each, question in zip(slos, asked, strict=True)
    ]


async def status(source: PrometheusSource, each: Slo, at: datetime = END) -> SloStatus:
    return (await statuses(source, [each], at))[0]


async def measured(source: PrometheusSource, metric: RatioMetric, window: timedelta = MONTH) -> Measurement:
    indicator = slo(metric=metric).indicator
    return (await source.measure([SliQuery(indicator, window, coverage=True)], END))[0]


def close_to(counts: Counts | None, true: Counts) -> bool:
    """Within the tenth of a percent by which Prometheus extrapolates to the window's edges."""
    assert counts is not None
    return counts.total == pytest.approx(true.total, rel=1e-3) and counts.good == pytest.approx(true.good, rel=1e-3)


async def test_every_window_of_every_service_agrees_with_the_truth(source: PrometheusSource) -> None:
    services = ["steady", "skewed", "gappy", "burning", "faultless"]
    for shown in await statuses(source, [of(service) for service in services]):
        service = shown.slo.name.removesuffix("-availability")
        assert close_to(shown.counts, truth(service, END - MONTH)), service
        for name, window in BURN_WINDOWS.items():
            counts, true = shown.burns[name], truth(service, END - window)
            assert counts is not None
            if true.total:
                assert counts.good / counts.total == pytest.approx(true.good / true.total, rel=1e-3), (service, name)


async def test_skewed_traffic_keeps_its_budget(source: PrometheusSource) -> None:
    shown = await status(source, of("skewed"))
    true = truth("skewed", END - MONTH)
    assert shown.budget.left == pytest.approx(1 - true.bad / true.total / 0.001, abs=1e-3)
    assert shown.budget.left == pytest.approx(0.956, abs=0.001)


async def test_errors_in_a_gap_between_scrapes_are_seen_and_the_gap_is_said(source: PrometheusSource) -> None:
    shown = await status(source, of("gappy"))
    assert shown.counts is not None
    assert shown.counts.bad == pytest.approx(1200, rel=1e-3)
    assert not shown.data.complete
    assert shown.data.covers == pytest.approx(MONTH - timedelta(hours=2), abs=timedelta(minutes=6))


async def test_a_service_two_hours_old_says_so(source: PrometheusSource) -> None:
    shown = await status(source, of("young"))
    assert shown.sli == pytest.approx(590 / 600, rel=1e-3)
    assert shown.data.covers == pytest.approx(timedelta(hours=2), abs=timedelta(minutes=2))
    assert not shown.data.complete
    assert "of data; the window is 30" in shown.reason


async def test_a_service_dead_for_forty_minutes_is_stale_since_then(source: PrometheusSource) -> None:
    shown = await status(source, of("dead"))
    assert (shown.state, shown.sli) == (State.STALE, 1.0)
    assert shown.data.stale_for == timedelta(minutes=40)
    assert shown.burns["5m"] is None


async def test_a_service_without_an_error_series_is_at_a_hundred_percent(source: PrometheusSource) -> None:
    bad = RatioMetric(
        total=f'sum({history.METRIC}{{service="faultless"}})',
        bad=f'sum({history.METRIC}{{service="faultless",code=~"5.."}})',
    )
    for each in (of("faultless"), slo("faultless-by-errors", metric=bad)):
        shown = await status(source, each)
        assert (shown.state, shown.sli, shown.budget.left) == (State.OK, 1.0, 1.0)
        assert shown.data.complete


async def test_night_hours_without_traffic_do_not_spoil_the_month(source: PrometheusSource) -> None:
    night = END - timedelta(days=1) + timedelta(hours=4)
    shown = await status(source, of("steady", window=slo().window), night)
    assert shown.burns["5m"] == Counts(0.0, 0.0)
    assert shown.burn("5m") == 0.0
    assert shown.sli is not None
    assert "No traffic in the last 5" in shown.reason


async def test_a_service_that_was_never_asked_anything_is_not_healthy(source: PrometheusSource) -> None:
    shown = await status(source, of("idle"))
    assert (shown.state, shown.sli, shown.budget.left) == (State.NO_DATA, None, 1.0)


async def test_a_service_nobody_ever_scraped_has_no_data(source: PrometheusSource) -> None:
    shown = await status(source, of("unheard-of"))
    assert (shown.state, shown.counts, shown.reason) == (State.NO_DATA, None, "The total query finds nothing.")


async def test_a_fault_three_minutes_old_burns_in_the_short_window(source: PrometheusSource) -> None:
    shown = await status(source, of("burning"))
    assert shown.burn("5m") == pytest.approx(186 * 3 / 3000 / 0.001, rel=0.26)
    assert shown.burn("1h") == pytest.approx(186 * 3 / 36_000 / 0.001, rel=0.02)
    assert [alert.factor for alert in shown.alerts] == [14.4]


async def test_a_latency_threshold_matches_either_spelling_of_its_bucket(source: PrometheusSource) -> None:
    for spelling, share in (("2", 0.99), ("2.0", 0.99), ("0.25", 0.95)):
        metric = RatioMetric(
            good=f'sum(shop_seconds_bucket{{service="steady",le="{spelling}"}})',
            total='sum(shop_seconds_bucket{service="steady",le="+Inf"})',
        )
        answer = await measured(source, metric, timedelta(days=1))
        assert answer.counts is not None
        assert answer.counts.good / answer.counts.total == pytest.approx(share)


async def test_a_latency_threshold_that_is_no_bucket_boundary_is_refused_with_those_that_are(
    source: PrometheusSource,
) -> None:
    metric = RatioMetric(good='shop_seconds_bucket{le="0.3"}', total='shop_seconds_bucket{le="+Inf"}')
    answer = await measured(source, metric, timedelta(days=1))
    assert (answer.counts, answer.failed) == (None, True)
    assert "0.1, 0.25, 2.0, +Inf" in answer.problem


async def test_time_slices_are_counted_as_slices(source: PrometheusSource) -> None:
    """The hour before the fault is good; the three bad minutes are three slices of sixty."""
    sliced = of("burning", budgeting=Budgeting.TIMESLICES, slice_target=0.95, slice_window=timedelta(minutes=2))
    shown = (await statuses(source, [sliced]))[0]
    assert shown.burns["1h"] == Counts(28, 30)
    ratio = of("burning", budgeting=Budgeting.RATIO_TIMESLICES, slice_window=timedelta(minutes=2))
    counts = (await statuses(source, [ratio]))[0].burns["1h"]
    assert counts is not None
    assert counts.total == 30
    assert counts.good == pytest.approx(30 - 2 * 0.31, abs=0.35)


async def test_slices_without_traffic_are_no_slices(source: PrometheusSource) -> None:
    sliced = of("steady", budgeting=Budgeting.TIMESLICES, slice_target=0.9, slice_window=timedelta(hours=1))
    counts = (await statuses(source, [sliced]))[0].burns["1d"]
    assert counts == Counts(20, 20) or counts == Counts(19, 19)


async def test_a_threshold_counts_the_moments_it_is_kept(source: PrometheusSource) -> None:
    metric = ThresholdMetric("sync_age_seconds", "lte", 60.0)
    fresh = slo("freshness", metric=metric, window=slo().window)
    answer = (await source.measure([SliQuery(fresh.indicator, timedelta(days=1))], END))[0]
    assert answer.counts == Counts(1296, 1440)


async def test_an_expression_with_a_window_is_evaluated_as_written_and_says_so(source: PrometheusSource) -> None:
    metric = RatioMetric(
        good=f'sum(avg by (code) (rate({history.METRIC}{{service="faultless",code="200"}}[{{{{.window}}}}])))',
        total=f'sum(avg by (code) (rate({history.METRIC}{{service="faultless"}}[{{{{.window}}}}])))',
    )
    shown = await status(source, slo("written", metric=metric))
    assert close_to(shown.counts, truth("faultless", END - MONTH))
    assert (shown.state, shown.data.complete) == (State.OK, True)
    assert "as written" in shown.reason


async def test_a_ratio_that_is_ready_made_is_averaged_over_time(source: PrometheusSource) -> None:
    """OpenSLO's `raw`: the mean of each minute's value, which is 0 in six minutes of sixty."""
    raw = "(sync_age_seconds < bool 60)"
    answer = await measured(source, RatioMetric(good=raw, total=f"({raw}) * 0 + 1", counter=False), timedelta(days=1))
    assert answer.counts is not None
    assert answer.counts.good / answer.counts.total == pytest.approx(0.9, abs=0.001)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("avg(rate(up[{{.window}}])", "cannot be evaluated: .*parse error"),
        (f"avg by (service) (rate({history.METRIC}[{{{{.window}}}}]))", "8 values, one per service"),
        (f"{history.METRIC}[{{{{.window}}}}] offset 1m", "range"),
        ("histogram_quantile(0.9, x)", "is not a counter selector"),
    ],
)
async def test_a_wrong_query_gets_words_of_its_own_and_spoils_no_other(
    source: PrometheusSource, total: str, words: str
) -> None:
    wrong = slo("wrong", metric=RatioMetric(total=total, good=total))
    broken, fine = await statuses(source, [wrong, of("faultless")])
    assert broken.state is State.ERROR
    assert re.search(words, broken.reason), broken.reason
    assert fine.state is State.OK


async def test_patterns_that_only_prometheus_can_read_are_read_by_it(source: PrometheusSource) -> None:
    metric = RatioMetric(
        total=f'{history.METRIC}{{service="faultless"}}',
        good=f'{history.METRIC}{{service="faultless",code=~"[[:digit:]]+"}}',
    )
    answer = await measured(source, metric)
    assert close_to(answer.counts, truth("faultless", END - MONTH))


@pytest.mark.parametrize("window", [MONTH, timedelta(minutes=90)])
async def test_what_would_be_asked_by_hand_gives_the_same_counts(
    source: PrometheusSource, url: str, window: timedelta
) -> None:
    bad = RatioMetric(
        total=f'{history.METRIC}{{service="burning"}}', bad=f'{history.METRIC}{{service="burning",code="500"}}'
    )
    slices = of("burning", budgeting=Budgeting.TIMESLICES, slice_target=0.9, slice_window=timedelta(minutes=5))
    asked = [of("burning"), slo(metric=bad), slices]
    api = PrometheusApi(url)
    for each in asked:
        query = replace(queries(each, END).whole, window=window)
        (answer,) = await source.measure([query], END)
        by_hand = {part: (await api.query(text, END)).rows[0].value for part, text in source.asked(query).items()}
        assert answer.counts is not None
        assert by_hand["total"] == pytest.approx(answer.counts.total)
        assert by_hand.get("good", by_hand["total"] - by_hand.get("bad", 0.0)) == pytest.approx(answer.counts.good)
        assert f"[{'30d' if window == MONTH else '90m'}" in source.asked(query)["total"] or each is slices
    await api.close()
