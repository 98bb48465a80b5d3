"""What a source is asked about one indicator, and what it answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.slo.indicator import Indicator


@dataclass(frozen=True, slots=True)
class Counts:
    """Good and total events (or slices, or moments); both are sums, so counts of adjoining windows add up."""

    good: float
    total: float

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.good + other.good, self.total + other.total)

    @property
    def bad(self) -> float:
        """Never below zero: a source that extrapolates may report a hair more good than total."""
        return max(0.0, self.total - self.good)


@dataclass(frozen=True, slots=True)
class Slicing:
    """Count time slices of `length` instead of events.

    A slice is good where its own ratio is at least `target`; without a target it counts as its ratio (OpenSLO's
    RatioTimeslices). A slice without events is neither good nor bad.
    """

    length: timedelta
    target: float | None = None


@dataclass(frozen=True, slots=True)
class SliQuery:
    """One question to a source: the indicator over the `window` that ends at the instant asked for.

    `coverage` asks for `first`, `last`, `covered` and `complete` too; they cost the source something, so only the
    SLO's own window asks for them.
    """

    indicator: Indicator
    window: timedelta
    slicing: Slicing | None = None
    coverage: bool = False


@dataclass(frozen=True, slots=True)
class Measurement:
    """The answer: `counts` is None where nothing is known, and `problem` then says why in words for a person.

    `failed` tells a question that could not be answered (a wrong query, a refusing source) from an honest "nothing".
    `first` and `last` are the oldest and newest instants the data really covers and `covered` how much time between
    them holds data; `complete` is False where the answer is partial. `note` is worth saying beside a good answer.
    `generated` is the share of the events that were made up for a demonstration. `delay` is how long the source takes
    to have an event as a rule, so that data this old is still as new as it gets.
    """

    query: SliQuery
    counts: Counts | None
    first: datetime | None = None
    last: datetime | None = None
    complete: bool = True
    problem: str = ""
    failed: bool = False
    covered: timedelta | None = None
    note: str = ""
    generated: float = 0.0
    delay: timedelta = timedelta(0)
