"""Counters as they are stored: how much each grew between two looks, in layers that make long windows cheap to add up.

Every increment belongs to the instant at which it was seen, and to the 5 minutes and the hour that end no earlier. Sums
over a window take whole hours from the coarse layer, whole 5 minutes from the finer one, and only the edges from the
increments themselves, so they are exact however long the window is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

FINE = timedelta(minutes=5)
COARSE = timedelta(hours=1)
LAYERS = (COARSE, FINE)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONG_GAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part (start, end] of a window, to be read from the layer of `width`; None: from the increments themselves."""

    start: datetime
    end: datetime
    width: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Increment:
    """So much was counted by one series in the stretch that ended at `at`."""

    name: str
    labels: Mapping[str, str]
    at: datetime
    amount: float


@dataclass(frozen=True, slots=True)
class Series:
    """A series that is stored; `target` is what it was read from."""

    id: int
    target: str
    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TargetState:
    """What is known of one target: the stretches in which it was watched, and what went wrong.

    `left_out` counts the series beyond its limit; `problem` is why the last look failed, empty where it did not.
    """

    target: str
    spans: Sequence[tuple[datetime, datetime]]
    left_out: int = 0
    problem: str = ""


def growth(before: float | None, now: float, *, born: bool) -> float | None:
    """How much a counter grew; a lower value is a reset, after which it counted from zero.

    A series that was not there at the last look was `born` since and counted from zero too. Without an earlier look
    there is only a baseline, None.
    """
    if before is None:
        return now if born else None
    return now - before if now >= before else now


def spread(since: datetime, at: datetime, amount: float) -> Iterator[tuple[datetime, float]]:
    """What was counted between two looks far apart, laid evenly over the time between them.

    Nobody knows when it happened: laid at its end it would burn in the last five minutes, which it did not.
    """
    if at - since <= FINE:
        yield at, amount
        return
    width = FINE if at - since <= _LONG_GAP else COARSE
    edge = since
    while edge < at:
        upto = min(bucket(edge, width) + width, at)
        upto = upto if upto > edge else min(edge + width, at)
        yield upto, amount * ((upto - edge) / (at - since))
        edge = upto


def bucket(at: datetime, width: timedelta) -> datetime:
    """The start of the bucket (start, start + width] that holds `at`."""
    whole = -(-(at - _EPOCH) // width) - 1
    return _EPOCH + whole * width


def pieces(start: datetime, end: datetime) -> Iterator[Piece]:
    """How to read (start, end]: whole buckets of the coarsest layer that fits, and what is left at both edges."""
    yield from _pieces(start, end, LAYERS)


def _pieces(start: datetime, end: datetime, layers: tuple[timedelta, ...]) -> Iterator[Piece]:
    if start >= end:
        return
    if not layers:
        yield Piece(start, end)
        return
    width, finer = layers[0], layers[1:]
    first = bucket(start, width) + width
    last = bucket(end + timedelta(microseconds=1), width)
    if first >= last:
        yield from _pieces(start, end, finer)
        return
    yield from _pieces(start, first, finer)
    yield Piece(first, last, width)
    yield from _pieces(last, end, finer)


def series_key(name: str, labels: Mapping[str, str]) -> str:
    """One spelling for one series: `name{a="1",b="2"}`, labels in order."""
    inner = ",".join(f"{label}={labels[label]!r}" for label in sorted(labels) if labels[label])
    return f"{name}{{{inner}}}"


def overlap(
    spans: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts of `spans` within (start, end], in order, with those that touch or overlap made one.

    A single look is no stretch of time yet: nothing can have grown since.
    """
    merged: list[tuple[datetime, datetime]] = []
    for first, last in sorted(spans):
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
