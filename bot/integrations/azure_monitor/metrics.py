"""Azure's metrics of resources as a source of SLIs: events counted by minute and hour, or minutes that keep a limit.

Counts are read by the minute for a day, by five minutes for five and by the hour before that: three requests a metric.
A limit must be looked at each minute, a day in each request; days that are over are kept.
"""

import asyncio
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.slo import Measurement, RatioMetric, SliQuery, ThresholdMetric
from bot.domain.slo.resource_metric import INTERVALS, ResourceMetric, read_metric
from bot.domain.slo.selector import QueryError
from bot.integrations.azure_monitor.api import AzureApi, Refused
from bot.integrations.azure_monitor.counting import Bins, Series, at_slice_ends, ratio_bins, threshold_bins
from bot.integrations.azure_monitor.outcomes import Metric, asked_of, from_bins
from bot.integrations.azure_monitor.reading import API_VERSION, POINTS, MetricsReader, Stretch, Wanted
from bot.integrations.azure_monitor.tables import Misshapen
from bot.integrations.breaker import Breaker

DELAY = timedelta(minutes=5)
"""How long Azure takes to have a minute's values: about three minutes, some resources five."""
SETTLED = timedelta(hours=1)
KEPT = 1000
"""Days that are kept: a month of thirty limits in 12 MB."""
FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)


class AzureMetricsSource:
    """An `SliSource` on Azure's metrics; `resource` is meant where an SLI names none."""

    def __init__(
        self,
        name: str,
        api: AzureApi,
        resource: str = "",
        delay: timedelta = DELAY,
        version: str = API_VERSION,
        breaker: Breaker | None = None,
    ) -> None:
        self.name = name
        self.delay = delay
        self.breaker = breaker or Breaker(api.title)
        self._api = api
        self._resource = resource
        self._reader = MetricsReader(api, version)
        self._kept: dict[tuple[Wanted, str], _Kept] = {}

    async def close(self) -> None:
        await self._api.close()

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        """One measurement per query, in order, up to the last whole minute before `at`.

        Raises `Transient` where Azure does not answer at all.
        """
        end = datetime.fromtimestamp(at.timestamp() // 60 * 60, UTC)
        return await self.breaker.call(lambda: self._measure(queries, end))

    async def _measure(self, queries: Sequence[SliQuery], end: datetime) -> list[Measurement]:
        widest: dict[Metric, timedelta] = {}
        for query in queries:
            metric = query.indicator.metric
            widest[metric] = max(query.window, widest.get(metric, query.window))
        plans = {metric: self._plan(metric, window, end) for metric, window in widest.items()}
        wanted = [key for plan in plans.values() if isinstance(plan, _Plan) for key in plan.everything()]
        values = await self._values(wanted, end)
        found = await asyncio.to_thread(lambda: [_measured(query, plans, values, end) for query in queries])
        remark = self._api.remark
        return [replace(each, delay=self.delay, note=f"{each.note} {remark}".strip()) for each in found]

    def _plan(self, metric: Metric, window: timedelta, end: datetime) -> "_Plan | str":
        """What must be read for an SLI, or why it cannot be."""
        parts: dict[str, ResourceMetric] = {}
        for asked in asked_of(metric):
            try:
                read = read_metric(asked.text)
            except QueryError as error:
                return f"The {asked.role} metric {error}."
            if not (read.resource or self._resource):
                return f"The {asked.role} metric names no resource, and neither does the data source."
            if isinstance(metric, RatioMetric) and not read.counts:
                return f"The {asked.role} metric is read as {read.aggregation}; events are counted by Total or Count."
            parts[asked.role] = replace(read, resource=read.resource or self._resource)
        return _Plan(parts, window, end, each_minute=isinstance(metric, ThresholdMetric))

    async def _values(
        self, keys: Sequence[tuple[Wanted, str]], end: datetime
    ) -> dict[tuple[Wanted, str], Series | Refused]:
        """The values asked for. What is over since an hour does not change, and is read once."""
        known = {key: self._kept[key].series() for key in keys if key in self._kept}
        wanted: dict[Wanted, list[str]] = {}
        for each, name in keys:
            if (each, name) not in known:
                wanted.setdefault(each, []).append(name)
        fresh = await self._reader.read(wanted)
        over = {
            key: _Kept.of(key[0].stretch, value)
            for key, value in fresh.items()
            if not isinstance(value, Refused) and key[0].stretch.whole and key[0].stretch.end <= end - SETTLED
        }
        used = {key: self._kept[key] for key in known if key in self._kept}
        self._kept = dict(list({**self._kept, **used, **over}.items())[-KEPT:])
        return {**known, **fresh}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A day's values in as little room as they need."""

    start: float
    grain: float
    values: "array[float]"

    @classmethod
    def of(cls, stretch: Stretch, values: Series) -> "_Kept":
        start, grain = stretch.start.timestamp(), stretch.grain.total_seconds()
        room = array("d", [math.nan]) * int((stretch.end - stretch.start) / stretch.grain)
        for at, value in values.items():
            place = int((at - start) // grain)
            if 0 <= place < len(room):
                room[place] = value
        return cls(start, grain, room)

    def series(self) -> Series:
        return {self.start + n * self.grain: value for n, value in enumerate(self.values) if not math.isnan(value)}


class _Plan:
    """An SLI's metrics by role, and the stretches over which each is read."""

    def __init__(
        self, parts: Mapping[str, ResourceMetric], window: timedelta, end: datetime, *, each_minute: bool
    ) -> None:
        self.parts = parts
        self.width = max(INTERVALS[part.interval] for part in parts.values())
        if each_minute:
            self._stretches = list(Stretch(_floored(end - window, self.width), end, self.width).days())
        else:
            self._stretches = [piece for tier in _tiers(end - window, end, self.width) for piece in tier.pieces()]

    def everything(self) -> Iterator[tuple[Wanted, str]]:
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


def _measured(
    query: SliQuery,
    plans: Mapping[Metric, "_Plan | str"],
    values: Mapping[tuple[Wanted, str], Series | Refused],
    end: datetime,
) -> Measurement:
    plan = plans[query.indicator.metric]
    if isinstance(plan, str):
        return Measurement(query, None, problem=plan, failed=True)
    try:
        return from_bins(query, _bins(query, plan, values), end)
    except Misshapen as error:
        return Measurement(query, None, problem=f"The metric {error}.", failed=True)


def _bins(query: SliQuery, plan: _Plan, values: Mapping[tuple[Wanted, str], Series | Refused]) -> Bins:
    """Good and total by interval. Raises `Misshapen`."""
    metric = query.indicator.metric
    if isinstance(metric, ThresholdMetric):
        found = plan.series("value", values)
        if query.slicing is not None:
            return threshold_bins(at_slice_ends(found, query.slicing.length), metric, query.slicing.length)
        return threshold_bins(found, metric, plan.width)
    role = "good" if metric.bad is None else "bad"
    part, total = plan.series(role, values), plan.series("total", values)
    return ratio_bins(part, total, plan.width, bad=metric.bad is not None)


def _floored(at: datetime, grain: timedelta) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // grain.total_seconds() * grain.total_seconds(), UTC)
