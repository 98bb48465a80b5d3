"""Where an SLO's window begins and ends, and how durations are written."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.slo.definition import CalendarWindow, TimeWindow

_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))
_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_DAYS = {"d": 1, "w": 7}


def bounds(window: TimeWindow, at: datetime) -> tuple[datetime, datetime]:
    """The window's start and end, UTC: for a rolling one the end is `at`, for a calendar one its next boundary."""
    if not isinstance(window, CalendarWindow):
        return at - window.length, at
    zone = ZoneInfo(window.time_zone)
    local = at.astimezone(zone).replace(tzinfo=None)
    index = _estimate(window, local)
    while _boundary(window, index, zone) > at:
        index -= 1
    while _boundary(window, index + 1, zone) <= at:
        index += 1
    return _boundary(window, index, zone), _boundary(window, index + 1, zone)


def length(window: TimeWindow, at: datetime) -> timedelta:
    """The whole window's length: 30 d of a rolling one; 28 to 31 d of the calendar month that holds `at`."""
    start, end = bounds(window, at)
    return end - start


def short(duration: timedelta) -> str:
    """The largest unit that divides it evenly: `30d`, `90m`, `10s`."""
    for letter, unit in _UNITS:
        if duration >= unit and duration % unit == timedelta(0):
            return f"{duration // unit}{letter}"
    return f"{duration.total_seconds():g}s"


def name(window: TimeWindow) -> str:
    """The window as OpenSLO writes it: `30d`; a calendar one by its unit, `1M`."""
    return f"{window.count}{window.unit}" if isinstance(window, CalendarWindow) else short(window.length)


def words(duration: timedelta) -> str:
    """About how long, for a sentence: `2 h`, `40 min`, `12 d`; one unit, rounded down so that it never overstates."""
    for unit, letter in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if duration.total_seconds() >= 2 * unit or (unit < 86_400 and duration.total_seconds() >= unit):
            return f"{int(duration.total_seconds() // unit)}\u00a0{letter}"
    return f"{int(duration.total_seconds())}\u00a0s"


def _estimate(window: CalendarWindow, local: datetime) -> int:
    """The period number that holds `local`, at most one off."""
    if window.unit in _MONTHS:
        months = (local.year - window.start.year) * 12 + local.month - window.start.month
        return months // (_MONTHS[window.unit] * window.count)
    return (local - window.start.replace(tzinfo=None)).days // (_DAYS[window.unit] * window.count)


def _boundary(window: CalendarWindow, index: int, zone: ZoneInfo) -> datetime:
    """The start of period `index`, counted from the window's own start, at the same local time of day.

    A start on the 31st falls on the last day of shorter months.
    """
    start = window.start.replace(tzinfo=None)
    if window.unit in _DAYS:
        local = start + timedelta(days=_DAYS[window.unit] * window.count * index)
    else:
        months = start.month - 1 + _MONTHS[window.unit] * window.count * index
        year, month = start.year + months // 12, months % 12 + 1
        local = start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))
    return local.replace(tzinfo=zone).astimezone(UTC)
