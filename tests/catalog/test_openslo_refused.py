"""What OpenSLO forbids, and what does not fit together: refused where it stands, with what is allowed."""

from pathlib import Path

import pytest

from tests.catalog.writing import RATIO, THRESHOLD, at, document, said, slo

SAMPLED = RATIO.replace("Prometheus", "sampler")
METRIC = "spec.indicator.spec.ratioMetric"


@pytest.mark.parametrize(
    ("text", "marker", "message"),
    [
        (
            slo(objectives="- target: 99.5"),
            "- target",
            "spec.objectives[0]: target must be at least 0 and below 1, not",
        ),
        (
            slo(objectives="- target: -0.5"),
            "- target",
            "spec.objectives[0]: target must be at least 0 and below 1, not -0.5.",
        ),
        (
            slo(objectives="- targetPercent: 101"),
            "- target",
            "spec.objectives[0]: targetPercent must be at least 0 and",
        ),
        (
            slo(objectives="- {target: 0, targetPercent: 0}"),
            "- {",
            "spec.objectives[0]: an objective has exactly one of",
        ),
        (
            slo(objectives="- displayName: x"),
            "- displayN",
            "spec.objectives[0]: an objective has exactly one of target",
        ),
        (slo(objectives="[]"), "objectives", "spec.objectives: at least one is needed here."),
        (
            slo(method="Occurences"),
            "budgeting",
            "spec.budgetingMethod: 'Occurences' is not known. Did you mean 'Occurren",
        ),
        (slo(method="Timeslices"), "- target", "'timeSliceTarget' is missing: budgetingMethod Timeslices needs it."),
        (slo(method="RatioTimeslices"), "- target", "'timeSliceWindow' is missing: budgetingMethod RatioTimeslices ne"),
        (slo(metric=THRESHOLD), "- target", "'op' is missing: a thresholdMetric is compared with it."),
        (
            slo(metric=THRESHOLD, objectives="- {op: lt, value: 1, target: 0.9}\n- {op: lt, value: 2, target: 0.9}"),
            "- {op",
            "a thresholdMetric allows exactly one objective.",
        ),
        (slo(window="- duration: 30 days"), "30 days", "spec.timeWindow[0].duration: '30 days' is no duration: write "),
        (
            slo(window="- {duration: 1M, isRolling: false}"),
            "1M",
            "spec.timeWindow[0]: a window that does not roll needs",
        ),
        (slo(window="- {duration: 1M, isRolling: true, calendar: {startTime: a, timeZone: b}}"), "1M", "spec.timeWin"),
        (slo(window="[{duration: 1d}, {duration: 2d}]"), "spec:", "spec: an SLO has at most one timeWindow."),
        (slo(indicator=""), "spec:", "spec: indicator or indicatorRef is missing."),
        (slo(more="indicatorRef: x"), "spec:", "spec: give either indicator or indicatorRef, not both."),
        (
            slo(objectives="- {target: 0, indicatorRef: x}"),
            "spec:",
            "spec: the indicator stands either in spec or in eac",
        ),
        (
            slo(metric=RATIO + "thresholdMetric: {metricSource: {type: x}}"),
            "    spec:",
            "spec.indicator.spec: an SLI has exactly one of thresholdMetric and ratioMetric.",
        ),
        (
            slo(metric=RATIO.replace("  good:", "  raw:")),
            "ratioMetric:",
            f"{METRIC}: 'raw' is a ratio by itself and sta",
        ),
        (
            slo(metric=RATIO.replace("  total:", "  raw:")),
            "ratioMetric:",
            f"{METRIC}: 'raw' is a ratio by itself and st",
        ),
        (slo(metric=RATIO.replace("  good:", "  god:")), "ratioMetric:", f"{METRIC}: 'good' or 'bad' is missing."),
        (slo(metric=RATIO.replace("  total:", "  totl:")), "ratioMetric:", f"{METRIC}: 'total' is missing."),
        (
            slo(metric=RATIO.replace("  total:", "  bad:")),
            "ratioMetric:",
            f"{METRIC}: 'good' and 'bad' exclude each othe",
        ),
        (slo(metric=RATIO + "  rawType: success"), "ratioMetric:", f"{METRIC}: 'rawType' belongs to 'raw'."),
        (
            slo(metric=RATIO.replace("query:", "qurey:")),
            "metricSource:",
            f"{METRIC}.good.metricSource.spec: 'query' is ",
        ),
        (
            slo(metric=RATIO.replace("type: Prometheus", "")),
            "metricSource:",
            "type is missing, and so is a metricSource",
        ),
        (slo(metric=SAMPLED.replace("(http", " by (x) (http")), "query:", "“sum"),
        (
            slo(metric=SAMPLED.replace("sum(http_requests_total)", "max(x[$window])")),
            "max",
            "the sampler adds up counters over any window",
        ),
        (
            slo().replace("openslo/v1", "openslo/v1alpha"),
            "api",
            "apiVersion 'openslo/v1alpha' is not known. Allowed: op",
        ),
        (
            slo().replace("apiVersion: openslo/v1", ""),
            "kind",
            "apiVersion is missing. Allowed: openslo/v1, sloth.slok.dev/v1, pyrra.dev/v1alpha1.",
        ),
        (
            slo().replace("kind: SLO", "kind: Slo"),
            "kind",
            "kind 'Slo' is not known. Did you mean 'SLO'? Allowed: Alert",
        ),
        (
            slo().replace("kind: SLO", ""),
            "apiVersion",
            "kind is missing. Allowed: DataSource, SLO, SLI, AlertPolicy, A",
        ),
        (slo().replace("name: api-availability", "displayName: x"), "metadata", "metadata: 'name' is missing."),
        (slo().replace("metadata:\n  name: api-availability\n", ""), "apiVersion", "metadata is missing or empty."),
        (slo().split("spec:")[0] + "spec: 1\n", "spec", "spec must be a mapping (key: value)."),
        (
            slo(more=f"description: {'x' * 1051}"),
            "description",
            "spec.description should have at most 1050 characters.",
        ),
        ("- 1\n- 2\n", "- 1", "is no OpenSLO document. Allowed: apiVersion, kind, metadata, spec."),
        (document("DataSource", "x", "connectionDetails: {}"), "spec", "spec: 'type' is missing."),
        (
            document("DataSource", "x", "type: Prometheus\nconnectionDetails: {url: localhost}"),
            "connectionDetails",
            "the address of 'x' must be a URL that starts with http:// or https://.",
        ),
        (document("AlertNotificationTarget", "x", "description: y"), "spec", "spec: 'target' is missing."),
        (document("AlertCondition", "x", "severity: page"), "spec", "spec: 'condition' is missing."),
        (
            document("AlertCondition", "x", "condition: {threshold: 1, lookbackWindow: 1h}"),
            "spec",
            "spec: 'severity' is",
        ),
        (document("AlertPolicy", "x", "conditions: [c]"), "spec", "spec: 'notificationTargets' is missing."),
        (
            document("AlertPolicy", "x", "conditions: [c]\nnotificationTargets: []"),
            "spec",
            "spec: a policy needs at leas",
        ),
        (document("AlertPolicy", "x", "notificationTargets: [t]"), "spec", "spec: 'conditions' is missing."),
        (
            document("AlertPolicy", "x", "conditions: [a, b]\nnotificationTargets: [t]"),
            "spec",
            "spec: a policy has exactl",
        ),
        (
            document("AlertPolicy", "x", "conditions:\n- foo: bar\nnotificationTargets: [t]"),
            "- foo",
            "spec.conditions[0]: a condition is either conditionRef or an inline object with spec.",
        ),
        (
            document("AlertPolicy", "x", "conditions: [c]\nnotificationTargets:\n- foo: t"),
            "- foo",
            "spec.notificationTargets[0]: a notification target is either targetRef or an inline object with spec.",
        ),
    ],
)
def test_what_openslo_forbids_is_refused_where_it_stands(tmp_path: Path, text: str, marker: str, message: str) -> None:
    errors, _ = said(tmp_path, text, env={"QUARTERDECK_INTAKE_TOKEN": "t"})

    assert any(error.startswith(at(text, marker, message)) for error in errors), errors


def test_two_documents_of_one_name_are_one_too_many(tmp_path: Path) -> None:
    errors, _ = said(tmp_path, slo(), slo())
    second = len(slo().splitlines()) + 1 + 4

    assert errors[0].startswith(f"slos/a.yaml:{second}: SLO 'api-availability' is defined twice (first at ")
    assert errors[0].endswith("slos/a.yaml:4).")


def test_a_misspelled_reference_is_told_its_nearest_name(tmp_path: Path) -> None:
    source = document("DataSource", "main-prometheus", "type: Prometheus")
    metric = RATIO.replace("type: Prometheus", "type: Prometheus\n      metricSourceRef: main-promethues", 1)
    texts = [slo(metric=metric), slo("b", indicator="indicatorRef: x"), source, document("SLI", "y", RATIO)]
    errors, _ = said(tmp_path, *texts)

    whole = "---\n".join(texts)
    meant = "Did you mean 'main-prometheus'? Allowed: main-prometheus."
    assert errors == [
        at(whole, "main-promethues", f"The DataSource 'main-promethues' is not known. {meant}"),
        at(whole, "indicatorRef", "The SLI 'x' is not known. Allowed: y."),
    ]


def test_a_document_that_is_wrong_is_not_also_said_to_be_missing(tmp_path: Path) -> None:
    broken = document("SLI", "errors", "ratioMetric: {}")
    errors, warnings = said(tmp_path, slo(indicator="indicatorRef: errors"), broken, document("SLI", "other", RATIO))

    assert len(errors) == 1
    assert "'good' or 'bad' is missing" in errors[0]
    assert warnings == []


def test_several_sources_of_a_kind_must_be_told_apart(tmp_path: Path) -> None:
    two = [document("DataSource", name, "type: Prometheus") for name in ("east", "west")]
    errors, _ = said(tmp_path, slo(), *two)

    assert errors[0].endswith(
        "metricSourceRef is missing: the catalog has several sources of type prometheus. Allowed: east, west."
    )


def test_a_time_zone_that_does_not_exist_is_told_its_nearest_name(tmp_path: Path) -> None:
    text = slo(window="- duration: 1M\n  calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_Yrok}")
    errors, _ = said(tmp_path, text)

    zones = "Allowed: names of the IANA time zone database."
    what = f"The timeZone 'America/New_Yrok' is not known. Did you mean 'America/New_York'? {zones}"
    assert errors == [at(text, "timeZone", what)]


def test_a_start_time_that_is_none_is_refused(tmp_path: Path) -> None:
    text = slo(window="- duration: 1M\n  calendar: {startTime: first of May, timeZone: UTC}")
    errors, _ = said(tmp_path, text)

    what = "startTime 'first of May' is no date with time. Allowed: such as 2026-01-31 12:30:00."
    assert errors == [at(text, "startTime", what)]


def test_an_slo_named_like_another_ones_objective_is_refused(tmp_path: Path) -> None:
    errors, _ = said(tmp_path, slo("api", objectives="- target: 0.9\n- target: 0.8"), slo("api-2"))

    assert len(errors) == 1
    assert errors[0].endswith(": SLO 'api-2' is a name that the objectives of another SLO already have.")


@pytest.mark.parametrize("objective", ["- target: 1", "- target: 1.0", "- targetPercent: 100"])
def test_a_target_of_everything_is_refused_in_words_of_its_own(tmp_path: Path, objective: str) -> None:
    text = slo(objectives=objective)
    words = "spec.objectives[0]: a target of 100 % leaves no error budget: the first error breaks it for good."

    assert said(tmp_path, text)[0] == [at(text, objective, words)]
