"""What was counted in each of many buckets: counters by their exact growth, expressions evaluated once per bucket."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.slo import Counts, SliQuery
from bot.domain.slo.ledger import GRAINS, Account, Bucket, Tally, unknown
from bot.domain.slo.selector import QueryError, Selector, Sum
from bot.integrations.prometheus.api import Line, PrometheusApi, QueryRefused
from bot.integrations.prometheus.asking import ask_all_over_time
from bot.integrations.prometheus.compiling import AS_WRITTEN, MOMENT, compiled
from bot.integrations.prometheus.grouping import (
    INCREASE,
    Group,
    GroupKey,
    Lookup,
    grouped,
    key_of,
    milliseconds,
)
from bot.integrations.prometheus.growth import Grid, Grown, grown
from bot.integrations.prometheus.plans import Counted, Written

_NARROW = timedelta(minutes=10)
"""In a wider bucket it is looked several times whether there is data."""
_LOOK = timedelta(minutes=5)
_MOMENT = timedelta(milliseconds=1)

Plan = Counted | Written | QueryError
Amounts = list[float | None]


def grain(tally: Tally) -> timedelta | None:
    """The shortest bucket that holds whole slices (or moments); None for an expression, and for a wrong query."""
    plan = _plan(tally, GRAINS[0])
    if isinstance(plan, QueryError) or (isinstance(plan, Written) and plan.note == AS_WRITTEN):
        return None
    if isinstance(plan, Counted):
        return GRAINS[0]
    length = tally.slicing.length if tally.slicing is not None else MOMENT
    return next((each for each in GRAINS if each % length == timedelta(0)), None)


async def history(api: PrometheusApi, tallies: Sequence[Tally], grid: Grid) -> list[Account]:
    """One account per tally. Raises `Transient` where Prometheus does not answer at all."""
    work = _Work([_plan(tally, grid.width) for tally in tallies], grid)
    await work.ask(api)
    return [work.account(number) for number in range(len(tallies))]


@dataclass(frozen=True, slots=True)
class _Over:
    """One series as amounts per bucket."""

    labels: Mapping[str, str]
    amounts: Amounts


class _Work:
    """One batch of tallies over one grid: what is asked, and what came back."""

    def __init__(self, plans: Sequence[Plan], grid: Grid) -> None:
        self._plans = plans
        self._grid = grid
        self._keys = [_keys(plan) for plan in plans]
        self._groups = grouped((key, selector) for keys in self._keys for selector, key in keys.items())
        self._series: dict[GroupKey, Lookup[_Over] | QueryRefused] = {}
        self._looks: dict[GroupKey, Lookup[_Over] | QueryRefused] = {}
        self._written: dict[str, list[Line] | QueryRefused] = {}

    async def ask(self, api: PrometheusApi) -> None:
        for key, group in self._groups.items():
            if key.function == INCREASE:
                self._series[key] = await self._grown(api, group)
        sums = {key: group for key, group in self._groups.items() if key.function != INCREASE}
        self._series |= await self._ask_groups(api, {key: self._sum(group) for key, group in sums.items()})
        if self._grid.width > _NARROW:
            present = {key: group.present(self._grid.width - _MOMENT, _LOOK) for key, group in self._groups.items()}
            self._looks = await self._ask_groups(api, present)
        asked = dict(_expressions(self._plans, self._grid.width))
        self._written = await self._over_time(api, asked)

    def account(self, number: int) -> Account:
        plan = self._plans[number]
        if isinstance(plan, QueryError):
            return Account((), str(plan))
        if isinstance(plan, Written):
            return self._of_expressions(number, plan)
        refused = next((each for key in self._keys[number].values() if isinstance(each := self._of(key), str)), "")
        return Account((), refused) if refused else self._of_counters(number, plan)

    def _of_counters(self, number: int, plan: Counted) -> Account:
        part = plan.good or plan.bad
        total = self._added(number, plan.total)
        some = self._added(number, part) if part is not None else None
        if some is None and total is not None and _latency(plan.good):
            total = None  # the bucket that is asked for is not there: good is not zero but unknown
        if total is None:
            return self._account([None] * self._grid.count, [None] * self._grid.count)
        some = some or [0.0] * self._grid.count
        good = [
            None if whole is None else (each or 0.0) if plan.bad is None else whole - (each or 0.0)
            for each, whole in zip(some, total, strict=True)
        ]
        return self._account(good, total, self._share_covered(number, plan.total))

    def _of_expressions(self, number: int, plan: Written) -> Account:
        found: dict[str, Amounts] = {}
        for what in ("part", "total", "present"):
            lines = self._written[f"{what}{number}"]
            if isinstance(lines, QueryRefused):
                return Account((), f"The {what} query cannot be evaluated: {lines}")
            if len(lines) > 1 and what != "present":
                return Account((), f"The {what} query gives {len(lines)} values, and an SLI needs one.")
            found[what] = _most(lines, self._grid)
        total = [None if value is None else value * plan.scale for value in found["total"]]
        part = [(value or 0.0) * plan.scale for value in found["part"]]
        good = [
            None if whole is None else whole - each if plan.bad else each
            for each, whole in zip(part, total, strict=True)
        ]
        looks = _looks(self._grid)
        return self._account(good, total, [None if each is None else each / looks for each in found["present"]])

    def _account(self, good: Amounts, total: Amounts, covered: Amounts | None = None) -> Account:
        """`covered` is the share of each bucket that holds data; without it, all of what has a total."""
        return Account(tuple(self._buckets(good, total, covered)))

    def _buckets(self, good: Amounts, total: Amounts, covered: Amounts | None) -> Iterator[Bucket]:
        for n in range(self._grid.count):
            start, end = self._grid.edge(n), self._grid.edge(n + 1)
            some, whole = good[n], total[n]
            share = 1.0 if covered is None else covered[n]
            if whole is None or (share is None and not whole):
                yield unknown(start, end)
                continue
            counts = Counts(max(0.0, some or 0.0), max(0.0, whole))
            yield Bucket(start, end, counts, self._grid.width * min(1.0, share or 0.0))

    def _share_covered(self, number: int, total: Sum) -> Amounts | None:
        """Of each bucket, by the series that was there most; None where one look per bucket is enough."""
        if self._grid.width <= _NARROW:
            return None
        lines = [each for _, selector in total.terms for each in self._matching(self._looks, number, selector)]
        looks = _looks(self._grid)
        most = _highest([each.amounts for each in lines], self._grid.count)
        return [None if each is None else each / looks for each in most]

    def _added(self, number: int, query: Sum) -> Amounts | None:
        """The query's terms added up, None in a bucket without any series, and as a whole where there never is one."""
        found: Amounts = [None] * self._grid.count
        any_series = False
        for sign, selector in query.terms:
            for series in self._matching(self._series, number, selector):
                any_series = True
                for n, amount in enumerate(series.amounts):
                    if amount is not None:
                        found[n] = (found[n] or 0.0) + sign * amount
        return found if any_series else None

    def _matching(
        self, tables: Mapping[GroupKey, Lookup[_Over] | QueryRefused], number: int, selector: Selector
    ) -> list[_Over]:
        table = tables[self._keys[number][selector]]
        return [] if isinstance(table, QueryRefused) else table.rows(selector)

    def _of(self, key: GroupKey) -> str | None:
        table = self._series[key]
        return f"The counters cannot be read: {table}" if isinstance(table, QueryRefused) else None

    async def _grown(self, api: PrometheusApi, group: Group) -> Lookup[_Over] | QueryRefused:
        try:
            found = await grown(api, group, self._grid)
        except QueryRefused as refusal:
            return refusal
        return Lookup(group, [_Over(each.labels, _present(each)) for each in found])

    async def _ask_groups(
        self, api: PrometheusApi, expressions: Mapping[GroupKey, str]
    ) -> dict[GroupKey, Lookup[_Over] | QueryRefused]:
        names = {key: f"g{number}" for number, key in enumerate(expressions)}
        answers = await self._over_time(api, {names[key]: text for key, text in expressions.items()})
        return {key: self._lookup(self._groups[key], answers[name]) for key, name in names.items()}

    def _lookup(self, group: Group, lines: list[Line] | QueryRefused) -> Lookup[_Over] | QueryRefused:
        if isinstance(lines, QueryRefused):
            return lines
        return Lookup(group, [_Over(line.labels, _amounts(line, self._grid)) for line in lines])

    async def _over_time(
        self, api: PrometheusApi, expressions: Mapping[str, str]
    ) -> dict[str, list[Line] | QueryRefused]:
        return await ask_all_over_time(api, expressions, self._grid.edge(1), self._grid.end, self._grid.width)

    def _sum(self, group: Group) -> str:
        return group.sums(self._grid.width - _MOMENT)


def _plan(tally: Tally, width: timedelta) -> Plan:
    try:
        return compiled(SliQuery(tally.indicator, width, tally.slicing), least=False)
    except QueryError as error:
        return error


def _keys(plan: Plan) -> dict[Selector, GroupKey]:
    if not isinstance(plan, Counted):
        return {}
    return {selector: key_of(selector, plan.function, plan.selectors) for selector in plan.selectors}


def _expressions(plans: Sequence[Plan], width: timedelta) -> Iterator[tuple[str, str]]:
    for number, plan in enumerate(plans):
        if not isinstance(plan, Written):
            continue
        present = plan.present
        if width > _NARROW:
            present = f"count_over_time(({present})[{milliseconds(width - _MOMENT)}:{milliseconds(_LOOK)}])"
        yield f"part{number}", plan.part
        yield f"total{number}", plan.total
        yield f"present{number}", present if width > _NARROW else f"(({present}) * 0 + 1)"


def _present(series: Grown) -> Amounts:
    """Growth per bucket: None before the series was there and after it had gone."""
    return [
        None if value is None else (amount or 0.0)
        for value, amount in zip(series.values[1:], series.amounts, strict=True)
    ]


def _amounts(line: Line, grid: Grid) -> Amounts:
    """The value at the end of each bucket."""
    found: Amounts = [None] * grid.count
    for when, value in line.points:
        number = grid.nearest(when) - 1
        if 0 <= number < grid.count:
            found[number] = value
    return found


def _most(lines: Sequence[Line], grid: Grid) -> Amounts:
    return _highest([_amounts(line, grid) for line in lines], grid.count)


def _highest(all_amounts: Sequence[Amounts], count: int) -> Amounts:
    known = [[amounts[n] for amounts in all_amounts if amounts[n] is not None] for n in range(count)]
    return [max((each for each in values if each is not None), default=None) for values in known]


def _looks(grid: Grid) -> float:
    """How often it is looked within one bucket."""
    return max(1.0, grid.width // _LOOK) if grid.width > _NARROW else 1.0


def _latency(good: Sum | None) -> bool:
    return good is not None and any("le" in selector.labels for _, selector in good.terms)
