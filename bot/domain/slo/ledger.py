"""What an SLO counted, stretch by stretch: the record that long windows, pictures and reports are read from.

Counts are sums, so buckets add up to any longer stretch and a long window never is an average of ratios. A bucket is
(start, end]: what was counted exactly at an edge belongs to the bucket that ends there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.domain.slo.budget import left
from bot.domain.slo.indicator import Indicator
from bot.domain.slo.measurement import Counts, Slicing

NOTHING = Counts(0.0, 0.0)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GRAINS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1))
"""The shortest buckets that may be recorded: the first that is a whole number of the SLI's slices."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was counted in (start, end], and for how much of that time there was data.

    `covered` of zero means that nothing is known of the stretch: its counts are zero because nobody looked.
    """

    start: datetime
    end: datetime
    counts: Counts
    covered: timedelta

    @property
    def width(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted: an indicator's events, or its slices. Two SLOs that differ only in their targets share one."""

    indicator: Indicator
    slicing: Slicing | None = None

    @property
    def identity(self) -> tuple[object, ...]:
        """All that decides what is counted."""
        return self.indicator.source, self.indicator.metric, self.slicing

    @property
    def key(self) -> str:
        """Sixteen hex digits that stand for `identity`."""
        return _digest(self.identity)


@dataclass(frozen=True, slots=True)
class Account:
    """The buckets of one tally, oldest first and without holes; none where `problem` says why there can be none."""

    buckets: Sequence[Bucket]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BurnDownPoint:
    """The share of the budget left at `at`, negative when overspent; `known`: there was data in the stretch before."""

    at: datetime
    left: float
    known: bool


@lru_cache(maxsize=4096)
def _digest(identity: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:16]


def unknown(start: datetime, end: datetime) -> Bucket:
    """A stretch of which nothing is known."""
    return Bucket(start, end, NOTHING, timedelta(0))


def added_up(buckets: Iterable[Bucket]) -> Bucket | None:
    """All of them as one, from the first one's start to the last one's end; None where there are none."""
    found = list(buckets)
    if not found:
        return None
    counts = sum((each.counts for each in found), NOTHING)
    return Bucket(found[0].start, found[-1].end, counts, sum((each.covered for each in found), timedelta(0)))


def edges(start: datetime, end: datetime, width: timedelta) -> list[datetime]:
    """`start`, every whole multiple of `width` since 1970 between the two, and `end`."""
    between = []
    edge = floored(start, width) + width
    while edge < end:
        between.append(edge)
        edge += width
    return [start, *between, end]


def floored(at: datetime, width: timedelta) -> datetime:
    """The last whole multiple of `width` since 1970 that is not after `at`."""
    return at - (at - EPOCH) % width


def regrouped(buckets: Sequence[Bucket], width: timedelta) -> list[Bucket]:
    """The same counts in buckets of `width`, cut at its whole multiples since 1970; the outer two may be shorter.

    A bucket goes whole into the one that holds its end, so `width` should be a multiple of theirs.
    """
    grouped: list[list[Bucket]] = []
    slot: datetime | None = None
    for each in buckets:
        here = floored(each.end - timedelta(microseconds=1), width)
        if here != slot:
            grouped.append([])
            slot = here
        grouped[-1].append(each)
    return [whole for group in grouped if (whole := added_up(group)) is not None]


def burn_down(buckets: Sequence[Bucket], budget: float, total: float | None = None) -> list[BurnDownPoint]:
    """How much of `budget` (1 - target) was left at the end of each bucket, counting from the first one's start.

    What may be bad is the budget's share of `total`, the events of the whole stretch (default: of `buckets`), so the
    last point is the budget left that a status shows for the same window.
    """
    return list(_points(buckets, budget, total))


def _points(buckets: Sequence[Bucket], budget: float, total: float | None) -> Iterator[BurnDownPoint]:
    events = sum(each.counts.total for each in buckets) if total is None else total
    bad = 0.0
    for each in buckets:
        bad += each.counts.total - each.counts.good
        share = left(Counts(events - bad, events), budget)
        yield BurnDownPoint(each.end, 1.0 if share is None else share, each.covered > timedelta(0))
