"""The record's arithmetic: portions join without a hole, sums never change with coarseness, and age makes it coarse."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import Counts
from bot.domain.slo.layers import (
    LAG,
    LAYERS,
    Note,
    Portion,
    backward,
    forward,
    neighbours,
    notes_after,
    notes_before,
    sealed,
    standing,
)
from bot.domain.slo.ledger import GRAINS, Bucket, added_up, floored

NOW = datetime(2026, 1, 1, 12, 3, 17, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
instants = st.datetimes(datetime(2025, 6, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
grains = st.sampled_from(GRAINS)
paces = st.sampled_from([timedelta(minutes=5), timedelta(hours=1), timedelta(hours=7), DAY, 400 * DAY])
counts = st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=50)


def buckets(amounts: list[tuple[int, int]], start: datetime) -> list[Bucket]:
    return [
        Bucket(start + n * MINUTE, start + (n + 1) * MINUTE, Counts(good, good + bad), MINUTE)
        for n, (good, bad) in enumerate(amounts)
    ]


def onward(ends: datetime, now: datetime, grain: timedelta, pace: timedelta) -> list[Portion]:
    found = []
    while portion := forward(ends, now, grain, pace):
        found.append(portion)
        ends = portion.end
    return found


def back(starts: datetime, now: datetime, grain: timedelta, pace: timedelta) -> list[Portion]:
    found = []
    while portion := backward(starts, now, grain, pace):
        found.append(portion)
        starts = portion.start
    return found


@given(instants, grains, st.integers(0, 120 * 24), paces)
def test_what_is_new_is_read_without_hole_up_to_the_last_sealed_edge(
    now: datetime, grain: timedelta, hours_away: int, pace: timedelta
) -> None:
    ends = floored(sealed(now) - timedelta(hours=hours_away), max(grain, timedelta(minutes=5)))
    portions = onward(ends, now, grain, pace)
    assert [one.end for one in portions[:-1]] == [other.start for other in portions[1:]]
    last = portions[-1].end if portions else ends
    assert sealed(now) - last < max(grain, timedelta(minutes=5))
    assert all(each.end <= now - LAG for each in portions)


@given(instants, grains, paces)
def test_the_past_is_read_in_without_hole_for_as_long_as_it_is_kept(
    now: datetime, grain: timedelta, pace: timedelta
) -> None:
    starts = floored(sealed(now), max(grain, timedelta(minutes=5)))
    portions = back(starts, now, grain, pace if pace > timedelta(hours=1) else 7 * timedelta(hours=1))
    assert [one.start for one in portions[:-1]] == [other.end for other in portions[1:]]
    assert timedelta(0) <= now - portions[-1].start - LAYERS[-1].keep < DAY


@given(instants, grains, paces)
def test_every_portion_is_whole_buckets_on_its_layers_grid(now: datetime, grain: timedelta, pace: timedelta) -> None:
    starts = floored(sealed(now), max(grain, timedelta(minutes=5)))
    for each in [*back(starts, now, grain, max(pace, DAY)), *onward(starts - 9 * DAY, now, grain, pace)]:
        assert each.width % grain == timedelta(0)
        assert (each.end - each.start) % each.width == timedelta(0)
        assert floored(each.start, each.width) == each.start


def test_what_will_be_kept_coarsely_is_read_in_coarsely() -> None:
    widths = [each.width for each in back(sealed(NOW), NOW, MINUTE, 400 * DAY)]
    assert widths == [layer.width for layer in LAYERS]
    assert [each.width for each in onward(floored(NOW - 10 * DAY, DAY), NOW, MINUTE, 400 * DAY)] == [
        timedelta(hours=1), timedelta(minutes=5), timedelta(minutes=1)
    ]  # fmt: skip


@given(counts, counts)
def test_sums_between_any_two_edges_are_those_of_the_buckets_between(
    older: list[tuple[int, int]], newer: list[tuple[int, int]]
) -> None:
    base = Note(floored(NOW, MINUTE))
    before, after = buckets(older, base.at - len(older) * MINUTE), buckets(newer, base.at)
    notes = [*notes_before(base, before), base, *notes_after(base, after)]
    assert [each.at for each in notes] == [before[0].start, *(each.end for each in [*before, *after])]
    for one, bucket in zip(pairwise(notes), [*before, *after], strict=True):
        assert one[0].until(one[1]) == bucket
    whole = added_up([*before, *after])
    assert notes[0].until(notes[-1]) == whole
    thinned = [notes[0], *notes[1:-1:7], notes[-1]]
    assert thinned[0].until(thinned[-1]) == whole


@given(counts, st.floats(0, 1))
def test_between_two_edges_time_decides(amounts: list[tuple[int, int]], share: float) -> None:
    base = Note(floored(NOW, MINUTE))
    notes = [base, *notes_after(base, buckets(amounts, base.at))]
    at = base.at + share * (notes[-1].at - base.at)
    found = standing(notes, at)
    assert found is not None
    assert all(one.counts.total <= found.counts.total for one in notes if one.at <= at)
    assert all(found.counts.total <= one.counts.total for one in notes if one.at >= at)
    assert standing(notes, base.at - MINUTE) is None
    assert standing(notes, notes[-1].at + MINUTE) is None


@given(instants)
def test_the_edges_around_an_instant_enclose_it_on_every_layer(at: datetime) -> None:
    for layer in LAYERS:
        low = floored(at, layer.width)
        assert {low, low + layer.width} <= neighbours(at)
        assert low <= at < low + layer.width
