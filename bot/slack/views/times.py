"""Times as Slack's date tokens: every reader sees their own zone, and the fallback names UTC."""

from datetime import datetime

from bot.domain.figures import date, utc


def clock(at: datetime, as_of: datetime) -> str:
    """A date token: the time today, with the date on any other day. Readers see their own zone."""
    if at.date() == as_of.date():
        return _token(at, "{time}", utc(at, as_of))
    return _token(at, "{date_short_pretty} {time}", utc(at, as_of))


def clock_seconds(at: datetime) -> str:
    """A date token to the second, for `as of` and for records."""
    return _token(at, "{time_secs}", f"{at:%H:%M:%S} UTC")


def date_and_clock(at: datetime) -> str:
    """A date token with the date, whatever day it is read."""
    return _token(at, "{date_short_pretty} {time}", f"{date(at)} {at:%H:%M} UTC")


def day(at: datetime) -> str:
    """A date token without the time."""
    return _token(at, "{date_short_pretty}", date(at))


def _token(at: datetime, form: str, words: str) -> str:
    return f"<!date^{int(at.timestamp())}^{form}|{words}>"
