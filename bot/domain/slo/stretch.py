"""Stretches of time as people ask for them: `2026-10`, `october`, `last-month`, `this-week`, `30d`. Pure."""

import re
from calendar import month_abbr, month_name
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"(\d{4})-w(\d{2})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATES = re.compile(r"\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}")
_LAST = re.compile(r"(?:last-)?(\d{1,4})(h|d|w)")
_UNITS = {"h": timedelta(hours=1), "d": _DAY, "w": timedelta(weeks=1)}
_LONGEST = timedelta(days=400)
EXAMPLES = "last-month, this-month, 2026-10, october, last-week, 30d"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `end`, UTC, and what people call it. `ends` is where it would end were it over already.

    `word` gives the same stretch again, whenever it is asked for.
    """

    start: datetime
    end: datetime
    title: str
    word: str
    ends: datetime

    @property
    def over(self) -> bool:
        return self.end >= self.ends


def stretch(word: str, now: datetime, zone: ZoneInfo = ZoneInfo("UTC")) -> Stretch | None:  # noqa: B008
    """What `word` means at `now`, in the days of `zone`; None where it means nothing, or has not begun."""
    word = word.casefold()
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    local = _named(word, today) or _dated(word, today)
    if local is not None:
        return _cut(*local, now, zone)
    found = _LAST.fullmatch(word)
    length = int(found[1]) * _UNITS[found[2]] if found else timedelta(0)
    if found is None or not timedelta(0) < length <= _LONGEST:
        return None
    return Stretch(now - length, now, f"the last {found[1]} {found[2]}", f"{found[1]}{found[2]}", now)


def month_before(now: datetime, zone: ZoneInfo) -> Stretch:
    """The last whole calendar month."""
    found = stretch("last-month", now, zone)
    if found is None:
        raise ValueError("there is always a month before")
    return found


def week_before(at: datetime, zone: ZoneInfo) -> Stretch:
    """The seven local days that end at the last midnight; the ISO week, where that one ends a Sunday."""
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    first = midnight - 7 * _DAY
    _, _, title, word = _week(first) if first.weekday() == 0 else _days(first, midnight)
    begins, ends = (each.replace(tzinfo=zone).astimezone(UTC) for each in (first, midnight))
    return Stretch(begins, ends, title, word, ends)


Local = tuple[datetime, datetime, str, str]
"""Beginning and end in local time, title, word."""


def _named(word: str, today: datetime) -> Local | None:
    monday = today - today.weekday() * _DAY
    first = today.replace(day=1)
    words: Mapping[str, Callable[[], Local]] = {
        "today": lambda: _day(today),
        "yesterday": lambda: _day(today - _DAY),
        "this-week": lambda: _week(monday),
        "last-week": lambda: _week(monday - 7 * _DAY),
        "this-month": lambda: _month(first),
        "last-month": lambda: _month((first - _DAY).replace(day=1)),
    }
    return words[word]() if word in words else None


def _dated(word: str, today: datetime) -> Local | None:
    month = _MONTH.fullmatch(word)
    if month is not None:
        return _month(today.replace(year=int(month[1]), month=int(month[2]), day=1))
    week = _WEEK.fullmatch(word)
    try:
        if week is not None:
            return _week(datetime.fromisocalendar(int(week[1]), int(week[2]), 1))
        if _DATES.fullmatch(word):
            first, _, last = word.partition("..")
            return _span(datetime.fromisoformat(first), datetime.fromisoformat(last) + _DAY)
        if _DATE.fullmatch(word):
            return _day(datetime.fromisoformat(word))
    except ValueError:
        return None
    names = [[name.casefold() for name in names] for names in (month_name, month_abbr)]
    number = next((each.index(word) for each in names if word and word in each), 0)
    if not number:
        return None
    year = today.year if number <= today.month else today.year - 1
    return _month(today.replace(year=year, month=number, day=1))


def _day(start: datetime) -> Local:
    return start, start + _DAY, f"{start.day} {start:%B %Y}", f"{start:%Y-%m-%d}"


def _week(monday: datetime) -> Local:
    year, week, _ = monday.isocalendar()
    return monday, monday + 7 * _DAY, f"week {week} of {year}", f"{year}-w{week:02}"


def _span(first: datetime, after: datetime) -> Local | None:
    return _days(first, after) if timedelta(0) < after - first <= _LONGEST else None


def _days(first: datetime, after: datetime) -> Local:
    last = after - _DAY
    return first, after, f"{first.day} {first:%b} to {last.day} {last:%b}", f"{first:%Y-%m-%d}..{last:%Y-%m-%d}"


def _month(first: datetime) -> Local:
    after = (first + 32 * _DAY).replace(day=1)
    return first, after, f"{first:%B %Y}", f"{first:%Y-%m}"


def _cut(start: datetime, end: datetime, title: str, word: str, now: datetime, zone: ZoneInfo) -> Stretch | None:
    begins, ends = (each.replace(tzinfo=zone).astimezone(UTC) for each in (start, end))
    if begins >= now:
        return None
    return Stretch(begins, min(ends, now), title, word, ends)
