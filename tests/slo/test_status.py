"""How an SLO stands: the table of situations in which tools go wrong, and the order of a list."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import (
    BURN_WINDOWS,
    Budgeting,
    BurnAlert,
    CalendarWindow,
    Counts,
    Measurement,
    Slo,
    SloStatus,
    State,
    Trend,
    Urgency,
    budget_line,
    evaluate,
    queries,
    record,
    spent,
    unanswered,
    worst_first,
)
from bot.domain.slo.snapshot import restored, snapshot
from tests.support.slos import slo

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
HEALTHY = Counts(1_000_000, 1_000_000)


def status(
    of: Slo | None = None,
    whole: Counts | None = HEALTHY,
    burns: Mapping[str, Counts | None] | None = None,
    *,
    at: datetime = AT,
    problem: str = "",
    failed: bool = False,
    last: datetime | None = AT,
    covered: timedelta | None = None,
    complete: bool = True,
) -> SloStatus:
    """The status of an SLO all of whose windows hold healthy traffic, except for what is said."""
    of = of or slo()
    asked = queries(of, at)
    covers = covered if covered is not None else asked.whole.window
    measured = Measurement(
        asked.whole, whole, last=last, complete=complete, covered=covers, problem=problem, failed=failed
    )
    values = dict.fromkeys(BURN_WINDOWS, HEALTHY if whole else None) | dict(burns or {})
    return evaluate(of, at, measured, {key: Measurement(asked.burns[key], value) for key, value in values.items()})


def test_a_healthy_slo_is_ok_and_says_nothing() -> None:
    healthy = status()
    assert (healthy.state, healthy.reason, healthy.sli, healthy.budget.left) == (State.OK, "", 1.0, 1.0)


def test_a_budget_spent_to_the_last_event_is_gone() -> None:
    assert status(whole=Counts(999_000, 1_000_000)).state is State.EXHAUSTED
    assert status(whole=Counts(999_001, 1_000_000)).state is not State.EXHAUSTED


def test_a_burning_slo_is_at_risk_with_its_alerts_and_deadline() -> None:
    burning = Counts(690, 1000)
    risky = status(whole=Counts(999_790, 1_000_000), burns={"5m": burning, "1h": burning})
    assert risky.state is State.AT_RISK
    assert [(alert.severity, alert.factor) for alert in risky.alerts] == [("page", 14.4)]
    assert risky.burn() == pytest.approx(310)
    assert risky.exhaustion == pytest.approx(AT + timedelta(days=30) * 0.79 / 310, abs=timedelta(seconds=1))
    assert "14.4× over 1h and 5m" in risky.reason


def test_a_fault_minutes_old_is_at_risk_before_any_alert_of_an_hour_can_fire() -> None:
    risky = status(whole=Counts(999_400, 1_000_000), burns={"5m": Counts(900, 1000)})
    assert (risky.state, risky.alerts, risky.trend) == (State.AT_RISK, (), Trend.RISING)


def test_an_ended_burn_has_no_deadline_and_falls() -> None:
    calm = status(whole=Counts(999_700, 1_000_000), burns={"1h": Counts(928, 1000)})
    assert (calm.state, calm.exhaustion, calm.trend) == (State.OK, None, Trend.FALLING)


def test_a_nearly_spent_budget_is_at_risk_though_nothing_burns() -> None:
    assert status(whole=Counts(999_050, 1_000_000)).state is State.AT_RISK


def test_nothing_measured_is_no_data_with_no_number() -> None:
    nothing = status(whole=None, problem="The query returns nothing.", last=None)
    assert nothing.state is State.NO_DATA
    assert (nothing.sli, nothing.budget.left, nothing.burn("5m")) == (None, None, None)
    assert nothing.reason == "The query returns nothing."


def test_no_traffic_in_the_whole_window_is_not_called_healthy_and_spends_nothing() -> None:
    idle = status(whole=Counts(0, 0), burns=dict.fromkeys(BURN_WINDOWS, Counts(0, 0)))
    assert (idle.state, idle.sli, idle.budget.left, idle.burn("1h")) == (State.NO_DATA, None, 1.0, 0.0)
    assert "No traffic" in idle.reason


def test_one_quiet_window_keeps_the_figures_of_the_others() -> None:
    night = status(burns={"5m": Counts(0, 0)})
    assert (night.state, night.sli, night.burn("5m")) == (State.OK, 1.0, 0.0)
    assert night.reason == "No traffic in the last 5\u00a0min."


def test_two_hours_of_data_are_called_two_hours_of_data() -> None:
    young = status(covered=timedelta(hours=2), complete=False)
    assert (young.state, young.data.complete) == (State.OK, False)
    assert young.reason == "2\u00a0h of data; the window is 30\u00a0d."


def test_a_service_dead_for_forty_minutes_is_stale_and_keeps_its_figures() -> None:
    dead = status(last=AT - timedelta(minutes=40), burns={"5m": None, "30m": None}, complete=False)
    assert (dead.state, dead.sli) == (State.STALE, 1.0)
    assert dead.data.stale_for == timedelta(minutes=40)
    assert "31 Jan 11:20 UTC, 40\u00a0min old" in dead.reason


def test_a_query_that_cannot_be_answered_is_an_error_without_figures() -> None:
    broken = status(whole=None, problem="Prometheus cannot read the query.", failed=True)
    assert (broken.state, broken.counts, broken.reason) == (
        State.ERROR,
        None,
        "Prometheus cannot read the query.",
    )


def test_a_silent_source_leaves_the_last_figures_with_their_age() -> None:
    known = status()
    later = AT + timedelta(minutes=20)
    stale = unanswered(slo(), later, "Prometheus does not answer.", known)
    assert (stale.state, stale.sli, stale.data.stale_for) == (State.STALE, 1.0, timedelta(minutes=20))
    assert unanswered(slo(), later, "Prometheus does not answer.", None).state is State.ERROR


def test_in_a_calendar_month_the_budget_is_renewed_before_a_late_deadline() -> None:
    month = CalendarWindow("M", 1, datetime(2026, 1, 1), "UTC")  # noqa: DTZ001
    assert status(slo(window=month), Counts(999_500, 1_000_000), {"5m": Counts(998_000, 1_000_000)}).exhaustion is None
    early = AT.replace(day=2)
    half = status(slo(window=month), Counts(999_500, 1_000_000), {"5m": Counts(998_000, 1_000_000)}, at=early)
    assert half.exhaustion == early + timedelta(days=31) * 0.5 / 2


def test_time_slices_are_asked_for_where_the_slo_says_so() -> None:
    sliced = slo(budgeting=Budgeting.TIMESLICES, slice_target=0.95, slice_window=timedelta(minutes=5))
    slicing = queries(sliced, AT).whole.slicing
    assert slicing is not None
    assert (slicing.length, slicing.target) == (timedelta(minutes=5), 0.95)
    ratio = queries(slo(budgeting=Budgeting.RATIO_TIMESLICES), AT).whole.slicing
    assert ratio is not None
    assert ratio.target is None


def test_the_list_is_worst_first() -> None:
    burning = {"5m": Counts(900, 1000), "1h": Counts(900, 1000)}
    listed = worst_first(
        [
            status(slo("ok-loose")),
            status(slo("ok-tight"), Counts(999_600, 1_000_000)),
            status(slo("stale"), last=AT - timedelta(hours=1)),
            status(slo("none"), None, last=None),
            status(slo("risk-later"), Counts(999_500, 1_000_000), burns=burning),
            status(slo("risk-sooner"), Counts(999_900, 1_000_000), {k: Counts(0, 1000) for k in burning}),
            status(slo("risk-no-deadline"), Counts(999_050, 1_000_000)),
            status(slo("gone"), Counts(998_000, 1_000_000)),
            status(slo("gone-most"), Counts(900_000, 1_000_000)),
            status(slo("broken"), None, failed=True),
        ]
    )
    assert [each.slo.name for each in listed] == [
        "gone-most",
        "gone",
        "risk-sooner",
        "risk-later",
        "risk-no-deadline",
        "none",
        "stale",
        "broken",
        "ok-tight",
        "ok-loose",
    ]


def test_the_json_has_exactly_the_promised_keys_and_never_nan() -> None:
    shown = record(status(whole=None, last=None, covered=timedelta(0)))
    assert list(shown) == [
        "slo", "service", "objective", "window", "as_of", "state", "sli", "good", "total",
        "budget", "burn", "alerts", "data", "reason",
    ]  # fmt: skip
    assert shown["budget"] == {"minutes": 43.2, "left": None, "left_minutes": None}
    assert shown["burn"] == dict.fromkeys(["5m", "30m", "1h", "2h", "6h", "1d", "3d"])
    assert shown["as_of"] == "2026-01-31T12:00:00Z"
    assert shown["window"] == "30d"
    json.dumps(shown, allow_nan=False)


def test_the_json_names_the_alerts_that_must_be_firing() -> None:
    burning = Counts(0, 1000)
    shown = record(status(burns={"5m": burning, "1h": burning}))
    assert shown["alerts"] == [{"severity": "page", "factor": 14.4, "long": "1h", "short": "5m"}]


def test_an_slo_with_alerts_of_its_own_is_measured_and_judged_by_them() -> None:
    own = replace(slo(), alerts=(BurnAlert(Urgency.TICKET, 2, "90m", "10m"),))
    burning = Counts(990, 1000)
    shown = status(own, burns={"90m": burning, "10m": burning, "1h": Counts(0, 1000), "5m": Counts(0, 1000)})
    assert [(each.factor, each.long) for each in shown.alerts] == [(2, "90m")]
    assert set(record(shown)["burn"]) == set(BURN_WINDOWS)  # type: ignore[arg-type]
    assert restored(own, snapshot(shown)) == shown
    assert restored(slo(), snapshot(shown)) is None


def test_the_line_of_an_alert_card_goes_by_the_faults_own_seconds() -> None:
    line = budget_line(status(whole=Counts(999_790, 1_000_000)), Counts(690, 1000))
    assert line.burn == pytest.approx(310)
    assert line.left == pytest.approx(0.79)
    assert line.left_minutes == pytest.approx(34.128)
    assert line.gone_by is not None
    assert line.state is State.AT_RISK


def test_the_costs_of_two_incidents_add_up_to_what_is_gone() -> None:
    whole = status(whole=Counts(999_600, 1_000_000))
    costs = [spent(Counts(700, 1000), whole), spent(Counts(900, 1000), whole)]
    assert all(cost is not None for cost in costs)
    assert sum(cost.minutes for cost in costs if cost) == pytest.approx(0.4 * 43.2)


@given(
    st.one_of(st.none(), st.tuples(st.floats(0, 1e12), st.floats(0, 1e12))),
    st.lists(st.one_of(st.none(), st.tuples(st.floats(0, 1e12), st.floats(0, 1e12))), min_size=7, max_size=7),
    st.booleans(),
)
def test_whatever_a_source_answers_the_json_holds_numbers_or_null(
    whole: tuple[float, float] | None, parts: list[tuple[float, float] | None], complete: bool
) -> None:
    burns = {key: None if each is None else Counts(*each) for key, each in zip(BURN_WINDOWS, parts, strict=True)}
    shown = record(status(whole=None if whole is None else Counts(*whole), burns=burns, complete=complete))
    json.dumps(shown, allow_nan=False)
