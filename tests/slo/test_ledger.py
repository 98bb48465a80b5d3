"""Buckets of counts: they add up, regroup without loss, and burn a budget down to what a status shows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import Counts
from bot.domain.slo.budget import left
from bot.domain.slo.ledger import Bucket, added_up, burn_down, edges, regrouped

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

events = st.integers(0, 10**6)
amounts = st.lists(st.tuples(events, events).map(lambda pair: Counts(min(pair), max(pair))), min_size=1, max_size=80)


def buckets(amounts: list[Counts], width: timedelta = MINUTE, start: datetime = NOON) -> list[Bucket]:
    return [Bucket(start + n * width, start + (n + 1) * width, each, width) for n, each in enumerate(amounts)]


@given(amounts, st.integers(0, 59), st.integers(1, 30))
def test_regrouping_loses_nothing_and_leaves_no_hole(amounts: list[Counts], offset: int, minutes: int) -> None:
    fine = buckets(amounts, start=NOON + offset * MINUTE)
    coarse = regrouped(fine, minutes * MINUTE)
    assert added_up(coarse) == added_up(fine)
    assert all(one.end == other.start for one, other in pairwise(coarse))
    assert all((each.start - NOON) % (minutes * MINUTE) == timedelta(0) for each in coarse[1:] if 60 % minutes == 0)


def test_edges_are_whole_multiples_between_the_two_ends() -> None:
    start, end = NOON - 17 * MINUTE, NOON + 62 * MINUTE
    assert edges(start, end, HOUR) == [start, NOON, NOON + HOUR, end]
    assert edges(NOON, NOON + HOUR, HOUR) == [NOON, NOON + HOUR]


@given(amounts, st.sampled_from([0.001, 0.01, 0.5, 1.0]))
def test_the_last_point_is_the_budget_left_of_the_whole_window(amounts: list[Counts], budget: float) -> None:
    points = burn_down(buckets(amounts), budget)
    whole = added_up(buckets(amounts))
    assert whole is not None
    assert points[-1].left == left(whole.counts, budget)


def test_a_budget_only_burns_down_and_a_stretch_without_data_says_so() -> None:
    silent = Bucket(NOON, NOON + MINUTE, Counts(0, 0), timedelta(0))
    points = burn_down([silent, *buckets([Counts(99, 100), Counts(90, 100)], start=NOON + MINUTE)], 0.1)
    assert [point.left for point in points] == pytest.approx([1.0, 0.95, 0.45])
    assert [point.known for point in points] == [False, True, True]


def test_no_buckets_add_up_to_nothing() -> None:
    assert added_up([]) is None
    assert burn_down([], 0.1) == []
