"""Numbers, durations and times as people read them, in every place that shows any; units follow a no-break space."""

from datetime import date as Date
from datetime import datetime, timedelta
from math import floor

from bot.domain.facts.reading import Unit

NBSP = "\u00a0"

_DAY, _HOUR, _MINUTE = 86400, 3600, 60


def percent(ratio: float) -> str:
    """A rate: whole from 10 %, one decimal below, two significant digits under 0.1 %."""
    value = ratio * 100
    size = abs(value)
    if 99.5 <= size < 100:
        text = f"{floor(value * 10) / 10:.1f}"
    elif size >= 9.95:
        text = f"{value:.0f}"
    elif size >= 0.095:
        text = f"{value:.1f}".removesuffix(".0")
    else:
        text = f"{value:.2g}" if size >= 0.0001 else "0"
    return f"{text}{NBSP}%"


def share(left: float) -> str:
    """A share of a budget, whole and never rounded up."""
    if 0 < left < 0.01:
        return f"under 1{NBSP}%"
    return f"{floor(left * 100 + 1e-9)}{NBSP}%"


def target(ratio: float) -> str:
    """A target with exactly the digits it was given."""
    return f"{_shortest(ratio)}{NBSP}%"


def sli(ratio: float, aim: float) -> str:
    """An SLI with one digit more than its target, rounded down: it never looks better than it is."""
    digits = len(_shortest(aim).partition(".")[2]) + 1
    scale = 10**digits
    return f"{floor(ratio * 100 * scale + 1e-9) / scale:.{digits}f}{NBSP}%"


def _shortest(ratio: float) -> str:
    return f"{ratio * 100:.6f}".rstrip("0").rstrip(".")


def multiple(rate: float) -> str:
    """A burn rate: `310×`, `3.0×`, `0×`."""
    if rate < 0.05:
        return "0×"
    return f"{rate:,.0f}×" if rate >= 9.95 else f"{rate:.1f}×"


def count(number: int) -> str:
    """`1,284`."""
    return f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 alert`, `12 alerts`."""
    return f"{count(number)}{NBSP}{one if number == 1 else many or one + 's'}"


_LEAST_MINUTES = 0.05


def minutes(value: float) -> str:
    """Minutes of budget: one decimal below 100; a little more than nothing is not told as nothing."""
    if 0 < value < _LEAST_MINUTES:
        return f"under 0.1{NBSP}min"
    return f"{_minutes(value, value)}{NBSP}min"


def minutes_of(left: float, total: float) -> str:
    """`34.0 of 43.2 min`, both with the decimals that suit the total."""
    return f"{_minutes(left, total)} of {_minutes(total, total)}{NBSP}min"


def overspent(left: float, total: float) -> str:
    """`31 min of 432`, for a budget with less than nothing left."""
    return f"{_minutes(-left, total)}{NBSP}min of {_minutes(total, total)}"


def _minutes(value: float, by: float) -> str:
    return f"{value:.1f}" if abs(by) < 99.95 else f"{value:,.0f}"


def value(number: float, unit: Unit) -> str:
    """A measured number with its unit."""
    if unit is Unit.RATIO:
        return percent(number)
    if unit is Unit.COUNT:
        return f"{number:,.0f}"
    return f"{number * 1000:,.0f}{NBSP}ms" if abs(number) < 1 else f"{number:,.1f}{NBSP}s"


def from_to(before: float, after: float, unit: Unit) -> str:
    """`31 % → 0.2 %`."""
    return f"{value(before, unit)} → {value(after, unit)}"


def difference(low: float, high: float, unit: Unit) -> str:
    """The bounds of a difference, smaller size first; for rates in percentage points."""
    near, far = sorted((low, high), key=abs)
    if low < 0 < high:
        return f"{_signed(low, unit)} and {_signed(high, unit)}{_points(unit)}"
    return f"{_size(near, unit)} and {_size(far, unit)}{_points(unit)}"


def _size(number: float, unit: Unit) -> str:
    text = value(abs(number), unit)
    return text.removesuffix(f"{NBSP}%") if unit is Unit.RATIO else text


def _signed(number: float, unit: Unit) -> str:
    return f"{'−' if number < 0 else '+'}{_size(number, unit)}"


def _points(unit: Unit) -> str:
    return " percentage points" if unit is Unit.RATIO else ""


def duration(span: timedelta) -> str:
    """How long something took: `52 s`, `1 min 52 s`, `14 min`, `2 h 5 min`, `3 d 4 h`."""
    seconds = max(0, round(span.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds}{NBSP}s"
    if seconds < 5 * _MINUTE:
        return _two(seconds, _MINUTE, "min", 1, "s")
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}{NBSP}min"
    if seconds < _DAY:
        return _two(seconds, _HOUR, "h", _MINUTE, "min")
    return _two(seconds, _DAY, "d", _HOUR, "h")


def _two(seconds: int, size: int, name: str, rest_size: int, rest_name: str) -> str:
    rest = seconds % size // rest_size
    text = f"{seconds // size}{NBSP}{name}"
    return f"{text} {rest}{NBSP}{rest_name}" if rest else text


def window(span: timedelta) -> str:
    """A window in its largest whole unit: `30 d`, `1 h`, `5 min`, `90 s`."""
    seconds = round(span.total_seconds())
    for size, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size}{NBSP}{name}"
    return f"{seconds}{NBSP}s"


def utc(at: datetime, as_of: datetime) -> str:
    """A time in plain words: with the date where it is another day than `as_of`."""
    return f"{at:%H:%M} UTC" if at.date() == as_of.date() else f"{date(at)} {at:%H:%M} UTC"


def date(at: datetime) -> str:
    """`3 Nov`."""
    return f"{at.day} {at:%b}"


def date_of(day: Date) -> str:
    """`3 Nov`, of a day that is no instant."""
    return f"{day.day} {day:%b}"


def ordinal(number: int) -> str:
    """`2nd`."""
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def listed(names: list[str], most: int = 5) -> str:
    """`a, b and c`, or the first few and how many more."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {count(len(names) - most)} more"
    return names[0] if len(names) == 1 else " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
