"""A time as people type it: `02:10`, `10 min ago`, `now`, or written out; UTC unless it names another zone."""

import re
from datetime import UTC, datetime, timedelta

_CLOCK = re.compile(r"(?P<hour>[01]?[0-9]|2[0-3])[:.](?P<minute>[0-5][0-9])(?: ?utc)?", re.IGNORECASE)
_AGO = re.compile(
    r"(?P<count>[0-9]{1,4}) ?(?P<unit>s|sec|seconds?|m|mins?|minutes?|h|hours?|d|days?)(?: ago)?", re.IGNORECASE
)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def understood(text: str, now: datetime) -> datetime | None:
    """The instant meant, or None where it cannot be told. A clock time is the last such time before `now`."""
    words = " ".join(text.split()).casefold()
    if words in ("", "now"):
        return now
    clock = _CLOCK.fullmatch(words)
    if clock is not None:
        at = now.replace(hour=int(clock["hour"]), minute=int(clock["minute"]), second=0, microsecond=0)
        return at if at <= now else at - timedelta(days=1)
    ago = _AGO.fullmatch(words)
    if ago is not None:
        return now - timedelta(**{_UNITS[ago["unit"][0]]: int(ago["count"])})
    return None


def instant(text: str, now: datetime) -> datetime | None:
    """As `understood`, and also RFC 3339, a bare date (its beginning) and Unix seconds; None where it is none of them.

    What names no zone is UTC.
    """
    short = understood(text, now)
    if short is not None:
        return short
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
