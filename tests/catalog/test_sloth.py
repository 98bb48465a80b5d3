"""Sloth's files, in its own format and as Kubernetes objects."""

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from bot.catalog import Catalog, load
from bot.domain.slo import ALERTS, RatioMetric, RollingWindow, Urgency
from bot.domain.slo.selector import Expression, Sum, parse
from tests.catalog.writing import QUIET, at, document, said, slo, write

SLOTH = dedent("""\
    version: prometheus/v1
    service: api
    labels: {team: shop, tier: 1, generated: true}
    slos:
      - name: availability
        objective: 99.9
        description: Orders are taken.
        labels: {kind: web}
        sli:
          events:
            error_query: sum(rate(http_requests_total{job="api",code=~"(5..|429)"}[{{.window}}]))
            total_query: sum(rate(http_requests_total{job="api"}[{{.window}}]))
        alerting:
          name: ApiAvailability
          labels: {category: availability}
          annotations: {summary: Orders fail}
          page_alert: {labels: {severity: critical}}
          ticket_alert: {labels: {severity: warning}}
    """)

CRD = dedent("""\
    apiVersion: sloth.slok.dev/v1
    kind: PrometheusServiceLevel
    metadata: {name: api-slos, namespace: monitoring, labels: {prometheus: k8s}}
    spec:
      service: api
      slos:
        - name: latency
          objective: 99
          sli:
            events:
              errorQuery: |
                (
                  sum(rate(http_seconds_count{job="api"}[{{.window}}]))
                  -
                  sum(rate(http_seconds_bucket{job="api",le="0.4"}[{{.window}}]))
                )
              totalQuery: sum(rate(http_seconds_count{job="api"}[{{.window}}]))
          alerting:
            name: ApiLatency
            pageAlert: {disable: true}
    """)


def loaded(directory: Path, *documents: str) -> Catalog:
    return load(write(directory, {"slos/sloth.yml": "---\n".join(documents)}), QUIET)


def test_an_slo_of_sloth_is_one_of_ours_under_sloths_own_id(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, SLOTH)
    (one,) = catalog.slos

    assert (one.name, one.service, one.target, one.description) == (
        "api-availability",
        "api",
        0.999,
        "Orders are taken.",
    )
    assert one.window == RollingWindow(timedelta(days=30))
    assert one.labels == {"team": "shop", "tier": "1", "generated": "true", "kind": "web"}
    assert one.alerts == ALERTS
    assert (one.indicator.source, one.indicator.source_kind) == ("prometheus", "prometheus")
    assert one.origin.endswith("slos/sloth.yml:5")
    assert set(catalog.services) == {"api"}
    assert catalog.unqueryable == {}


def test_its_rates_are_read_as_the_counters_they_are(tmp_path: Path) -> None:
    metric = loaded(tmp_path, SLOTH).slos[0].indicator.metric

    assert isinstance(metric, RatioMetric)
    assert metric.bad is not None
    assert isinstance(parse(metric.bad), Sum)
    assert isinstance(parse(metric.total), Sum)


def test_the_kubernetes_form_is_read_too(tmp_path: Path) -> None:
    (one,) = loaded(tmp_path, CRD).slos

    assert (one.name, one.target) == ("api-latency", 0.99)
    assert one.alerts == tuple(alert for alert in ALERTS if alert.severity is Urgency.TICKET)
    assert isinstance(one.indicator.metric, RatioMetric)
    assert isinstance(parse(one.indicator.metric.bad or ""), Sum)


def test_both_alerts_disabled_leave_none(tmp_path: Path) -> None:
    quiet = SLOTH.replace("{labels: {severity: critical}}", "{disable: true}").replace(
        "{labels: {severity: warning}}", "{disable: true}"
    )

    assert loaded(tmp_path, quiet).slos[0].alerts == ()


def test_a_raw_error_ratio_is_a_mean_of_moments(tmp_path: Path) -> None:
    events = SLOTH[SLOTH.index("      events:") : SLOTH.index("    alerting:")]
    raw = SLOTH.replace(events, "      raw: {error_ratio_query: 'avg_over_time(wifi:errors[{{.window}}])'}\n")
    metric = loaded(tmp_path, raw).slos[0].indicator.metric

    assert isinstance(metric, RatioMetric)
    assert metric.bad == "avg_over_time(wifi:errors[{{.window}}])"
    assert metric.mean
    assert isinstance(parse(metric.total), Expression)


def test_files_of_several_tools_stand_side_by_side(tmp_path: Path) -> None:
    catalog = loaded(tmp_path, slo("web-speed", service="web"), SLOTH, CRD)

    assert [one.name for one in catalog.slos] == ["web-speed", "api-availability", "api-latency"]
    assert set(catalog.services) == {"web", "api"}


def test_an_openslo_data_source_is_asked_where_there_is_one(tmp_path: Path) -> None:
    main = document("DataSource", "main", "type: Prometheus\nconnectionDetails: {url: https://p.example}")

    assert loaded(tmp_path, main, SLOTH).slos[0].indicator.source == "main"


def test_of_several_data_sources_a_label_names_one(tmp_path: Path) -> None:
    both = [
        document("DataSource", name, f"type: Prometheus\nconnectionDetails: {{url: https://{name}.example}}")
        for name in "ab"
    ]
    text = "---\n".join([*both, SLOTH])
    words = (
        "the catalog has several Prometheus sources: say which one is asked with a label 'datasource'. Allowed: a, b."
    )

    assert said(tmp_path / "unsaid", text)[0] == [at(text, "name: availability", words)]
    assert loaded(tmp_path, *both, SLOTH.replace("kind: web", "datasource: b")).slos[0].indicator.source == "b"


def test_a_plugin_is_refused_in_words_and_the_rest_of_the_folder_loads(tmp_path: Path) -> None:
    events = SLOTH[SLOTH.index("      events:") : SLOTH.index("    alerting:")]
    plugin = SLOTH.replace(events, "      plugin: {id: sloth-common/http/availability, options: {job: api}}\n")
    catalog = loaded(tmp_path, plugin, slo("web-speed", service="web"))
    why = "its SLI is made by Sloth's plugin sloth-common/http/availability; write out the plugin's queries"

    assert catalog.unqueryable == {"api-availability": why}
    assert said(tmp_path / "alone", plugin)[1] == [
        at(plugin, "name: availability", f"SLO api-availability loads but cannot be measured: {why}.")
    ]


@pytest.mark.parametrize(
    ("before", "after", "marker", "message"),
    [
        ("objective: 99.9", "objective: 100", "- name:", "slos[0]: an objective of 100 % leaves no error budget"),
        ("objective: 99.9", "objective: 0", "objective: 0", "slos[0].objective should be greater than 0, not 0."),
        ("error_query: sum", "error_query: ' ' # sum", "error_query", "slos[0].sli.events.error_query should have"),
        ("error_query:", "eror_query:", "events:", "slos[0].sli.events: 'error_query' is missing."),
        (
            "      events:",
            "      raw: {error_ratio_query: x}\n      events:",
            "sli:",
            "slos[0].sli: an SLI has exactly one",
        ),
        ("service: api", "service: apy", "service: apy", "The service 'apy' is not known. Did you mean 'api'?"),
    ],
)
def test_a_mistake_is_refused_where_it_stands(
    tmp_path: Path, before: str, after: str, marker: str, message: str
) -> None:
    text = SLOTH.replace(before, after, 1)
    errors, _ = said(tmp_path, text)

    assert [error for error in errors if error.startswith(at(text, marker, message))], errors


def test_the_kubernetes_form_is_told_in_its_own_spelling(tmp_path: Path) -> None:
    text = CRD.replace("totalQuery", "totalQery")
    errors, warnings = said(tmp_path, text)

    assert errors == [at(text, "events:", "spec.slos[0].sli.events: 'totalQuery' is missing.")]
    assert any("Did you mean 'totalQuery'?" in warning for warning in warnings)


def test_a_key_of_a_newer_sloth_is_ignored_and_said(tmp_path: Path) -> None:
    text = SLOTH + "slo_plugins: {chain: []}\n"
    errors, warnings = said(tmp_path, text)

    assert errors == []
    assert [warning for warning in warnings if warning.startswith(at(text, "slo_plugins", "The key 'slo_plugins'"))]


def test_a_name_that_another_file_has_is_refused(tmp_path: Path) -> None:
    text = "---\n".join([SLOTH, slo("api-availability")])
    errors, _ = said(tmp_path, text)

    assert len(errors) == 1
    assert errors[0].startswith(at(text, "name: availability", "SLO 'api-availability' is defined twice (first at "))


def test_a_rate_and_a_count_are_not_divided(tmp_path: Path) -> None:
    mixed = SLOTH.replace(
        'sum(rate(http_requests_total{job="api"}[{{.window}}]))', 'sum(count_over_time(up{job="api"}[{{.window}}]))'
    ).replace('sum(rate(http_requests_total{job="api",code', 'scalar(rate(http_requests_total{job="api",code')
    why = "one query gives a rate and the other a count; write both with rate() or both with increase()"

    assert loaded(tmp_path, mixed).unqueryable == {"api-availability": why}


def test_sloths_own_configuration_is_set_aside_and_said(tmp_path: Path) -> None:
    windows = "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec: {sloPeriod: 7d}\n"
    words = "kind AlertWindows configures Sloth itself and is not read: the usual burn rates over 30 days hold."

    assert said(tmp_path, windows) == ([], [at(windows, "kind:", words)])
