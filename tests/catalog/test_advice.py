"""Warnings: what a catalog that loads leaves to be desired."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.catalog import load
from tests.catalog.writing import GRANTS, QUIET, RATIO, checked, document, lines, slo, write

SERVICES = "services:\n  api: {on_call: [ana]}\n"
SOUND = {
    "permissions.yaml": GRANTS,
    "services.yaml": SERVICES,
    "people.yaml": "people:\n  ana: {name: Ana Ruiz, slack: ana, email: ana@shop.example}\n",
    "pager.yaml": "kind: webhook\nurl: https://pager.example\n",
    "slos/a.yaml": slo(),
}


def warnings(directory: Path, files: Mapping[str, str], env: Mapping[str, str] = QUIET) -> list[str]:
    report = checked(directory, {**SOUND, **files}, env)
    assert report.errors == ()
    return lines(directory, report.warnings)


def test_a_sound_catalog_earns_no_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, {}) == []


def test_a_catalog_without_grants_is_told_what_that_means(tmp_path: Path) -> None:
    said = ".: has no grants (permissions.yaml): everybody is viewer and responder, runbook actions are denied."

    assert warnings(tmp_path, {"permissions.yaml": "# nothing yet\n"}) == [said]
    assert warnings(tmp_path, {"permissions.yaml": "grants: []\n"}) == [said]


def test_an_unset_intake_token_is_told_to_shut_the_webhook(tmp_path: Path) -> None:
    env = {"PROMETHEUS_URL": "http://p.example"}
    said = "QUARTERDECK_INTAKE_TOKEN: is not set: the alert webhook answers 401 to everybody."

    assert warnings(tmp_path, {}, env) == [said]
    assert warnings(tmp_path, {}, {**env, "QUARTERDECK_INTAKE_TOKEN_FILE": "/run/secrets/token"}) == []


def test_a_service_without_on_call_is_named(tmp_path: Path) -> None:
    said = "services.yaml:3: nobody is on call for web: its pages have no one to go to."

    assert warnings(tmp_path, {"services.yaml": SERVICES + "  web:\n"}) == [said]


def test_pages_without_a_pager_are_said_to_stay_in_slack(tmp_path: Path) -> None:
    said = ".: has no pager (pager.yaml): pages reach people in Slack only."

    assert warnings(tmp_path, {"pager.yaml": "kind: webhook\nurl: ${PAGER_URL:-}\n"}) == [said]


def test_mail_needs_addresses(tmp_path: Path) -> None:
    pager = "kind: smtp\nhost: mail.example\nsender: q@shop.example\n"
    files = {"services.yaml": "services:\n  api: {on_call: [ana, ben, U0123ABCD]}\n", "pager.yaml": pager}
    files["people.yaml"] = SOUND["people.yaml"] + "  ben: {name: Ben}\n"
    said = "pager.yaml: pages by mail, and these people on call have no email: U0123ABCD, ben."

    assert warnings(tmp_path, files) == [said]
    assert warnings(tmp_path, {**files, "pager.yaml": pager + "to: oncall@shop.example\n"}) == []


def test_a_sampled_slo_needs_something_to_sample(tmp_path: Path) -> None:
    files = {"slos/a.yaml": slo(metric=RATIO.replace("Prometheus", "sampler"))}
    said = "services.yaml:2: api has SLOs that the sampler measures, but no sampler.metrics_url to read."

    assert warnings(tmp_path, files) == [said]


@pytest.mark.parametrize(("kind", "more", "key"), [("down", "", "probe_url"), ("error_rate", "", "metrics_url")])
def test_a_rule_needs_something_to_watch(tmp_path: Path, kind: str, more: str, key: str) -> None:
    metric = "" if kind == "down" else ", threshold: 0.1, metric: {total: a, bad: b}"
    rule = f"rules:\n  - {{name: x, kind: {kind}, service: api, title: X{metric}}}\n"
    said = f"rules.yaml:2: the rule 'x' cannot fire: service api has no sampler.{key}."

    assert warnings(tmp_path, {"rules.yaml": rule}) == [said]


def test_a_target_of_90_percent_can_never_burn_14_4_times_too_fast(tmp_path: Path) -> None:
    (said,) = warnings(tmp_path, {"slos/a.yaml": slo(objectives="- targetPercent: 90")})

    assert said == (
        "slos/a.yaml:4: SLO api-availability: with a target of 90 % the budget burns at most 10x, "
        "so these alerts can never fire: 14.4x (needs a target above 93.06 %)."
    )


@pytest.mark.parametrize(
    ("percent", "named"),
    [("93.07", []), ("93.05", ["14.4x"]), ("83", ["14.4x", "6x"]), ("50", ["14.4x", "6x", "3x"])],
)
def test_every_alert_out_of_reach_is_named_and_no_other(tmp_path: Path, percent: str, named: list[str]) -> None:
    said = "".join(warnings(tmp_path, {"slos/a.yaml": slo(objectives=f"- targetPercent: {percent}")}))

    assert [factor for factor in ("14.4x", "6x", "3x", "1x") if f" {factor} (" in said] == named


@pytest.mark.parametrize(
    ("op", "threshold", "fires"),
    [
        ("gt", 9.9, True),
        ("gt", 10, False),
        ("gte", 10, True),
        ("gte", 10.1, False),
        ("lt", 10, False),
        ("lte", 10, True),
    ],
)
def test_a_policy_out_of_reach_is_named(tmp_path: Path, op: str, threshold: float, fires: bool) -> None:
    body = f"{{op: {op}, threshold: {threshold}, lookbackWindow: 1h, alertAfter: 5m}}"
    condition = document("AlertCondition", "c", f"severity: page\ncondition: {body}")
    policy = document("AlertPolicy", "fast", "conditions: [c]\nnotificationTargets: [t]")
    text = slo(objectives="- target: 0.9", more="alertPolicies: [fast]")
    said = warnings(tmp_path, {"slos/a.yaml": "---\n".join([text, policy, condition])})

    assert any("so the policy fast" in each for each in said) != fires


def test_an_environment_that_no_service_is_in_is_asked_about(tmp_path: Path) -> None:
    grants = "grants:\n  - {role: operator, to: ana, environments: [prod, '*', uat]}\n"
    said = "permissions.yaml:2: The environment 'uat' is not known. No service is in it. Allowed: *, prod, production."

    assert warnings(tmp_path, {"permissions.yaml": grants}) == [said]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("service.yaml", "service.yaml: is not read. Did you mean services.yaml?"),
        ("api.yaml", "api.yaml: is not read. It is no SLO file either: those say apiVersion: openslo/v1."),
        ("slo/api.yaml", "slo: is not read. Did you mean slos/?"),
    ],
)
def test_a_file_that_nobody_reads_is_pointed_at(tmp_path: Path, path: str, said: str) -> None:
    (found,) = warnings(tmp_path, {path: "a: 1\n"})

    assert found.startswith(said)


def test_other_files_beside_the_catalog_are_nobodys_business(tmp_path: Path) -> None:
    assert (
        warnings(tmp_path, {"README.md": "# Shop\n", "notes/a.yaml": "x", ".hidden.yaml": "x", "slos/a.txt": "x"}) == []
    )


def test_warnings_do_not_keep_a_catalog_from_loading(tmp_path: Path) -> None:
    write(tmp_path, {"slos/a.yaml": slo(objectives="- target: 0.5")})

    assert load(tmp_path, {}).slos[0].target == 0.5


@pytest.mark.parametrize("objective", ["- target: 0", "- targetPercent: 0"])
def test_a_target_of_nothing_is_said_to_promise_nothing(tmp_path: Path, objective: str) -> None:
    said = "a target of 0 % promises nothing: whatever happens meets it. Raise it, or drop the SLO."

    assert warnings(tmp_path, {"slos/a.yaml": slo(objectives=objective)}) == [
        f"slos/a.yaml:4: SLO api-availability: {said}"
    ]


def source(retention: str) -> str:
    text = document("DataSource", "main", "type: Prometheus\nconnectionDetails: {url: https://p.example}")
    return text.replace("  name: main\n", f"  name: main\n  annotations: {{retention: {retention}}}\n")


@pytest.mark.parametrize(
    ("window", "retention", "longer"),
    [
        ("- duration: 30d\n  isRolling: true", "15d", True),
        ("- duration: 30d\n  isRolling: true", "30d", False),
        ("- duration: 1M\n  calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}", "30d", True),
        ("- duration: 1M\n  calendar: {startTime: 2022-01-01 00:00:00, timeZone: UTC}", "1Q", False),
    ],
)
def test_a_window_longer_than_its_source_keeps_is_told(
    tmp_path: Path, window: str, retention: str, longer: bool
) -> None:
    told = warnings(tmp_path, {"slos/a.yaml": "---\n".join([source(retention), slo(window=window)])})
    words = f"slos/a.yaml:4: main keeps {retention}, and these SLOs look back further: api-availability. "

    assert [each.startswith(words) for each in told] == [True] * longer


def test_a_retention_that_is_no_duration_is_a_mistake(tmp_path: Path) -> None:
    report = checked(tmp_path, {**SOUND, "slos/a.yaml": source("two weeks")})

    assert [line.split(" is no")[0] for line in lines(tmp_path, report.errors)] == [
        "slos/a.yaml:5: metadata.annotations.retention: 'two weeks'"
    ]


def test_a_second_yes_that_nobody_can_say_is_said_at_the_step_that_asks(tmp_path: Path) -> None:
    def said(*grants: str) -> list[str]:
        permissions = GRANTS + "".join(f"  - {{{grant}, environments: [prod]}}\n" for grant in grants)
        return warnings(tmp_path, {**files, "permissions.yaml": permissions})

    target = "{kind: supervisord, options: {socket: /s, group: api}}"
    service = f"services:\n  api: {{on_call: [ana], environment: prod, target: {target}}}\n"
    steps = "steps:\n  - kind: approval\n    text: Sure?\n  - kind: action\n"
    files = {
        "services.yaml": service,
        "people.yaml": SOUND["people.yaml"] + "  ben: {name: Ben, slack: ben}\n",
        "runbooks/rollback.yaml": f"name: rollback\ntitle: Roll back\naction: rollback\n{steps}",
    }
    nobody = (
        "runbooks/rollback.yaml:5: nobody can approve rollback on api in prod, so it never starts. "
        "Grant the role approver in permissions.yaml."
    )
    only_ana = (
        "runbooks/rollback.yaml:5: only ana can approve rollback on api in prod, and never what ana asks for. "
        "Grant the role approver to one more."
    )

    assert said("role: operator, to: [ana, ben]") == [nobody]
    assert said("role: operator, to: [ana, ben]", "role: approver, to: ana") == [only_ana]
    assert said("role: operator, to: ben", "role: approver, to: 'group:leads'") == []
    assert said("role: operator, to: ana", "role: approver, to: [ana, ben]") == []
