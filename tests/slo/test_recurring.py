"""Every week and month at a local time, also where clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.recurring import monthly, weekly

BERLIN = ZoneInfo("Europe/Berlin")
NINE = time(9)


def test_nine_on_monday_is_nine_in_summer_and_in_winter() -> None:
    assert weekly(datetime(2026, 10, 21, tzinfo=UTC), 0, NINE, BERLIN) == datetime(2026, 10, 19, 7, tzinfo=UTC)
    assert weekly(datetime(2026, 10, 28, tzinfo=UTC), 0, NINE, BERLIN) == datetime(2026, 10, 26, 8, tzinfo=UTC)


def test_a_minute_before_it_was_due_a_week_ago() -> None:
    due = datetime(2026, 10, 26, 8, tzinfo=UTC)
    assert weekly(due, 0, NINE, BERLIN) == due
    assert weekly(due - timedelta(minutes=1), 0, NINE, BERLIN) == due - timedelta(days=7, hours=1)


def test_the_first_of_a_month() -> None:
    assert monthly(datetime(2026, 11, 1, 7, 59, tzinfo=UTC), 1, NINE, BERLIN) == datetime(2026, 10, 1, 7, tzinfo=UTC)
    assert monthly(datetime(2026, 11, 1, 8, tzinfo=UTC), 1, NINE, BERLIN) == datetime(2026, 11, 1, 8, tzinfo=UTC)


@given(
    st.integers(0, 10 * 366 * 86_400),
    st.integers(0, 6),
    st.integers(1, 28),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_what_was_due_last_is_never_to_come_and_less_than_one_turn_ago(
    seconds: int, weekday: int, day: int, zone: str
) -> None:
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    week, month = weekly(now, weekday, NINE, ZoneInfo(zone)), monthly(now, day, NINE, ZoneInfo(zone))
    assert timedelta(0) <= now - week <= timedelta(days=7, hours=1)
    assert timedelta(0) <= now - month <= timedelta(days=31, hours=1)
    assert week.astimezone(ZoneInfo(zone)).weekday() == weekday
    assert month.astimezone(ZoneInfo(zone)).day == day
