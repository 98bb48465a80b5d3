"""Whether a whole window holds data, told by counting the samples of one series: far cheaper than looking for gaps.

Samples come at an interval that their own times tell, so a series that has as many of them as fit between its first and
its last has no gap. A series that was replaced meanwhile, or whose interval has changed, does not pass, and is looked
at in detail.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.slo.selector import Matcher, Selector
from bot.integrations.prometheus.api import Answer, PrometheusApi, Row
from bot.integrations.prometheus.asking import ask_all
from bot.integrations.prometheus.grouping import Group, GroupKey, Table, grouped, milliseconds

_RECENT = timedelta(minutes=30)
_LOOKBACK = timedelta(minutes=5)
"""Gaps no longer than this cannot be seen otherwise either."""
_MOMENT = timedelta(milliseconds=1)
_PARTS = ("samples", "recent", "last", "before", "first")


@dataclass(frozen=True, slots=True)
class Lively:
    """A series, by the labels that were looked at, that stands for an SLI over `window`."""

    selector: Selector
    window: timedelta


def lively(metric: str, rows: Iterable[Row], window: timedelta) -> Lively | None:
    """The one of `rows` that counted most; None where there is none."""
    row = max(rows, key=lambda each: each.value, default=None)
    if row is None:
        return None
    named = sorted((label, value) for label, value in row.labels.items() if value)
    return Lively(Selector(metric, tuple(Matcher(label, "=", value) for label, value in named)), window)


async def without_gap(api: PrometheusApi, asked: Sequence[Lively], at: datetime) -> set[Lively]:
    """Those that have a sample at each interval of their window. Raises `Transient`."""
    windows = {each.window for each in asked}
    found: set[Lively] = set()
    for window in windows:
        wanted = [each for each in asked if each.window == window]
        keys = {each: GroupKey(each.selector.name, "count", each.selector.labels) for each in wanted}
        groups = grouped((keys[each], each.selector) for each in wanted)
        names = {key: f"c{number}" for number, key in enumerate(groups)}
        expressions = {f"{names[key]}_{part}": text for key in groups for part, text in _parts(groups[key], window)}
        outcomes = await ask_all(api, expressions, at)
        tables = {
            name: Table(groups[key], outcome.rows)
            for key in groups
            for name in (f"{names[key]}_{part}" for part in _PARTS)
            if isinstance(outcome := outcomes[name], Answer)
        }
        found |= {each for each in wanted if _whole(tables, names[keys[each]], each.selector)}
    return found


def _parts(group: Group, window: timedelta) -> list[tuple[str, str]]:
    selector = group.selector().promql()
    asked = (
        f"count_over_time({selector}[{milliseconds(window - _MOMENT)}])",
        f"count_over_time({selector}[{milliseconds(_RECENT - _MOMENT)}])",
        f"timestamp({selector})",
        f"timestamp({selector} offset {milliseconds(_RECENT)})",
        f"timestamp({selector} offset {milliseconds(window)})",
    )
    return [(part, f"max by ({group.by}) ({text})") for part, text in zip(_PARTS, asked, strict=True)]


def _whole(tables: Mapping[str, Table], name: str, selector: Selector) -> bool:
    """As many samples as fit: each part counts the steps from the sample at its start to the last one."""
    values = [_only(tables.get(f"{name}_{part}"), selector) for part in _PARTS]
    if any(value is None for value in values):
        return False
    samples, recent, last, before, first = (value or 0.0 for value in values)
    if recent <= 0 or last <= before:
        return False
    interval = (last - before) / recent
    return abs((last - first) / interval - samples) <= _LOOKBACK.total_seconds() / interval


def _only(table: Table | None, selector: Selector) -> float | None:
    rows = table.rows(selector) if table is not None else []
    return rows[0].value if len(rows) == 1 else None
