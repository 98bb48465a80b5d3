"""What OpenSLO files in the wild hold: things that must load, things that must be refused, and things worth a word."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import load
from bot.catalog.known import Known
from bot.catalog.problems import Findings
from bot.catalog.reading import Document, Value
from bot.catalog.slo_files import assemble
from bot.domain.slo import RollingWindow
from tests.catalog.writing import QUIET, RATIO, at, document, said, slo


def test_a_sound_slo_earns_no_word(tmp_path: Path) -> None:
    assert said(tmp_path, slo()) == ([], [])


# must load


def test_empty_alert_policies_are_none(tmp_path: Path) -> None:
    assert said(tmp_path, slo(more="alertPolicies:")) == ([], [])


def test_an_operator_on_a_ratio_means_nothing_and_hurts_nobody(tmp_path: Path) -> None:
    assert said(tmp_path, slo(objectives="- {op: gt, target: 0.99}")) == ([], [])


def test_an_unquoted_start_time_is_a_date_and_time(tmp_path: Path) -> None:
    for start in ("2022-01-01 12:00:00", "'2022-01-01 12:00:00'", "2022-01-01", "2022-01-01T12:00:00Z"):
        window = f"- duration: 1w\n  isRolling: false\n  calendar: {{startTime: {start}, timeZone: Europe/Berlin}}"
        assert said(tmp_path, slo(window=window)) == ([], [])


def test_a_window_of_a_minute_is_asked_about_since_a_month_is_1M(tmp_path: Path) -> None:
    calendar = "  calendar:\n    startTime: 2022-01-01 12:00:00\n    timeZone: America/New_York"
    text = slo(window=f"- duration: 1m\n  isRolling: false\n{calendar}")
    errors, warnings = said(tmp_path, text)

    assert errors == []
    assert warnings == [
        at(text, "1m", "a calendar has no minutes or hours for a window; this one rolls. Allowed: d, w, M, Q, Y."),
        at(text, "1m", "the window is 1 minute long; a month is written 1M."),
    ]
    assert isinstance(load(tmp_path, QUIET).slos[0].window, RollingWindow)


def test_an_slo_without_method_and_window_takes_the_usual_ones(tmp_path: Path) -> None:
    text = slo(window=None, method=None)
    errors, warnings = said(tmp_path, text)

    assert errors == []
    methods = "Allowed: Occurrences, Timeslices, RatioTimeslices."
    assert warnings == [
        at(text, "spec:", f"budgetingMethod is missing; Occurrences is assumed. {methods}"),
        at(text, "spec:", "timeWindow is missing; 30 days, rolling, are assumed."),
    ]


def test_keys_that_openslo_does_not_have_are_ignored_and_said(tmp_path: Path) -> None:
    policy = document("AlertPolicy", "p", "conditions:\n- conditionRef: c\n  operator: and\nnotificationTargets: [t]")
    condition = document("AlertCondition", "c", "severity: page\ncondition: {threshold: 2, lookbackWindow: 1h}")
    text = slo(objectives="- target: 0.99\n  displayname: x") + "---\n" + policy + "---\n" + condition
    errors, warnings = said(tmp_path, text)

    assert errors == []
    assert warnings[0].startswith(at(text, "displayname", "The key 'displayname' is not known. Did you mean 'displayN"))
    assert warnings[1].startswith(at(text, "operator", "The key 'operator' is not known."))
    assert all("It is ignored." in warning for warning in warnings)


@pytest.mark.parametrize(
    "source",
    [
        "{type: Any, spec: {query: Any}}",
        "{type: Datadog, metricSourceRef: dd, spec: {query: 'sum:hits{*}.as_count()'}}",
        "{type: Redshift, spec: {query: SELECT 1, accessKeyID: AKIA, secretAccessKey: hunter2}}",
        "{type: Any}",
    ],
)
def test_sources_of_other_kinds_load_and_say_that_they_cannot_be_queried(tmp_path: Path, source: str) -> None:
    metric = f"thresholdMetric:\n  metricSource: {source}"
    errors, warnings = said(tmp_path, slo(metric=metric, objectives="- {op: lt, value: 500, target: 0.99}"))
    catalog = load(tmp_path, QUIET)

    assert errors == []
    assert "SLO api-availability loads but cannot be measured: its data source is of type" in warnings[0]
    assert "which this version cannot query" in catalog.unqueryable["api-availability"]
    assert not catalog.sources[catalog.slos[0].indicator.source].queryable
    assert "hunter2" not in repr(catalog)


def test_a_file_may_stand_alone_without_what_it_refers_to(tmp_path: Path) -> None:
    text = slo(indicator="indicatorRef: elsewhere", more="alertPolicies:\n- elsewhere-too")
    errors, warnings = said(tmp_path, text)

    assert errors == []
    assert warnings == [
        at(text, "name", "SLO api-availability loads but cannot be measured: its SLI 'elsewhere' is not defined."),
        at(text, "indicatorRef", "The SLI 'elsewhere' is not defined in this catalog."),
        at(text, "elsewhere-too", "The AlertPolicy 'elsewhere-too' is not defined in this catalog."),
    ]


def test_prometheus_without_an_address_loads_and_says_what_to_set(tmp_path: Path) -> None:
    errors, warnings = said(tmp_path, slo(), env={"QUARTERDECK_INTAKE_TOKEN": "t"})

    assert errors == []
    assert warnings == [
        "slos/a.yaml:4: SLO api-availability loads but cannot be measured: "
        "no DataSource gives the address of prometheus, and PROMETHEUS_URL is not set."
    ]


def test_promql_beyond_counting_loads_and_says_how_to_write_it(tmp_path: Path) -> None:
    metric = RATIO.replace("sum(http_requests_total)", "max_over_time(http_requests_total[1h]) by (x)")
    errors, warnings = said(tmp_path, slo(metric=metric))

    assert errors == []
    assert "cannot be measured" in warnings[0]
    assert "{{.window}} where the window goes" in warnings[0]


def test_good_and_total_of_two_systems_load_and_cannot_be_divided(tmp_path: Path) -> None:
    total = "  total:\n    metricSource:\n      type: "
    errors, warnings = said(tmp_path, slo(metric=RATIO.replace(total + "Prometheus", total + "sampler")))

    assert errors == []
    assert "its good and total come from different data sources" in warnings[0]


def test_names_may_be_more_than_rfc_1123_asks(tmp_path: Path) -> None:
    assert said(tmp_path, slo("Test.SLO/a|b")) == ([], [])


# worth a word


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("value: 3", "'value' belongs to a thresholdMetric; a ratio ignores it."),
        ("timeSliceTarget: 0.9", "'timeSliceTarget' has no effect with budgetingMethod Occurrences."),
    ],
)
def test_what_has_no_effect_is_said(tmp_path: Path, extra: str, message: str) -> None:
    text = slo(objectives=f"- target: 0.99\n  {extra}")

    assert said(tmp_path, text) == ([], [at(text, extra, message)])


KEYS = (
    "apiVersion kind metadata name spec service indicator indicatorRef timeWindow duration calendar startTime timeZone "
    "objectives target targetPercent op value ratioMetric thresholdMetric good bad total raw metricSource type query "
    "alertPolicies conditions condition notificationTargets budgetingMethod labels connectionDetails"
)
keys = st.sampled_from(KEYS.split())
scalars: st.SearchStrategy[Value] = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=True)
    | st.sampled_from(["1m", "30d", "SLO", "sampler", "Prometheus", "Occurrences", "lt", "sum(x)", "", "2022-01-01"])
)
values: st.SearchStrategy[Value] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5), max_leaves=25
)
kinds = st.sampled_from(
    ["SLO", "SLI", "DataSource", "AlertPolicy", "AlertCondition", "AlertNotificationTarget", "Service"]
)


FOREIGN = (
    "service slos objective name sli events raw plugin error_query total_query error_ratio_query alerting page_alert "
    "disable labels indicator ratio latency latencyNative bool_gauge errors success total metric grouping target window"
)
foreign: st.SearchStrategy[Value] = st.recursive(
    scalars | st.sampled_from(["99.9", "28d", "100", "http_requests_total{code=~'5..'}", "sum(rate(x[{{.window}}]))"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FOREIGN.split()), inner, max_size=6),
    max_leaves=25,
)


@given(st.sampled_from(["sloth", "crd", "pyrra"]), st.dictionaries(st.sampled_from(FOREIGN.split()), foreign))
def test_no_other_tools_document_breaks_the_loader_either(tool: str, spec: dict[str, Value]) -> None:
    contents: dict[str, Value] = {
        "sloth": {**spec, "version": "prometheus/v1"},
        "crd": {"apiVersion": "sloth.slok.dev/v1", "kind": "PrometheusServiceLevel", "spec": dict(spec)},
        "pyrra": {
            "apiVersion": "pyrra.dev/v1alpha1",
            "kind": "ServiceLevelObjective",
            "metadata": {"name": "x"},
            "spec": dict(spec),
        },
    }
    found = Findings()
    files = assemble([Document("a.yaml", contents[tool])], QUIET, Known(), found)

    assert all(0 <= one.target < 1 for one in files.slos)
    assert all(problem.what.endswith(".") for problem in [*found.errors, *found.warnings])


@given(st.lists(st.tuples(kinds, values), max_size=4))
def test_no_document_whatever_breaks_the_loader(specs: list[tuple[str, Value]]) -> None:
    contents: list[Value] = [
        {"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": f"x{index % 2}"}, "spec": spec}
        for index, (kind, spec) in enumerate(specs)
    ]
    found = Findings()
    files = assemble([Document("a.yaml", content) for content in contents], QUIET, Known(), found)

    assert all(0 <= one.target < 1 for one in files.slos)
    assert all(problem.what.endswith(".") for problem in [*found.errors, *found.warnings])


def test_a_rate_over_a_count_is_said_before_it_is_asked(tmp_path: Path) -> None:
    mixed = RATIO.replace(
        'sum(http_requests_total{code!~"5.."})', "avg(rate(http_requests_total[{{.window}}]))"
    ).replace("query: sum(http_requests_total)", "query: avg(increase(http_requests_total[{{.window}}]))")
    _, warnings = said(tmp_path, slo(metric=mixed))

    assert len(warnings) == 1
    assert "one query gives a rate and the other a count" in warnings[0]
