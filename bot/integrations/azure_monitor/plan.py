"""Which values of which metrics an SLI needs, and in what grain over which stretches; and how those are kept."""

import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.slo.resource_metric import INTERVALS, ResourceMetric
from bot.integrations.azure_monitor.api import Refused
from bot.integrations.azure_monitor.counting import Series
from bot.integrations.azure_monitor.reading import POINTS, Stretch, Wanted
from bot.integrations.azure_monitor.tables import Misshapen

FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)


class Plan:
    """An SLI's metrics by role, and the stretches over which each is read.

    `each_minute` reads a limit in whole days of its own interval; counts are read in tiers, or evenly in the widest
    grain of which `coarsest` is a multiple.
    """

    def __init__(
        self,
        parts: Mapping[str, ResourceMetric],
        start: datetime,
        end: datetime,
        coarsest: timedelta | None,
        *,
        each_minute: bool,
    ) -> None:
        self.parts = parts
        self.width = max(INTERVALS[part.interval] for part in parts.values())
        if each_minute:
            self._stretches = list(Stretch(_floored(start, self.width), end, self.width).days())
            return
        if coarsest is None:
            tiers = list(_tiers(start, end, self.width))
        else:
            grain = max(each for each in (self.width, FIVE, HOUR) if each == self.width or not coarsest % each)
            tiers = [Stretch(_floored(start, grain), end, grain)]
        self._stretches = [piece for tier in tiers for piece in tier.pieces()]

    def everything(self) -> Iterator[tuple[Wanted, str]]:
        """All that must be read: what is read of a resource, and the metric's name."""
        for part in self.parts.values():
            yield from self._keys(part)

    def series(self, role: str, values: Mapping[tuple[Wanted, str], Series | Refused]) -> Series:
        """The values of one role, its metrics added up. Raises `Misshapen` where one cannot be read."""
        total: dict[float, float] = {}
        for key in self._keys(self.parts[role]):
            found = values[key]
            if isinstance(found, Refused):
                raise Misshapen(f"{key[1]} ({role}) cannot be read: {str(found).rstrip('.')}")
            for at, value in found.items():
                total[at] = total.get(at, 0.0) + value
        return total

    def _keys(self, part: ResourceMetric) -> Iterator[tuple[Wanted, str]]:
        like = replace(part, metrics=(), interval="")
        yield from ((Wanted(like, stretch), name) for stretch in self._stretches for name in part.metrics)


def _tiers(start: datetime, end: datetime, width: timedelta) -> Iterator[Stretch]:
    """The finest grain for as long as one request gives it, then five minutes, then hours."""
    grains = [width, *(grain for grain in (FIVE, HOUR) if grain > width)]
    for grain, coarser in zip(grains, [*grains[1:], None], strict=True):
        first = _floored(start, grain)
        if coarser is None or end - first <= POINTS * grain:
            yield Stretch(first, end, grain)
            return
        cut = _floored(end - POINTS * grain, coarser) + coarser
        yield Stretch(cut, end, grain)
        end = cut


def _floored(at: datetime, grain: timedelta) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // grain.total_seconds() * grain.total_seconds(), UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A day's values in as little room as they need."""

    start: float
    grain: float
    values: "array[float]"

    @classmethod
    def of(cls, stretch: Stretch, values: Series) -> "Kept":
        start, grain = stretch.start.timestamp(), stretch.grain.total_seconds()
        room = array("d", [math.nan]) * int((stretch.end - stretch.start) / stretch.grain)
        for at, value in values.items():
            place = int((at - start) // grain)
            if 0 <= place < len(room):
                room[place] = value
        return cls(start, grain, room)

    def series(self) -> Series:
        return {self.start + n * self.grain: value for n, value in enumerate(self.values) if not math.isnan(value)}
