"""What is usual for this hour of the week, and where a week like the last leads: truth known by construction."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import CalendarWindow, Counts, RollingWindow, Slo, SloStatus, State
from bot.domain.slo.baseline import HOUR, LEAST_WEEKS, MOST_WEEKS, WEEK, Measure, Unusual, forecast, outlook, unusual
from bot.domain.slo.ledger import Bucket, unknown
from tests.support.slos import slo

NOW = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
QUIET, BUSY = 100.0, 10_000.0


def traffic(at: datetime) -> float:
    """Busy by day on weekdays, quiet at night and at weekends."""
    return BUSY if at.weekday() < 5 and 8 <= at.hour < 20 else QUIET


def weeks(count: int, *, share: float = 0.001, now: datetime = NOW) -> list[Bucket]:
    """`count` weeks and an hour up to `now`, in which `share` of the events are bad."""
    hours = [now - ago * HOUR for ago in range(count * 168 + 1, 0, -1)]
    return [Bucket(at, at + HOUR, Counts(traffic(at) * (1 - share), traffic(at)), HOUR) for at in hours]


def standing(hour: Counts | None, whole: Counts | None = None, of: Slo | None = None, at: datetime = NOW) -> SloStatus:
    return SloStatus(of or slo(), at, State.OK, whole or Counts(999, 1000), {"1h": hour})


def hour(total: float, bad: float = 0.0) -> Counts:
    return Counts(total - bad, total)


def test_an_hour_like_that_of_every_week_is_not_unusual() -> None:
    assert outlook(standing(hour(BUSY, 10)), weeks(5)).unusual == ()


def test_the_quiet_of_the_night_is_usual_at_night_and_not_by_day() -> None:
    night = datetime(2026, 11, 19, 3, 0, tzinfo=UTC)
    assert outlook(standing(hour(QUIET), at=night), weeks(5, now=night)).unusual == ()
    assert outlook(standing(hour(QUIET)), weeks(5)).unusual == (Unusual(Measure.TRAFFIC, QUIET, BUSY),)


def test_more_errors_than_in_this_hour_of_other_weeks_stand_out() -> None:
    (found,) = outlook(standing(hour(BUSY, 200)), weeks(5)).unusual
    assert (found.measure, found.now, found.usual) == (Measure.ERRORS, 0.02, pytest.approx(0.001))


def test_fewer_errors_than_usual_are_nobodys_trouble() -> None:
    assert outlook(standing(hour(BUSY)), weeks(5, share=0.05)).unusual == ()


def test_one_bad_week_among_the_earlier_ones_moves_nothing() -> None:
    before = [hour(BUSY, 10)] * 4 + [hour(BUSY, 5000)]
    assert [each.usual for each in unusual(hour(BUSY, 200), before)] == [0.001]


def test_an_error_among_a_handful_of_events_is_chance() -> None:
    assert unusual(hour(12, 3), [hour(12)] * 6) == ()


@given(st.integers(0, LEAST_WEEKS - 1))
def test_with_fewer_than_three_weeks_nothing_is_said(count: int) -> None:
    found = outlook(standing(hour(BUSY, 9000)), weeks(count))
    assert (found.weeks, found.enough, found.unusual, found.forecast) == (count, False, (), None)


def test_weeks_without_data_are_no_history() -> None:
    known = weeks(6)
    holes = [unknown(each.start, each.end) if each.end > NOW - 4 * WEEK else each for each in known]
    assert outlook(standing(hour(BUSY)), holes).weeks == 3  # four, five and six weeks ago


def test_no_more_than_eight_weeks_are_looked_back() -> None:
    assert outlook(standing(hour(BUSY)), weeks(12)).weeks == MOST_WEEKS


def test_between_two_whole_hours_both_are_weighed_by_time() -> None:
    """At 08:30 half of the last hour was night and half was day."""
    half = datetime(2026, 11, 19, 8, 30, tzinfo=UTC)
    known = weeks(5, now=datetime(2026, 11, 19, 8, 0, tzinfo=UTC))
    assert outlook(standing(hour((QUIET + BUSY) / 2), at=half), known).unusual == ()


counts = st.integers(0, 10_000).flatmap(lambda total: st.integers(0, total).map(lambda bad: hour(total, bad)))


@given(counts, st.lists(counts, min_size=LEAST_WEEKS, max_size=MOST_WEEKS))
def test_the_order_of_the_weeks_does_not_matter(now: Counts, before: list[Counts]) -> None:
    assert unusual(now, before) == unusual(now, before[::-1])


@given(counts, st.integers(LEAST_WEEKS, MOST_WEEKS))
def test_an_hour_is_never_unusual_among_its_like(now: Counts, count: int) -> None:
    assert unusual(now, [now] * count) == ()


def total_of(buckets: list[Bucket], start: datetime, end: datetime) -> Counts:
    return sum((each.counts for each in buckets if start <= each.start and each.end <= end), Counts(0, 0))


def test_a_budget_spent_the_same_every_week_is_forecast_to_stay_where_it_is() -> None:
    known = weeks(8, share=0.0005)
    of = slo(window=RollingWindow(4 * WEEK))
    found = forecast(standing(None, total_of(known, NOW - 4 * WEEK, NOW), of), known)
    assert found is not None
    assert (found.at, found.middle) == (NOW + WEEK, pytest.approx(0.5))
    assert found.low == pytest.approx(found.high)


def test_an_outage_that_leaves_the_window_gives_its_budget_back() -> None:
    known = weeks(8, share=0.0)
    worst = next(index for index, each in enumerate(known) if each.start == NOW - 4 * WEEK)
    known[worst] = Bucket(known[worst].start, known[worst].end, hour(BUSY, 1000), HOUR)
    of = slo(window=RollingWindow(4 * WEEK))
    found = forecast(standing(None, total_of(known, NOW - 4 * WEEK, NOW), of), known)
    assert found is not None
    assert found.high == pytest.approx(1.0)
    assert found.low < found.middle  # one of the earlier weeks had the outage, and so might the next


def test_a_calendar_window_is_forecast_to_its_end_where_that_is_nearer() -> None:
    at = datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
    month = slo(window=CalendarWindow("M", 1, datetime(2026, 1, 1), "UTC"))  # noqa: DTZ001
    known = weeks(6, share=0.0005, now=at)
    found = forecast(standing(None, total_of(known, datetime(2026, 11, 1, tzinfo=UTC), at), month, at), known)
    assert found is not None
    assert (found.at, found.middle) == (datetime(2026, 12, 1, tzinfo=UTC), pytest.approx(0.5))


def test_a_forecast_needs_to_know_what_leaves_the_window() -> None:
    known = [each for each in weeks(4) if each.start >= NOW - 26 * timedelta(days=1)]
    assert forecast(standing(None, Counts(999, 1000)), known) is None
