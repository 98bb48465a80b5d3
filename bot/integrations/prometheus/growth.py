"""How much counters grew between the edges of a grid: exact events, not an extrapolated increase.

Each edge takes the last sample before it, so the differences of adjoining buckets lose nothing and count nothing twice.
Where a counter was reset, or was not there at the edge before, the samples themselves are read.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.series import growth
from bot.domain.slo.selector import Matcher, Selector
from bot.integrations.prometheus.api import Line, PrometheusApi
from bot.integrations.prometheus.grouping import Group, GroupKey, milliseconds

LOOKBACK = timedelta(minutes=5)
"""How far before an edge its sample may lie: Prometheus' own lookback."""
REACH = timedelta(days=3)
"""A counter that was silent for longer begins anew, and what it counted meanwhile is not known."""
_RAW = timedelta(hours=2)
"""So much is read of raw samples in one request."""
_MOMENT = timedelta(milliseconds=1)
"""Ranges leave out what stands at their left edge, which older versions of Prometheus take in and newer ones do not."""

Labels = Mapping[str, str]
Identity = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """`count` buckets of `width` that follow each other from `start`. Bucket n ends at edge n + 1."""

    start: datetime
    width: timedelta
    count: int

    @property
    def end(self) -> datetime:
        return self.edge(self.count)

    def edge(self, number: int) -> datetime:
        return self.start + number * self.width

    def nearest(self, seconds: float) -> int:
        """The number of the edge at a Unix time that Prometheus gave back, rounded to its milliseconds."""
        return round((seconds - self.start.timestamp()) / self.width.total_seconds())

    def bucket(self, seconds: float) -> int:
        """The bucket (start, end] that holds a Unix time, in whole milliseconds as Prometheus counts them."""
        since = round((seconds - self.start.timestamp()) * 1000)
        return -(-since // (self.width // _MOMENT)) - 1


@dataclass(slots=True)
class Grown:
    """One series: how much it grew in each bucket (None: it was not there), and its value at each edge."""

    labels: Labels
    values: list[float | None]
    amounts: list[float | None]
    doubtful: set[int] = field(default_factory=set)


async def grown(api: PrometheusApi, group: Group, grid: Grid) -> list[Grown]:
    """Every series of the group over the grid. Raises `QueryRefused` and `Transient`."""
    reach = max(grid.width, LOOKBACK)
    values = f"last_over_time({group.selector().promql()}[{milliseconds(reach - _MOMENT)}])"
    found = [_read(line, grid) for line in await api.over_time(values, grid.start, grid.end, grid.width)]
    if not found:
        return []
    resets = f"resets({group.selector().promql()}[{milliseconds(grid.width + reach - _MOMENT)}]) > 0"
    was_reset = await api.over_time(resets, grid.edge(1), grid.end, grid.width)
    _suspect(found, was_reset, grid)
    before = await _values_before(api, group, [each for each in found if _appeared(each)], grid)
    for first, last in _runs(found, grid):
        doubted = [each for each in found if any(first <= n <= last for n in each.doubtful)]
        lines = {_identity(line.labels): line for line in await _samples(api, group, doubted, grid, first, last)}
        for each in doubted:
            line = lines.get(_identity(each.labels))
            _recount(each, line, grid, (first, last), before.get(_identity(each.labels)))
    return found


def _read(line: Line, grid: Grid) -> Grown:
    values: list[float | None] = [None] * (grid.count + 1)
    for when, value in line.points:
        number = grid.nearest(when)
        if 0 <= number <= grid.count:
            values[number] = value
    amounts = [None if before is None or now is None else now - before for before, now in pairwise(values)]
    return Grown(line.labels, values, amounts)


def _suspect(found: Sequence[Grown], was_reset: Iterable[Line], grid: Grid) -> None:
    """Mark the buckets whose growth two values cannot tell."""
    by_identity = {_identity(each.labels): each for each in found}
    for line in was_reset:
        series = by_identity.get(_identity(line.labels))
        if series is not None:
            series.doubtful |= {grid.nearest(when) - 1 for when, _ in line.points}
    for each in found:
        for number in range(grid.count):
            absent = each.values[number] is None
            if each.values[number + 1] is None:
                each.doubtful.discard(number)
            elif absent:
                each.doubtful.add(number)


def _appeared(series: Grown) -> bool:
    """Whether it was not there at the first edge, so that only a look further back tells where it stood."""
    return series.values[0] is None and any(value is not None for value in series.values)


async def _values_before(
    api: PrometheusApi, group: Group, appeared: Sequence[Grown], grid: Grid
) -> dict[Identity, float]:
    if not appeared:
        return {}
    selector = _narrowed(group, appeared)
    answer = await api.query(f"last_over_time({selector.promql()}[{milliseconds(REACH)}])", grid.start)
    return {_identity(row.labels): row.value for row in answer.rows}


def _runs(found: Sequence[Grown], grid: Grid) -> Iterator[tuple[int, int]]:
    """Stretches of adjoining buckets that must be read raw, none much longer than `_RAW`."""
    most = max(1, _RAW // grid.width)
    run: list[int] = []
    for number in sorted({number for each in found for number in each.doubtful}):
        if run and (number != run[-1] + 1 or len(run) == most):
            yield run[0], run[-1]
            run = []
        run.append(number)
    if run:
        yield run[0], run[-1]


async def _samples(
    api: PrometheusApi, group: Group, doubted: Sequence[Grown], grid: Grid, first: int, last: int
) -> list[Line]:
    length = (last - first + 1) * grid.width - _MOMENT
    return await api.samples(f"{_narrowed(group, doubted).promql()}[{milliseconds(length)}]", grid.edge(last + 1))


def _recount(series: Grown, line: Line | None, grid: Grid, run: tuple[int, int], before: float | None) -> None:
    """The growth in the doubtful buckets of a run, sample by sample; a counter's first value of all is no growth."""
    samples: dict[int, list[float]] = {}
    for when, value in line.points if line else ():
        samples.setdefault(grid.bucket(when), []).append(value)
    for number in range(run[0], run[1] + 1):
        if number not in series.doubtful:
            continue
        standing = _standing(series, number, before)
        amount = 0.0
        for value in samples.get(number, []):
            amount += growth(standing, value, born=False) or 0.0
            standing = value
        series.amounts[number] = amount


def _standing(series: Grown, number: int, before: float | None) -> float | None:
    """The last value known at the start of bucket `number`."""
    known = (value for value in reversed(series.values[: number + 1]) if value is not None)
    return next(known, before)


def _narrowed(group: Group, series: Sequence[Grown]) -> Selector:
    """A selector of these series of the group, and of as few others as can be said."""
    if group.key.alone is not None:
        return group.key.alone
    exact = [
        Selector(group.key.metric, tuple(Matcher(label, "=", value) for label, value in sorted(_identity(each.labels))))
        for each in series
    ]
    labels = frozenset(label for each in exact for label in each.labels)
    return Group(GroupKey(group.key.metric, group.key.function, labels), exact).selector()


def _identity(labels: Labels) -> Identity:
    return frozenset((label, value) for label, value in labels.items() if label != "__name__")
