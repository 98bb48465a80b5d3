"""Counters as they are stored: growth, resets, gaps, and windows cut into layers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.series import COARSE, FINE, Piece, bucket, growth, overlap, pieces, series_key, spread

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
instants = st.datetimes(datetime(2025, 12, 1), datetime(2026, 2, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("before", "now", "born", "grew"),
    [
        (5.0, 8.0, False, 3.0),
        (5.0, 5.0, False, 0.0),
        (5.0, 2.0, False, 2.0),
        (None, 7.0, True, 7.0),
        (None, 7.0, False, None),
    ],
)
def test_growth(before: float | None, now: float, born: bool, grew: float | None) -> None:
    assert growth(before, now, born=born) == grew


def test_a_short_gap_belongs_to_the_look_that_ends_it() -> None:
    assert list(spread(at(0), at(4), 8.0)) == [(at(4), 8.0)]


def test_a_long_gap_is_laid_evenly_over_its_time() -> None:
    assert list(spread(at(2), at(12), 10.0)) == [(at(5), 3.0), (at(10), 5.0), (at(12), 2.0)]


@given(instants, st.integers(1, 40 * 86_400), st.floats(0.1, 1e9))
def test_spreading_loses_nothing_and_stays_in_its_gap(since: datetime, seconds: int, amount: float) -> None:
    end = since + timedelta(seconds=seconds)
    parts = list(spread(since, end, amount))
    assert sum(part for _, part in parts) == pytest.approx(amount)
    assert all(since < when <= end for when, _ in parts)
    assert parts[-1][0] == end


def test_an_instant_on_a_boundary_belongs_to_the_bucket_it_ends() -> None:
    assert bucket(at(5), FINE) == at(0)
    assert bucket(at(5) + timedelta(microseconds=1), FINE) == at(5)


def test_a_window_is_read_in_whole_hours_then_five_minutes_then_one_by_one() -> None:
    assert list(pieces(at(-63), at(122))) == [
        Piece(at(-63), at(-60)),
        Piece(at(-60), at(120), COARSE),
        Piece(at(120), at(122)),
    ]
    assert list(pieces(at(1), at(3))) == [Piece(at(1), at(3))]
    assert list(pieces(at(0), at(60))) == [Piece(at(0), at(60), COARSE)]


@given(instants, instants)
def test_the_pieces_of_a_window_are_the_window(one: datetime, other: datetime) -> None:
    start, end = min(one, other), max(one, other)
    parts = list(pieces(start, end))
    edges = [start, *(part.end for part in parts)]
    assert [part.start for part in parts] == edges[:-1]
    assert edges[-1] == end
    assert all(part.width is None or (bucket(part.end, part.width) + part.width == part.end) for part in parts)


def test_one_series_has_one_key_whatever_the_order_of_its_labels() -> None:
    assert series_key("x", {"b": "1", "a": "2", "c": ""}) == series_key("x", {"a": "2", "b": "1"})
    assert series_key("x", {"a": "1', b='2"}) != series_key("x", {"a": "1", "b": "2"})


def test_stretches_that_touch_are_one_and_a_single_look_is_none() -> None:
    spans = [(at(10), at(20)), (at(0), at(10)), (at(30), at(30)), (at(40), at(60))]
    assert overlap(spans, at(5), at(50)) == [(at(5), at(20)), (at(40), at(50))]
