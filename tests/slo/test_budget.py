"""The error budget, against the figures of the trade and by properties."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import CalendarWindow, Counts, RollingWindow
from bot.domain.slo.budget import budget_of, left, sli
from bot.domain.slo.windows import bounds, length, name, short, words
from tests.support.slos import slo

DAY = timedelta(days=1)
counts = st.integers(0, 10**9).flatmap(
    lambda total: st.integers(0, total).map(lambda good: Counts(float(good), float(total)))
)
targets = st.decimals("0", "0.9999", places=4).map(float)


@pytest.mark.parametrize(
    ("target", "days", "minutes"),
    [
        (0.99, 7, 100.8),
        (0.99, 365, 5256),
        (0.995, 28, 201.6),
        (0.999, 30, 43.2),
        (0.999, 30.44, 43.8336),
        (0.9995, 30, 21.6),
        (0.9999, 30.44, 4.38336),
    ],
)
def test_budget_minutes_are_those_of_the_reference_table(target: float, days: float, minutes: float) -> None:
    budget = budget_of(slo(target=target).budget, timedelta(days=days), None)
    assert budget.minutes == pytest.approx(minutes, rel=1e-12)


def test_a_31_day_month_at_three_nines_has_44_64_minutes() -> None:
    month = CalendarWindow("M", 1, datetime(2026, 1, 1), "UTC")  # noqa: DTZ001
    january = slo(window=month)
    assert budget_of(january.budget, length(month, datetime(2026, 1, 15, tzinfo=UTC)), None).minutes == 44.64


def test_a_budget_spent_to_the_last_event_is_exactly_zero() -> None:
    assert left(Counts(999, 1000), slo(target=0.999).budget) == 0.0
    assert left(Counts(995, 1000), slo(target=0.995).budget) == 0.0


def test_skewed_traffic_is_summed_not_averaged() -> None:
    """Quiet nights at 50 %, busy days at 100 %: a mean of ratios would say 75 %; the events say 99.9 %."""
    night, day = Counts(10, 20), Counts(9990, 9990)
    assert sli(night + day) == pytest.approx(0.999001, abs=1e-6)


def test_overspent_budgets_are_negative() -> None:
    assert left(Counts(990, 1000), 0.001) == -9.0


def test_no_events_spend_nothing_and_have_no_sli() -> None:
    assert left(Counts(0, 0), 0.001) == 1.0
    assert sli(Counts(0, 0)) is None


def test_unknown_stays_unknown() -> None:
    assert left(None, 0.001) is None
    assert budget_of(0.001, DAY, None).left_minutes is None


def test_a_hair_more_good_than_total_is_not_more_than_everything() -> None:
    assert sli(Counts(100.02, 100)) == 1.0
    assert left(Counts(100.02, 100), 0.01) == 1.0


@given(counts, counts, targets)
def test_the_whole_never_has_less_left_than_its_worse_part(one: Counts, other: Counts, target: float) -> None:
    budget = slo(target=target).budget
    parts = [left(each, budget) for each in (one, other)]
    whole = left(one + other, budget)
    assert whole is not None
    assert min(part for part in parts if part is not None) - 1e-9 <= whole <= 1.0


@given(counts, targets)
def test_the_target_is_met_exactly_where_the_budget_is_not_overspent(each: Counts, target: float) -> None:
    """No rounding comes between the two ways of asking the same question."""
    exact = each.good * 10_000 >= round(target * 10_000) * each.total
    remaining = left(each, slo(target=target).budget)
    assert remaining is not None
    assert (remaining >= 0) == exact


@given(counts, targets)
def test_one_more_good_event_never_costs(each: Counts, target: float) -> None:
    budget = slo(target=target).budget
    before, after = left(each, budget), left(each + Counts(1, 1), budget)
    assert before is not None
    assert after is not None
    assert after >= before


@pytest.mark.parametrize(
    ("unit", "count", "zone", "at", "start", "end"),
    [
        ("M", 1, "UTC", "2026-02-14T12:00", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("M", 1, "UTC", "2026-01-31T23:59", "2026-01-01T00:00", "2026-02-01T00:00"),
        ("Q", 1, "UTC", "2026-05-01T00:00", "2026-04-01T00:00", "2026-07-01T00:00"),
        ("w", 1, "UTC", "2026-01-08T00:00", "2026-01-08T00:00", "2026-01-15T00:00"),
        ("Y", 1, "UTC", "2025-12-31T00:00", "2025-01-01T00:00", "2026-01-01T00:00"),
        ("M", 1, "Europe/Berlin", "2026-03-31T21:59", "2026-02-28T23:00", "2026-03-31T22:00"),
    ],
)
def test_calendar_windows_run_from_boundary_to_boundary_in_their_own_zone(
    unit: str, count: int, zone: str, at: str, start: str, end: str
) -> None:
    window = CalendarWindow(unit, count, datetime(2026, 1, 1), zone)  # noqa: DTZ001
    expected = (datetime.fromisoformat(start + "+00:00"), datetime.fromisoformat(end + "+00:00"))
    assert bounds(window, datetime.fromisoformat(at + "+00:00")) == expected


@given(
    st.sampled_from(["d", "w", "M", "Q", "Y"]),
    st.integers(1, 3),
    st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)
def test_every_instant_is_in_the_calendar_window_that_is_said_to_hold_it(
    unit: str, count: int, start: datetime, at: datetime, zone: str
) -> None:
    ZoneInfo(zone)
    window = CalendarWindow(unit, count, start, zone)
    first, end = bounds(window, at)
    assert first <= at < end
    assert bounds(window, first) == (first, end)


def test_durations_are_written_as_openslo_writes_them() -> None:
    assert [short(timedelta(minutes=m)) for m in (5, 90, 1440, 43_200)] == ["5m", "90m", "1d", "30d"]
    assert name(RollingWindow(timedelta(days=28))) == "28d"
    assert words(timedelta(minutes=125)) == "2\u00a0h"
    assert words(timedelta(minutes=40)) == "40\u00a0min"
