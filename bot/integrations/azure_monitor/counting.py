"""From values by bin to counts over any window: sums of events, slices, or moments at which a limit was kept."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from bot.domain.slo import Counts, Slicing, ThresholdMetric

_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "lte": lambda value, limit: value <= limit,
    "gte": lambda value, limit: value >= limit,
    "lt": lambda value, limit: value < limit,
    "gt": lambda value, limit: value > limit,
}

Series = Mapping[float, float]
"""A value for each bin, by the Unix time of its beginning."""


@dataclass(frozen=True, slots=True)
class Bins:
    """Good and total by bin of `width`, in time's order; `good` and `total` are running sums that begin with zero.

    A bin [t, t + width) belongs to a window where it begins in it.
    """

    times: Sequence[float]
    good: Sequence[float]
    total: Sequence[float]
    width: timedelta

    @classmethod
    def of(cls, counts: Mapping[float, tuple[float, float]], width: timedelta) -> "Bins":
        """From (good, total) by Unix time."""
        times = sorted(counts)
        good = list(accumulate((counts[at][0] for at in times), initial=0.0))
        return cls(times, good, list(accumulate((counts[at][1] for at in times), initial=0.0)), width)

    def over(self, start: datetime, end: datetime) -> Counts:
        first, last = self._bounds(start, end)
        return Counts(self.good[last] - self.good[first], self.total[last] - self.total[first])

    def slices(self, start: datetime, end: datetime, slicing: Slicing) -> Counts:
        """Slices that had events: good ones by their own ratio, or their ratios where no target is set."""
        first, last = self._bounds(start, end)
        length = slicing.length.total_seconds()
        sums: dict[float, tuple[float, float]] = {}
        for index in range(first, last):
            slot = self.times[index] // length
            good, total = sums.get(slot, (0.0, 0.0))
            good += self.good[index + 1] - self.good[index]
            sums[slot] = good, total + self.total[index + 1] - self.total[index]
        ratios = [min(1.0, good / total) for good, total in sums.values() if total > 0]
        goods = ratios if slicing.target is None else [float(ratio >= slicing.target) for ratio in ratios]
        return Counts(sum(goods), float(len(ratios)))

    def within(self, start: datetime, end: datetime) -> tuple[datetime, datetime] | None:
        """Where the first bin of a window begins, and where the last one ends; None where there is none."""
        first, last = self._bounds(start, end)
        if first == last:
            return None
        newest = datetime.fromtimestamp(self.times[last - 1], UTC) + self.width
        return datetime.fromtimestamp(self.times[first], UTC), min(end, newest)

    def _bounds(self, start: datetime, end: datetime) -> tuple[int, int]:
        return bisect_left(self.times, start.timestamp()), bisect_left(self.times, end.timestamp())


def ratio_bins(part: Series, total: Series, width: timedelta, *, bad: bool) -> Bins:
    """Good of total by bin. A bin without a value has counted nothing."""
    pairs = {at: (part.get(at, 0.0), total.get(at, 0.0)) for at in {*part, *total}}
    if bad:
        pairs = {at: (whole - some, whole) for at, (some, whole) in pairs.items()}
    return Bins.of(pairs, width)


def threshold_bins(values: Series, metric: ThresholdMetric, width: timedelta) -> Bins:
    """One moment a bin, good where the comparison holds."""
    holds = _HOLDS[metric.op]
    return Bins.of({at: (float(holds(value, metric.value)), 1.0) for at, value in values.items()}, width)


def at_slice_ends(values: Series, length: timedelta) -> dict[float, float]:
    """The last value of each slice, as at its beginning."""
    seconds = length.total_seconds()
    return {at // seconds * seconds: values[at] for at in sorted(values)}
