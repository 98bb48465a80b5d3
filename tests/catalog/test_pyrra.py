"""Pyrra's files as they are."""

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from bot.catalog import Catalog, load
from bot.domain.slo import BurnAlert, RatioMetric, RollingWindow, Urgency
from bot.domain.slo.selector import Expression, Sum, parse
from tests.catalog.writing import QUIET, at, said, slo, write

ERRORS, TOTAL = 'http_requests_total{job="api",code=~"5.."}', 'http_requests_total{job="api"}'
RATIO = f"ratio: {{errors: {{metric: '{ERRORS}'}}, total: {{metric: '{TOTAL}'}}}}"


def pyrra(indicator: str = RATIO, *, labels: str = "{prometheus: k8s, pyrra.dev/team: shop}", more: str = "") -> str:
    """One document; `indicator` and `more` are YAML."""
    text = f"""\
        apiVersion: pyrra.dev/v1alpha1
        kind: ServiceLevelObjective
        metadata:
          name: api-errors
          namespace: monitoring
          labels: {labels}
        spec:
          target: '99.9'
          window: 4w
          description: Orders are taken.
          indicator:
            {indicator}
    """
    return dedent(text) + (f"  {more}\n" if more else "")


def loaded(directory: Path, *documents: str) -> Catalog:
    return load(write(directory, {"slos/pyrra.yaml": "---\n".join(documents)}), QUIET)


def metric_of(directory: Path, indicator: str) -> RatioMetric:
    (one,) = loaded(directory, pyrra(indicator)).slos
    assert isinstance(one.indicator.metric, RatioMetric)
    return one.indicator.metric


def test_an_slo_of_pyrra_is_one_of_ours(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, pyrra())
    (one,) = catalog.slos

    assert (one.name, one.target, one.description) == ("api-errors", 0.999, "Orders are taken.")
    assert one.window == RollingWindow(timedelta(weeks=4))
    assert one.labels == {"prometheus": "k8s", "team": "shop"}
    assert one.indicator.metric == RatioMetric(total=f"sum({TOTAL})", bad=f"sum({ERRORS})")
    assert one.origin.endswith("slos/pyrra.yaml:4")
    assert catalog.unqueryable == {}


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ("{service: checkout}", "checkout"),
        ("{pyrra.dev/service: checkout}", "checkout"),
        ("{app.kubernetes.io/name: checkout, app: other}", "checkout"),
        ("{team: shop}", "api"),
    ],
)
def test_its_service_is_what_a_label_says_or_whose_series_it_counts(tmp_path: Path, labels: str, service: str) -> None:
    assert loaded(tmp_path, pyrra(labels=labels)).slos[0].service == service


def test_an_slo_that_names_nobody_is_a_service_of_its_own(tmp_path: Path) -> None:
    alone = "ratio: {errors: {metric: 'a_total'}, total: {metric: 'b_total'}}"

    assert loaded(tmp_path, pyrra(alone)).slos[0].service == "api-errors"


def test_a_service_that_services_yaml_lacks_is_asked_for(tmp_path: Path) -> None:
    text = pyrra(labels="{service: apy}")

    assert said(tmp_path, text)[0] == [
        at(text, "labels:", "The service 'apy' is not known. Did you mean 'api'? Allowed: api.")
    ]


@pytest.mark.parametrize(
    ("window", "pairs"),
    [
        ("28d", [(14, "1h", "5m"), (7, "6h", "30m"), (2, "1d", "2h"), (1, "4d", "6h")]),
        ("2w", [(14, "30m", "3m"), (7, "3h", "15m"), (2, "12h", "1h"), (1, "2d", "3h")]),
        ("1h", [(14, "1m", "1m"), (7, "1m", "1m"), (2, "2m", "1m"), (1, "9m", "1m")]),
    ],
)
def test_its_alerts_are_pyrras_over_windows_as_long_as_its_own_asks(
    tmp_path: Path, window: str, pairs: list[tuple[float, str, str]]
) -> None:
    alerts = loaded(tmp_path, pyrra().replace("window: 4w", f"window: {window}")).slos[0].alerts

    assert [(alert.factor, alert.long, alert.short) for alert in alerts] == pairs
    assert [alert.severity for alert in alerts] == [Urgency.PAGE, Urgency.PAGE, Urgency.TICKET, Urgency.TICKET]


def test_severities_of_its_own_decide_who_is_woken(tmp_path: Path) -> None:
    more = "alerting: {severities: {fastBurn: page, mediumBurn: warning, slowBurn: critical, longTermBurn: home}}"
    alerts = loaded(tmp_path, pyrra(more=more)).slos[0].alerts

    assert [alert.severity for alert in alerts] == [Urgency.PAGE, Urgency.TICKET, Urgency.PAGE, Urgency.TICKET]
    assert alerts[0] == BurnAlert(Urgency.PAGE, 14, "1h", "5m")


@pytest.mark.parametrize("more", ["alerting: {disabled: true}", "alerting: {burnrates: false, absent: false}"])
def test_disabled_alerts_are_none(tmp_path: Path, more: str) -> None:
    assert loaded(tmp_path, pyrra(more=more)).slos[0].alerts == ()


def test_two_of_errors_success_and_total_are_enough(tmp_path: Path) -> None:
    good = 'http_requests_total{job="api",code!~"5.."}'
    successes = f"ratio: {{success: {{metric: '{good}'}}, total: {{metric: '{TOTAL}'}}}}"
    both = f"ratio: {{errors: {{metric: '{ERRORS}'}}, success: {{metric: '{good}'}}}}"

    assert metric_of(tmp_path, successes) == RatioMetric(total=f"sum({TOTAL})", good=f"sum({good})")
    derived = metric_of(tmp_path, both)
    assert derived == RatioMetric(total=f"sum({ERRORS}) + sum({good})", bad=f"sum({ERRORS})")
    assert isinstance(parse(derived.total), Sum)


def test_latency_counts_a_bucket_against_all(tmp_path: Path) -> None:
    fast, every = 'http_seconds_bucket{job="api",le="0.5"}', 'http_seconds_count{job="api"}'
    latency = f"latency: {{success: {{metric: '{fast}'}}, total: {{metric: '{every}'}}}}"

    assert metric_of(tmp_path, latency) == RatioMetric(total=f"sum({every})", good=f"sum({fast})")


def test_a_native_histogram_counts_the_share_below_its_latency(tmp_path: Path) -> None:
    metric = metric_of(tmp_path, "latencyNative: {latency: 250ms, total: {metric: http_seconds}}")
    whole = "sum(increase(http_seconds[{{.window}}]))"

    assert metric.total == f"histogram_count({whole})"
    assert metric.good == f"histogram_fraction(0, 0.25, {whole}) * histogram_count({whole})"
    assert all(isinstance(parse(text), Expression) for text in (metric.total, metric.good))


def test_a_gauge_of_ones_and_noughts_counts_its_samples(tmp_path: Path) -> None:
    metric = metric_of(tmp_path, "bool_gauge: {metric: 'up{job=\"api\"}'}")

    assert metric.total == 'sum(count_over_time(up{job="api"}[{{.window}}]))'
    assert metric.good == 'sum(sum_over_time(up{job="api"}[{{.window}}]))'


def test_an_offset_stands_behind_the_window(tmp_path: Path) -> None:
    shifted = f"ratio: {{errors: {{metric: '{ERRORS} offset 1m'}}, total: {{metric: '{TOTAL} offset 1m'}}}}"
    metric = metric_of(tmp_path, shifted)

    assert metric.bad == f"sum(increase({ERRORS}[{{{{.window}}}}] offset 1m))"


def test_grouping_is_refused_in_words_and_the_rest_of_the_folder_loads(tmp_path: Path) -> None:
    grouped = pyrra(RATIO.replace("ratio: {", "ratio: {grouping: [handler], "))
    catalog = loaded(tmp_path, grouped, slo("web-speed", service="web"))
    why = "grouping makes it an SLO for every value of handler; write one for each, or take grouping out to add them up"

    assert [one.name for one in catalog.slos] == ["web-speed", "api-errors"]
    assert catalog.unqueryable == {"api-errors": why}
    assert said(tmp_path / "alone", grouped)[1] == [
        at(grouped, "name: api-errors", f"SLO api-errors loads but cannot be measured: {why}.")
    ]


def test_a_dynamic_burn_rate_is_said_to_be_a_static_one_here(tmp_path: Path) -> None:
    text = pyrra(more="alerting: {burnRateType: dynamic}")
    words = "burnRateType 'dynamic' is not evaluated here; Pyrra's static factors are. Allowed: static."

    assert said(tmp_path, text) == ([], [at(text, "burnRateType", words)])


@pytest.mark.parametrize(
    ("before", "after", "marker", "message"),
    [
        ("target: '99.9'", "target: '100'", "spec:", "spec: a target of 100 % leaves no error budget"),
        ("target: '99.9'", "target: '101'", "target:", "spec.target should be less than or equal to 100, not '101'."),
        ("window: 4w", "window: 0d", "window:", "spec.window: '0d' is no time at all."),
        ("target: '99.9'", "target: most", "target:", "spec.target should be a valid number"),
        ("window: 4w", "window: a month", "window:", "spec.window: 'a month' is no duration: write a Prometheus"),
        ("total: {metric", "totel: {metric", "ratio:", "spec.indicator.ratio: a ratio has exactly two of errors"),
        ("kind: Service", "kind: Servise", "kind:", "kind 'ServiseLevelObjective' is not known. Did you mean"),
        (
            "    ratio:",
            "    latencyNative: {latency: 1s, total: {metric: x}}\n    ratio:",
            "indicator:",
            "spec.indicator",
        ),
    ],
)
def test_a_mistake_is_refused_where_it_stands(
    tmp_path: Path, before: str, after: str, marker: str, message: str
) -> None:
    text = pyrra()
    assert before in text
    errors, _ = said(tmp_path, text.replace(before, after, 1))

    assert [error for error in errors if error.startswith(at(text.replace(before, after, 1), marker, message))], errors
