"""Stretches of time as people ask for them, across time zones and changes of the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo.stretch import month_before, stretch

NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("word", "start", "end", "title"),
    [
        ("last-month", "2026-10-01", "2026-11-01", "October 2026"),
        ("2026-10", "2026-10-01", "2026-11-01", "October 2026"),
        ("October", "2026-10-01", "2026-11-01", "October 2026"),
        ("dec", "2025-12-01", "2026-01-01", "December 2025"),
        ("this-month", "2026-11-01", "2026-11-21T12:30", "November 2026"),
        ("last-week", "2026-11-09", "2026-11-16", "week 46 of 2026"),
        ("2026-w46", "2026-11-09", "2026-11-16", "week 46 of 2026"),
        ("yesterday", "2026-11-20", "2026-11-21", "20 November 2026"),
        ("2026-02-28", "2026-02-28", "2026-03-01", "28 February 2026"),
        ("7d", "2026-11-14T12:30", "2026-11-21T12:30", "the last 7 d"),
    ],
)
def test_words_mean_stretches(word: str, start: str, end: str, title: str) -> None:
    found = stretch(word, NOW)
    assert found is not None
    expected = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (start, end)]
    assert [found.start, found.end, found.title] == [*expected, title]


@pytest.mark.parametrize("word", ["", "soon", "2026-13", "2026-12", "2027-01", "2026-02-30", "0d", "9999d", "2026-w60"])
def test_what_means_nothing_or_is_still_to_come_is_refused(word: str) -> None:
    assert stretch(word, NOW) is None


def test_a_month_has_the_days_of_its_zone_and_an_hour_more_where_clocks_go_back() -> None:
    october = stretch("2026-10", NOW, BERLIN)
    assert october is not None
    assert october.start == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert october.end - october.start == timedelta(days=31, hours=1)


def test_a_stretch_that_is_not_over_says_so() -> None:
    now = stretch("this-month", NOW)
    assert now is not None
    assert not now.over
    assert month_before(NOW, BERLIN).over


@given(
    st.integers(0, 10 * 366 * 86_400).map(
        lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.sampled_from(["last-month", "this-month", "last-week", "this-week", "yesterday", "today", "march"]),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_its_own_word_gives_a_stretch_again(now: datetime, word: str, zone: str) -> None:
    found = stretch(word, now, ZoneInfo(zone))
    if found is None:  # midnight sharp: today has not begun
        return
    again = stretch(found.word, now, ZoneInfo(zone))
    assert again == found
    assert found.start < found.end <= now
