"""Azure's metrics of resources as a source of SLIs: events counted by minute and hour, or minutes that keep a limit.

Counts are read by the minute for a day, by five minutes for five and by the hour before that: three requests a metric.
A limit must be looked at each minute, a day in each request; days that are over are kept.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.slo import Measurement, RatioMetric, SliQuery, ThresholdMetric
from bot.domain.slo.ledger import Account, Tally
from bot.domain.slo.resource_metric import ResourceMetric, read_metric
from bot.domain.slo.selector import QueryError
from bot.integrations.azure_monitor.api import AzureApi, Refused
from bot.integrations.azure_monitor.counting import Bins, Series, at_slice_ends, ratio_bins, threshold_bins
from bot.integrations.azure_monitor.history import account, grain_of
from bot.integrations.azure_monitor.outcomes import Metric, asked_of, from_bins
from bot.integrations.azure_monitor.plan import Kept, Plan
from bot.integrations.azure_monitor.reading import API_VERSION, MetricsReader, Wanted
from bot.integrations.azure_monitor.tables import Misshapen
from bot.integrations.breaker import Breaker

DELAY = timedelta(minutes=5)
"""How long Azure takes to have a minute's values: about three minutes, some resources five."""
SETTLED = timedelta(hours=1)
"""What is over for so long does not change any more."""
KEPT = 1000
"""Days that are kept: a month of thirty limits in 12 MB."""
MINUTE = timedelta(minutes=1)
RETENTION = timedelta(days=92)
"""Azure keeps metrics for 93 days, and refuses whoever asks for more."""
Counted = tuple[Metric, bool]
"""An SLI's metric, and whether each minute of it must be looked at: for a limit, and for time slices."""


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
        self._kept: dict[tuple[Wanted, str], Kept] = {}

    async def close(self) -> None:
        await self._api.close()

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        """One measurement per query, in order, up to the last whole minute before `at`.

        Raises `Transient` where Azure does not answer at all.
        """
        end = datetime.fromtimestamp(at.timestamp() // 60 * 60, UTC)
        return await self.breaker.call(lambda: self._measure(queries, end))

    async def _measure(self, queries: Sequence[SliQuery], end: datetime) -> list[Measurement]:
        widest: dict[Counted, timedelta] = {}
        for query in queries:
            counted = _counted(query)
            widest[counted] = max(query.window, widest.get(counted, query.window))
        plans = {counted: self._plan(counted, window, end) for counted, window in widest.items()}
        wanted = [key for plan in plans.values() if isinstance(plan, Plan) for key in plan.everything()]
        values = await self._values(wanted, end)
        found = await asyncio.to_thread(lambda: [_measured(query, plans, values, end) for query in queries])
        remark = self._api.remark
        return [replace(each, delay=self.delay, note=f"{each.note} {remark}".strip()) for each in found]

    def asked(self, query: SliQuery) -> Mapping[str, str]:
        """The metrics by part, with the resource that is meant where the SLI names none."""
        texts = {each.role: each.text for each in asked_of(query.indicator.metric)}
        return {role: text if text.startswith("/") else f"{self._resource}{text}" for role, text in texts.items()}

    def grain(self, tally: Tally) -> timedelta | None:
        """The shortest bucket of its record; None for metrics that cannot be read."""
        plan = self._plan((tally.indicator.metric, False), MINUTE, datetime.fromtimestamp(0, UTC))
        return None if isinstance(plan, str) else grain_of(tally, plan.width)

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        """For each tally its buckets of `width`; what Azure no longer keeps is unknown. Raises `Transient`."""
        return await self.breaker.call(lambda: self._history(tallies, start, end, width))

    async def _history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> list[Account]:
        since = max(start, self._api.now() - RETENTION)
        queries = [SliQuery(tally.indicator, end - start, tally.slicing) for tally in tallies]
        plans = [self._plan(_counted(query), end - since, end, coarsest=width) for query in queries]
        kept = since < end
        keys = [key for plan in plans if isinstance(plan, Plan) and kept for key in plan.everything()]
        values = await self._values(keys, end)

        def counted(tally: Tally, query: SliQuery, plan: Plan | str) -> Account:
            if isinstance(plan, str):
                return Account((), plan)
            try:
                bins = _bins(query, plan, values) if kept else Bins.of({}, width)
            except Misshapen as error:
                return Account((), f"The metric {error}.")
            return account(tally, bins, start, end, width)

        all_three = list(zip(tallies, queries, plans, strict=True))
        return await asyncio.to_thread(lambda: [counted(*each) for each in all_three])

    def _plan(
        self, counted: Counted, window: timedelta, end: datetime, coarsest: timedelta | None = None
    ) -> Plan | str:
        """What must be read for an SLI, or why it cannot be; counts may be read as coarsely as `coarsest`."""
        metric, each_minute = counted
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
        return Plan(parts, end - window, end, coarsest, each_minute=each_minute)

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
            key: Kept.of(key[0].stretch, value)
            for key, value in fresh.items()
            if not isinstance(value, Refused) and key[0].stretch.whole and key[0].stretch.end <= end - SETTLED
        }
        used = {key: self._kept[key] for key in known if key in self._kept}
        self._kept = dict(list({**self._kept, **used, **over}.items())[-KEPT:])
        return {**known, **fresh}


def _counted(query: SliQuery) -> Counted:
    metric = query.indicator.metric
    return metric, isinstance(metric, ThresholdMetric) or query.slicing is not None


def _measured(
    query: SliQuery,
    plans: Mapping[Counted, Plan | str],
    values: Mapping[tuple[Wanted, str], Series | Refused],
    end: datetime,
) -> Measurement:
    plan = plans[_counted(query)]
    if isinstance(plan, str):
        return Measurement(query, None, problem=plan, failed=True)
    try:
        return from_bins(query, _bins(query, plan, values), end)
    except Misshapen as error:
        return Measurement(query, None, problem=f"The metric {error}.", failed=True)


def _bins(query: SliQuery, plan: Plan, values: Mapping[tuple[Wanted, str], Series | Refused]) -> Bins:
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
