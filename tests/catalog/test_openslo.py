"""OpenSLO documents as SLOs."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.catalog import Catalog, load
from bot.domain.slo import Budgeting, CalendarWindow, RatioMetric, RollingWindow, Slo, ThresholdMetric
from tests.catalog.writing import QUIET, RATIO, THRESHOLD, document, slo, write

GOOD, TOTAL = 'sum(http_requests_total{code!~"5.."})', "sum(http_requests_total)"


def loaded(directory: Path, *documents: str, env: dict[str, str] | None = None) -> Catalog:
    """The catalog of one file of SLO documents."""
    return load(write(directory, {"slos/all.yaml": "---\n".join(documents)}), QUIET if env is None else env)


def only(catalog: Catalog) -> Slo:
    assert len(catalog.slos) == 1
    return catalog.slos[0]


def test_a_ratio_slo_says_what_is_promised_and_what_is_asked(tmp_path: Path) -> None:
    one = only(loaded(tmp_path, slo(objectives="- displayName: Good\n  target: 0.999")))

    assert (one.name, one.display_name, one.service) == ("api-availability", "api-availability", "api")
    assert one.target == 0.999
    assert one.window == RollingWindow(timedelta(days=30))
    assert one.budgeting is Budgeting.OCCURRENCES
    assert one.indicator.metric == RatioMetric(total=TOTAL, good=GOOD, counter=True)
    assert (one.indicator.source, one.indicator.source_kind) == ("prometheus", "prometheus")
    assert one.origin.endswith("slos/all.yaml:4")


def test_a_threshold_slo_compares_a_value(tmp_path: Path) -> None:
    one = only(loaded(tmp_path, slo(metric=THRESHOLD, objectives="- op: lte\n  value: 60\n  target: 0.95")))

    assert one.indicator.metric == ThresholdMetric("queue_age_seconds", "lte", 60)


def test_bad_and_total_are_as_welcome_as_good_and_total(tmp_path: Path) -> None:
    one = only(loaded(tmp_path, slo(metric=RATIO.replace("good:", "bad:").replace("!~", "=~"))))

    assert one.indicator.metric == RatioMetric(total=TOTAL, bad='sum(http_requests_total{code=~"5.."})')


@pytest.mark.parametrize(
    ("raw_type", "metric"),
    [
        ("success", RatioMetric("(up_ratio) * 0 + 1", good="up_ratio", counter=False, mean=True)),
        ("failure", RatioMetric("(up_ratio) * 0 + 1", bad="up_ratio", counter=False, mean=True)),
    ],
)
def test_a_raw_ratio_counts_by_its_mean(tmp_path: Path, raw_type: str, metric: RatioMetric) -> None:
    raw = f"""
        ratioMetric:
          rawType: {raw_type}
          raw:
            metricSource: {{type: Prometheus, spec: {{query: up_ratio}}}}
    """
    assert only(loaded(tmp_path, slo(metric=raw))).indicator.metric == metric


@pytest.mark.parametrize(
    ("objective", "target"),
    [
        ("- target: 0.9995", 0.9995),
        ("- targetPercent: 99.9", 0.999),
        ("- targetPercent: 99.95", 0.9995),
        ("- targetPercent: '99'", 0.99),
        ("- target: 0", 0),
    ],
)
def test_a_target_may_be_a_ratio_or_a_percentage(tmp_path: Path, objective: str, target: float) -> None:
    assert only(loaded(tmp_path, slo(objectives=objective))).target == target


def test_an_slo_with_several_objectives_becomes_several(tmp_path: Path) -> None:
    text = slo(objectives="- displayName: Internal\n  target: 0.995\n- displayName: SLA\n  target: 0.99")
    catalog = loaded(tmp_path, text.replace("name: api-availability", "name: api-availability\n  displayName: API"))

    assert [(one.name, one.display_name, one.target) for one in catalog.slos] == [
        ("api-availability-1", "API · Internal", 0.995),
        ("api-availability-2", "API · SLA", 0.99),
    ]


def test_a_composite_takes_its_indicators_from_the_objectives(tmp_path: Path) -> None:
    objectives = """
        - target: 0.99
          compositeWeight: 2
          indicatorRef: errors
        - target: 0.95
          op: lt
          value: 3
          indicator:
            metadata: {name: age}
            spec:
              thresholdMetric:
                metricSource: {type: Prometheus, spec: {query: queue_age_seconds}}
    """
    shared = document("SLI", "errors", RATIO)
    catalog = loaded(tmp_path, slo(indicator="", objectives=objectives), shared)

    assert [one.indicator.name for one in catalog.slos] == ["errors", "age"]
    assert catalog.slos[1].indicator.metric == ThresholdMetric("queue_age_seconds", "lt", 3)


def test_documents_find_each_other_across_files_and_folders(tmp_path: Path) -> None:
    source = "type: Prometheus\nconnectionDetails:\n  url: https://prometheus.example/\n  token: ${TOKEN}"
    metric = RATIO.replace("type: Prometheus", "metricSourceRef: main")
    files = {
        "slos/a/slo.yaml": slo(indicator="indicatorRef: errors", more="alertPolicies:\n- fast"),
        "slos/b/deep/sli.yml": document("SLI", "errors", metric),
        "slos/source.yaml": document("DataSource", "main", source),
        "slos/policy.yaml": document(
            "AlertPolicy", "fast", "conditions:\n- conditionRef: burning\nnotificationTargets:\n- targetRef: pager"
        ),
        "slos/more.yaml": document(
            "AlertCondition",
            "burning",
            "severity: page\ncondition: {kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h, alertAfter: 5m}",
        )
        + "---\n"
        + document("AlertNotificationTarget", "pager", "target: webhook"),
    }
    catalog = load(write(tmp_path, files), {"TOKEN": "hunter2"})
    one, main, (policy,) = only(catalog), catalog.sources["main"], catalog.policies["api-availability"]

    assert (one.indicator.name, one.indicator.source, one.indicator.source_kind) == ("errors", "main", "prometheus")
    assert (main.url, main.kind, main.options, main.queryable) == (
        "https://prometheus.example",
        "prometheus",
        {"bearerToken": "hunter2"},
        True,
    )
    assert "hunter2" not in repr(main)
    assert (policy.name, policy.targets, policy.condition.severity) == ("fast", ("pager",), "page")
    assert (policy.condition.threshold, policy.condition.op) == (2, "gte")
    assert (policy.condition.lookback, policy.condition.alert_after) == (timedelta(hours=1), timedelta(minutes=5))


def test_a_policy_may_stand_inside_its_slo(tmp_path: Path) -> None:
    inline = """
        alertPolicies:
        - kind: AlertPolicy
          metadata: {name: inline}
          spec:
            conditions:
            - kind: AlertCondition
              metadata: {name: burning}
              spec:
                severity: ticket
                condition: {threshold: 3, lookbackWindow: 1d, alertAfter: 0m}
            notificationTargets: [{kind: AlertNotificationTarget, metadata: {name: chat}, spec: {target: slack}}]
    """
    (policy,) = loaded(tmp_path, slo(more=inline)).policies["api-availability"]

    assert (policy.name, policy.targets) == ("inline", ("chat",))
    assert (policy.condition.name, policy.condition.op, policy.condition.alert_after) == ("burning", "gt", timedelta(0))


def test_services_that_slos_name_exist_without_a_file(tmp_path: Path) -> None:
    described = document("Service", "api", "description: Takes orders").replace(
        "name: api", "name: api\n  displayName: API"
    )
    catalog = loaded(tmp_path, slo(), slo("web", service="web"), described)

    assert {name: service.shown_name for name, service in catalog.services.items()} == {"api": "API", "web": "web"}
    assert catalog.services["api"].description == "Takes orders"


def test_a_service_document_may_be_empty(tmp_path: Path) -> None:
    text = "apiVersion: openslo/v1\nkind: Service\nmetadata:\n  name: api\nspec:\n"

    assert loaded(tmp_path, text).services["api"].shown_name == "api"


def test_a_calendar_window_starts_at_local_time(tmp_path: Path) -> None:
    window = "- duration: 1M\n  calendar:\n    startTime: 2022-01-01 12:00:00\n    timeZone: America/New_York"
    start = datetime(2022, 1, 1, 12, tzinfo=ZoneInfo("America/New_York"))

    assert only(loaded(tmp_path, slo(window=window))).window == CalendarWindow("M", 1, start, "America/New_York")


def test_time_slices_keep_their_length_and_target(tmp_path: Path) -> None:
    objective = "- target: 0.99\n  timeSliceTarget: 0.95\n  timeSliceWindow: 5m"
    one = only(loaded(tmp_path, slo(method="Timeslices", objectives=objective)))

    assert one.budgeting is Budgeting.TIMESLICES
    assert (one.slice_target, one.slice_window) == (0.95, timedelta(minutes=5))


def test_a_bare_number_of_a_slice_means_minutes(tmp_path: Path) -> None:
    objective = "- target: 0.99\n  timeSliceWindow: 5"
    one = only(loaded(tmp_path, slo(method="RatioTimeslices", objectives=objective)))

    assert (one.budgeting, one.slice_window) == (Budgeting.RATIO_TIMESLICES, timedelta(minutes=5))


def test_labels_may_be_texts_or_lists(tmp_path: Path) -> None:
    text = slo().replace("name: api-availability", "name: x\n  labels: {team: a, tags: [b, c], tier: 1, paid: true}")

    assert only(loaded(tmp_path, text)).labels == {"team": "a", "tags": "b, c", "tier": "1", "paid": "true"}


@pytest.mark.parametrize("type_name", ["Prometheus", "prometheus", "Thanos", "Mimir", "VictoriaMetrics"])
def test_whatever_speaks_prometheus_is_prometheus(tmp_path: Path, type_name: str) -> None:
    one = only(loaded(tmp_path, slo(metric=RATIO.replace("Prometheus", type_name))))

    assert (one.indicator.source, one.indicator.source_kind) == ("prometheus", "prometheus")


def test_a_data_source_may_be_left_out_where_prometheus_url_is_set(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, slo(), env={"PROMETHEUS_URL": "http://localhost:9090/"})

    assert catalog.sources["prometheus"].url == "http://localhost:9090"
    assert catalog.sources["prometheus"].queryable
    assert not catalog.unqueryable


def test_a_reference_to_a_source_that_was_left_out_means_prometheus_url(tmp_path: Path) -> None:
    metric = RATIO.replace("type: Prometheus", "metricSourceRef: prometheus-datasource")
    catalog = loaded(tmp_path, slo(metric=metric))

    assert only(catalog).indicator.source == "prometheus"
    assert not catalog.unqueryable


def test_the_only_source_is_meant_where_none_is_named(tmp_path: Path) -> None:
    source = document("DataSource", "main", "type: Prometheus\nconnectionDetails: {url: 'http://p.example'}")

    assert only(loaded(tmp_path, source, slo(metric=RATIO.replace("type: Prometheus", "")))).indicator.source == "main"
    assert only(loaded(tmp_path, source, slo())).indicator.source == "main"


def test_the_sampler_needs_no_data_source(tmp_path: Path) -> None:
    one = only(loaded(tmp_path, slo(metric=RATIO.replace("Prometheus", "sampler")), env={}))

    assert (one.indicator.source, one.indicator.source_kind) == ("sampler", "sampler")


def test_what_stands_beside_the_query_is_kept(tmp_path: Path) -> None:
    metric = THRESHOLD.replace(
        "query: queue_age_seconds", "query: queue_age_seconds\n      step: 60\n      dimensions: [a]"
    )
    one = only(loaded(tmp_path, slo(metric=metric, objectives="- {op: lt, value: 1, target: 0.5}")))

    assert one.indicator.spec == {"step": "60"}


@pytest.mark.parametrize(
    "query",
    [
        "http_requests_total",
        'sum(http_requests_total{code=~"2..|3.."})',
        "sum(rate(http_requests_total[5m]))",
        "sum(increase(http_requests_total[{{.window}}]))",
        "sum(increase(http_requests_total[$window])) or vector(0)",
    ],
)
def test_queries_may_be_written_in_all_the_usual_ways(tmp_path: Path, query: str) -> None:
    catalog = loaded(tmp_path, slo(metric=RATIO.replace(TOTAL, query)))

    assert only(catalog).indicator.metric == RatioMetric(total=query, good=GOOD)
    assert not catalog.unqueryable
