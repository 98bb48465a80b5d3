"""What a KQL query gave: one value, or one value for each bin of time; and words for whatever is neither."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.integrations.azure_monitor.api import Refused
from bot.integrations.azure_monitor.counting import Series


class Misshapen(Exception):
    """The query works and gives what no SLI can be read from; the message says what, as the end of a sentence."""


NUMBERS = frozenset({"int", "long", "real", "decimal"})
_BIN = re.compile(
    r"\b(?:bin|bin_at|floor)\s*\(\s*[\w.\['\"\]]+\s*,\s*(\d+(?:\.\d+)?)\s*(d|h|m|s|min|ms)\b", re.IGNORECASE
)
_UNITS = {
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "s": timedelta(seconds=1),
    "ms": timedelta(milliseconds=1),
}
_TIMES = ("timegenerated", "timestamp")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a result, its columns as (name, type), and what Azure says of a result that is not whole."""

    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Sequence[Any]]
    partial: str = ""

    @property
    def time(self) -> int | None:
        """The column that says when, where there is one."""
        times = [index for index, (_, kind) in enumerate(self.columns) if kind == "datetime"]
        named = [index for index in times if self.columns[index][0].lower() in _TIMES]
        return next(iter(named or times), None)


def table_of(body: Mapping[str, Any], partial: str) -> Table:
    """The primary table of an answer. Raises `Refused` where there is none."""
    try:
        tables = body["tables"]
        found = next((each for each in tables if each["name"] == "PrimaryResult"), tables[0])
        columns = tuple((str(each["name"]), str(each["type"]).lower()) for each in found["columns"])
        if any(len(row) != len(columns) for row in found["rows"]):
            raise ValueError("a row does not fit its columns")
    except (IndexError, KeyError, TypeError, ValueError):
        raise Refused("the answer holds no table as Azure writes it", "NoTable", 500) from None
    return Table(columns, found["rows"], partial)


def single(table: Table, role: str) -> float | None:
    """The one value of a query without bins; None where it has none. Raises `Misshapen`."""
    column = _column(table, role)
    if len(table.rows) > 1:
        others = [name for index, (name, _) in enumerate(table.columns) if index != column]
        per = f", one per {', '.join(others)}" if others else ""
        raise Misshapen(f"gives {len(table.rows)} rows{per}, and an SLI needs one: leave out the `by`")
    return _number(table, table.rows[0], column) if table.rows else None


def series(table: Table, role: str) -> Series:
    """The values by bin; a bin without a number is left out. Raises `Misshapen`."""
    column, time = _column(table, role), table.time
    if time is None:
        raise Misshapen("has no column that says when")
    found: dict[float, float] = {}
    for row in table.rows:
        value, when = _number(table, row, column), row[time]
        if when is None or value is None:
            continue
        at = _unix(when)
        if at in found:
            raise Misshapen(f"gives several rows for {when[:16]}, and an SLI needs one a bin: group by time alone")
        found[at] = value
    return found


def stated_width(query: str) -> timedelta | None:
    """How long the query says each bin is; None where it does not say."""
    match = _BIN.search(query)
    return float(match[1]) * _UNITS[match[2].lower()] if match else None


def bin_width(query: str, rows: Series) -> timedelta:
    """How long each bin is: as the query says, else the least distance between two."""
    stated = stated_width(query)
    if stated is not None:
        return stated
    times = sorted(rows)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return timedelta(seconds=min(gaps, default=60.0))


def _column(table: Table, role: str) -> int:
    """The column named like the role (good, bad, total, value), or the only number there is."""
    names = [name.lower() for name, _ in table.columns]
    if role in names:
        index = names.index(role)
        name, kind = table.columns[index]
        if kind not in NUMBERS:
            raise Misshapen(f"gives {name!r} as {kind}, and an SLI needs a number: convert it with {_cast(kind)}")
        return index
    numbers = [index for index, (_, kind) in enumerate(table.columns) if kind in NUMBERS]
    if len(numbers) == 1:
        return numbers[0]
    listed = ", ".join(f"{name} ({kind})" for name, kind in table.columns) or "no columns"
    raise Misshapen(f"gives {listed}: name one number {role!r}")


def _unix(when: object) -> float:
    """The Unix time of a cell. Raises `Misshapen`."""
    try:
        return datetime.fromisoformat(str(when)).timestamp()
    except ValueError:
        raise Misshapen(f"gives {str(when)[:40]!r} as the time of a bin, which is none") from None


def _cast(kind: str) -> str:
    """The conversion that makes a number of a type."""
    return {"bool": "toint( )", "timespan": "x / 1ms"}.get(kind, "toreal( )")


def _number(table: Table, row: Sequence[Any], column: int) -> float | None:
    """The number in a cell; None for null and NaN, which is what 0/0 gives."""
    value = row[column]
    try:
        number = None if value is None else float(value)
    except (TypeError, ValueError):
        raise Misshapen(f"gives {value!r} as {table.columns[column][0]!r}, which is no number") from None
    if number is not None and math.isinf(number):
        raise Misshapen("gives infinity, and an SLI needs a number")
    return None if number is None or math.isnan(number) else number
