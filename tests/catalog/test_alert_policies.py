"""OpenSLO's alert policies are the burn alerts of their SLO, and not decoration."""

from pathlib import Path

import pytest

from bot.catalog import load
from bot.domain.slo import ALERTS, BurnAlert, Urgency
from tests.catalog.writing import QUIET, at, document, said, slo, write

ONE = slo(more="alertPolicies: [fast]")


def condition(**said: object) -> str:
    """The policy `fast`, with its one condition."""
    given = {"op": "gt", "threshold": 2, "lookbackWindow": "1h", "alertAfter": "5m", "severity": "page", **said}
    severity = given.pop("severity")
    body = ", ".join(f"{key}: {value}" for key, value in given.items() if value is not None)
    burning = document("AlertCondition", "burning", f"severity: {severity}\ncondition: {{{body}}}")
    return document("AlertPolicy", "fast", "conditions: [burning]\nnotificationTargets: [pager]") + "---\n" + burning


def alerts(directory: Path, *documents: str) -> tuple[BurnAlert, ...]:
    """The burn alerts of the one SLO among the documents."""
    (only,) = load(write(directory, {"slos/a.yaml": "---\n".join(documents)}), QUIET).slos
    return only.alerts


def test_without_a_policy_the_table_of_the_workbook_is_in_force(tmp_path: Path) -> None:
    assert alerts(tmp_path, slo()) == ALERTS


def test_a_policy_takes_the_place_of_the_table(tmp_path: Path) -> None:
    assert alerts(tmp_path, ONE, condition()) == (BurnAlert(Urgency.PAGE, 2, "1h", "5m"),)


@pytest.mark.parametrize(
    ("lookback", "after", "long", "short"),
    [
        ("1h", "5m", "1h", "5m"),
        ("24h", "15m", "1d", "15m"),
        ("6h", None, "6h", "30m"),
        ("3d", "0m", "3d", "6h"),
        ("5m", "1h", "1h", "5m"),
        ("5m", "0m", "5m", "1m"),
    ],
)
def test_looking_back_and_waiting_become_two_windows(
    tmp_path: Path, lookback: str, after: str | None, long: str, short: str
) -> None:
    (alert,) = alerts(tmp_path, ONE, condition(lookbackWindow=lookback, alertAfter=after))

    assert (alert.long, alert.short) == (long, short)


@pytest.mark.parametrize(
    ("severity", "urgency"),
    [
        ("page", Urgency.PAGE),
        ("Critical", Urgency.PAGE),
        ("SEV1", Urgency.PAGE),
        ("ticket", Urgency.TICKET),
        ("warning", Urgency.TICKET),
        ("sev3", Urgency.TICKET),
    ],
)
def test_the_usual_words_for_a_severity_page_or_wait(tmp_path: Path, severity: str, urgency: Urgency) -> None:
    assert alerts(tmp_path, ONE, condition(severity=severity))[0].severity is urgency


def test_a_severity_that_says_neither_is_a_ticket_and_asked_about(tmp_path: Path) -> None:
    text = "---\n".join([ONE, condition(severity="purple")])
    errors, warnings = said(tmp_path, text)

    assert errors == []
    assert len(warnings) == 1
    assert warnings[0].startswith(at(text, "purple", "severity 'purple' says neither page nor ticket"))
    assert alerts(tmp_path, ONE, condition(severity="purple"))[0].severity is Urgency.TICKET


@pytest.mark.parametrize(("op", "at_least"), [("gt", False), ("gte", True), (None, False)])
def test_at_least_is_kept_apart_from_more_than(tmp_path: Path, op: str | None, at_least: bool) -> None:
    assert alerts(tmp_path, ONE, condition(op=op))[0].at_least is at_least


@pytest.mark.parametrize(("op", "meant", "at_least"), [("lt", "gt", False), ("lte", "gte", True)])
def test_an_alert_on_a_slow_burn_is_turned_round_and_said(tmp_path: Path, op: str, meant: str, at_least: bool) -> None:
    text = "---\n".join([ONE, condition(op=op)])
    _, warnings = said(tmp_path, text)
    words = f"op {op!r} would alert while the budget is not burning; it is read as {meant!r}. Allowed: gt, gte."

    assert warnings == [at(text, f"op: {op}", words)]
    assert alerts(tmp_path, ONE, condition(op=op))[0].at_least is at_least


def test_a_policy_that_keeps_quiet_leaves_no_alert_and_says_so(tmp_path: Path) -> None:
    quiet = condition().replace("conditions: [burning]", "alertWhenBreaching: false\n  conditions: [burning]")
    text = "---\n".join([ONE, quiet])
    _, warnings = said(tmp_path, text)
    words = "SLO api-availability: the policy fast says alertWhenBreaching: false, so it never alerts."

    assert warnings == [at(text, "name: api-availability", words)]
    assert alerts(tmp_path, ONE, quiet) == ()


def test_each_objective_of_an_slo_has_its_policies(tmp_path: Path) -> None:
    both = slo(objectives="- target: 0.99\n- target: 0.9", more="alertPolicies: [fast]")
    slos = load(write(tmp_path, {"slos/a.yaml": "---\n".join([both, condition()])}), QUIET).slos

    assert [one.alerts for one in slos] == [(BurnAlert(Urgency.PAGE, 2, "1h", "5m"),)] * 2


def test_a_negative_threshold_is_refused(tmp_path: Path) -> None:
    text = "---\n".join([ONE, condition(threshold=-1)])
    errors, _ = said(tmp_path, text)

    assert errors == [
        at(text, "threshold: -1", "spec.condition.threshold should be greater than or equal to 0, not -1.")
    ]
