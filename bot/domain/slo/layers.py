"""How a record of counts is kept for more than a year at little cost: fine where it is new, coarse where it is old.

The record is a running sum, noted at edges in time. What was counted between two edges is the difference of their sums,
so any window takes two notes however long it is, nothing can be counted twice, and growing coarser with age is
forgetting edges in between. It grows at both ends: forward with time, backward while an SLO's past is read in.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.slo.ledger import Bucket, floored
from bot.domain.slo.measurement import Counts


@dataclass(frozen=True, slots=True)
class Layer:
    """Edges `width` apart are kept until they are older than `keep`."""

    width: timedelta
    keep: timedelta


LAYERS: Sequence[Layer] = (
    Layer(timedelta(minutes=1), timedelta(hours=8)),
    Layer(timedelta(minutes=5), timedelta(days=4)),
    Layer(timedelta(hours=1), timedelta(days=100)),
    Layer(timedelta(days=1), timedelta(days=400)),
)
"""Finest first; each width is a multiple of the one before.

A window of 6 h begins at a whole minute, one of 3 d at five, a quarter at an hour; days are kept for thirteen months.
"""
FINE, COARSE = LAYERS[1].width, LAYERS[2].width
TURBULENT_BAD, TURBULENT_SHARE = 10, 0.005
"""So many bad events, and such a share of an hour: twenty seconds of full outage, or a whole budget of 99.5 %."""
LAG = timedelta(minutes=2)
"""Samples may arrive so late: what is newer is asked afresh each time."""
_ENOUGH = 12
"""A stretch of so many buckets is off by less than a tenth where it begins or ends within one."""
SEAL = timedelta(minutes=5)
"""The record grows by whole steps of this, so that it is written seldom."""


@dataclass(frozen=True, slots=True)
class Note:
    """The running sums at an edge. Only differences mean anything: before where a record began they are below zero."""

    at: datetime
    counts: Counts = Counts(0.0, 0.0)  # noqa: RUF009 - frozen
    covered: timedelta = timedelta(0)

    def until(self, later: "Note") -> Bucket:
        """What was counted from here to `later`."""
        counts = Counts(later.counts.good - self.counts.good, later.counts.total - self.counts.total)
        return Bucket(self.at, later.at, counts, later.covered - self.covered)


@dataclass(frozen=True, slots=True)
class Portion:
    """A stretch to read in, in one go: from `start` to `end` in buckets of `width`."""

    start: datetime
    end: datetime
    width: timedelta


def turbulent(bucket: Bucket) -> bool:
    """Whether so much went wrong that it matters when: such an hour is kept in five minutes, as long as hours are."""
    return bucket.counts.bad >= TURBULENT_BAD and bucket.counts.bad >= TURBULENT_SHARE * bucket.counts.total


def sealed(now: datetime) -> datetime:
    """The newest edge that will not change any more."""
    return floored(now - LAG, SEAL)


def layers_from(grain: timedelta) -> list[Layer]:
    """The layers whose buckets hold whole buckets of `grain`."""
    return [layer for layer in LAYERS if layer.width % grain == timedelta(0)]


def too_short(length: timedelta, age: timedelta) -> bool:
    """Whether a stretch that began `age` ago is better asked of its source: the record holds too few edges of it."""
    width = next((layer.width for layer in LAYERS if age < layer.keep), LAYERS[-1].width)
    return length < _ENOUGH * width


def forward(ends: datetime, now: datetime, grain: timedelta, most: timedelta) -> Portion | None:
    """The next portion after the record's newest edge; at most about `most` long. None where it is up to date.

    What will be kept only coarsely is read in coarsely.
    """
    upto = sealed(now)
    young = [timedelta(0), *(layer.keep for layer in layers_from(grain))]
    for layer, too_young in reversed(list(zip(layers_from(grain), young, strict=False))):
        count = (min(upto, now - too_young) - ends) // layer.width
        if floored(ends, layer.width) == ends and count > 0:
            return Portion(ends, ends + min(count, max(1, most // layer.width)) * layer.width, layer.width)
    return None


def backward(starts: datetime, now: datetime, grain: timedelta, most: timedelta) -> Portion | None:
    """The next portion before the record's oldest edge; None where all that is worth keeping has been read in."""
    layers = layers_from(grain)
    for number, layer in enumerate(layers):
        coarser = layers[number + 1].width if number + 1 < len(layers) else layer.width
        count = (starts - floored(now - layer.keep, coarser)) // layer.width
        if count > 0:
            return Portion(starts - min(count, max(1, most // layer.width)) * layer.width, starts, layer.width)
    return None


def notes_after(base: Note, buckets: Sequence[Bucket]) -> list[Note]:
    """The running sums at the end of each bucket; the first one begins at `base`."""
    notes: list[Note] = []
    for each in buckets:
        base = Note(each.end, base.counts + each.counts, base.covered + each.covered)
        notes.append(base)
    return notes


def notes_before(base: Note, buckets: Sequence[Bucket]) -> list[Note]:
    """The running sums at the start of each bucket; the last one ends at `base`."""
    notes: list[Note] = []
    for each in reversed(buckets):
        counts = Counts(base.counts.good - each.counts.good, base.counts.total - each.counts.total)
        base = Note(each.start, counts, base.covered - each.covered)
        notes.append(base)
    return notes[::-1]


def neighbours(at: datetime) -> set[datetime]:
    """The edges of every layer around `at`, of which those that are kept tell the sum at `at`."""
    return {edge for layer in LAYERS for low in [floored(at, layer.width)] for edge in (low, low + layer.width)}


def standing(notes: Sequence[Note], at: datetime) -> Note | None:
    """The sums at `at`; between two edges in proportion to time. None outside of the notes, which are in order."""
    place = bisect_right(notes, at, key=lambda note: note.at)
    if place > 0 and notes[place - 1].at == at:
        return notes[place - 1]
    if place == 0 or place == len(notes):
        return None
    before, after = notes[place - 1], notes[place]
    share = (at - before.at) / (after.at - before.at)
    between = before.until(after)
    counts = Counts(
        before.counts.good + share * between.counts.good, before.counts.total + share * between.counts.total
    )
    return Note(at, counts, before.covered + share * between.covered)
