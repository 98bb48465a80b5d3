"""When something that comes back every week or month was due last, at a local time. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


def weekly(now: datetime, weekday: int, at: time, zone: ZoneInfo) -> datetime:
    """The last such moment that is not after `now`; Monday is 0."""
    today = now.astimezone(zone).date()
    day = today - (today.weekday() - weekday) % 7 * _DAY
    due = _instant(datetime.combine(day, at), zone)
    return due if due <= now else _instant(datetime.combine(day - 7 * _DAY, at), zone)


def monthly(now: datetime, day: int, at: time, zone: ZoneInfo) -> datetime:
    """The last such moment that is not after `now`; `day` is one that every month has."""
    local = datetime.combine(now.astimezone(zone).date().replace(day=day), at)
    due = _instant(local, zone)
    if due <= now:
        return due
    before = local.replace(day=1) - _DAY
    return _instant(before.replace(day=day), zone)


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
