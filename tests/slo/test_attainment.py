"""How an SLO came out over a stretch: sums, never means of ratios, and days that add up to the whole."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import Counts
from bot.domain.slo.attainment import Attainment, attainment, worst_first
from bot.domain.slo.ledger import Bucket, unknown
from tests.support.slos import slo

HOUR = timedelta(hours=1)
START = datetime(2026, 10, 1, tzinfo=UTC)
ZONE = ZoneInfo("UTC")


def bucket(hour: int, bad: float, total: float) -> Bucket:
    start = START + hour * HOUR
    return Bucket(start, start + HOUR, Counts(total - bad, total), HOUR)


def test_a_quiet_bad_night_does_not_outweigh_a_busy_day() -> None:
    found = attainment(slo(), [bucket(0, 1, 2), bucket(12, 0, 998_998)], ZONE)
    assert found.sli == pytest.approx(0.999999, abs=1e-6)
    assert found.met
    assert found.spent == pytest.approx(1 / 999)


def test_exactly_the_budget_keeps_the_target() -> None:
    assert attainment(slo(), [bucket(0, 1, 1000)], ZONE).met is True
    assert attainment(slo(), [bucket(0, 2, 1999)], ZONE).met is False


def test_a_time_without_data_is_unknown_and_one_without_traffic_spends_nothing() -> None:
    nothing = attainment(slo(), [unknown(START, START + HOUR)], ZONE)
    assert (nothing.counts, nothing.met, nothing.spent, nothing.problem) == (None, None, None, "No data in this time.")
    quiet = attainment(slo(), [bucket(0, 0, 0)], ZONE)
    assert (quiet.met, quiet.spent, quiet.sli) == (None, 0.0, None)


def test_days_are_those_of_the_zone() -> None:
    late = bucket(23, 5, 100)
    assert attainment(slo(), [late], ZONE).worst[0].day == date(2026, 10, 1)
    assert attainment(slo(), [late], ZoneInfo("Europe/Berlin")).worst[0].day == date(2026, 10, 2)


def test_gaps_make_it_incomplete() -> None:
    found = attainment(slo(), [bucket(0, 0, 10), unknown(START + HOUR, START + 10 * HOUR)], ZONE)
    assert not found.complete
    assert found.covered == HOUR


def test_the_broken_come_first_then_the_unknown() -> None:
    broken = attainment(slo("broken"), [bucket(0, 50, 100)], ZONE)
    fine = attainment(slo("fine"), [bucket(0, 0, 100)], ZONE)
    dark = Attainment(slo("dark"), HOUR)
    assert [row.slo.name for row in worst_first([fine, dark, broken])] == ["broken", "dark", "fine"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 1000)), min_size=1, max_size=200))
def test_the_days_add_up_to_the_whole(hours: list[tuple[int, int]]) -> None:
    found = attainment(slo(), [bucket(n, bad, total) for n, (bad, total) in enumerate(hours)], ZONE, worst=10_000)
    assert sum(day.spent for day in found.worst) == pytest.approx(found.spent)
