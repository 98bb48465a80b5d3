"""What is usual for this hour of the week, from an SLO's own history, and where a week like the last ones would lead.

Traffic and errors have a week's season, so the present is compared with the same hour of earlier weeks: by median and
median absolute deviation, which one bad week among them does not move (Iglewicz and Hoaglin, How to Detect and Handle
Outliers, 1993, whose bound of 3.5 is used too). It is worth a sentence beside the figures, never a page.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice, takewhile
from math import sqrt
from statistics import median

from bot.domain.slo.budget import left
from bot.domain.slo.definition import CalendarWindow
from bot.domain.slo.ledger import Bucket
from bot.domain.slo.measurement import Counts
from bot.domain.slo.status import SloStatus
from bot.domain.slo.windows import bounds

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
LEAST_WEEKS, MOST_WEEKS = 3, 8
"""Two earlier weeks cannot say which of them was the odd one; more than eight are another season."""
OUTLYING = 3.5
_NORMAL = 1.4826
"""Times the median absolute deviation is the standard deviation, where values are normally distributed."""
_WHOLE = 0.9
"""The share of a stretch that must hold data for it to be one of the earlier weeks."""
_LEAST_EVENTS = 20
"""Fewer, now and usually, are no traffic to judge by."""
_MATTERS = 0.2
"""A difference of less than this share of what is usual is no news, however steady the weeks before were."""


class Measure(StrEnum):
    """What of an hour is compared."""

    ERRORS = "errors"
    TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class Unusual:
    """The last hour stands out: `now` and what is `usual`, a share of bad events, or events an hour."""

    measure: Measure
    now: float
    usual: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The share of the budget left at `at`, were the time until then like that of each of the last weeks."""

    at: datetime
    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the last `weeks` say; with fewer than `LEAST_WEEKS` of them there is not enough history to say anything."""

    weeks: int
    unusual: tuple[Unusual, ...] = ()
    forecast: Forecast | None = None

    @property
    def enough(self) -> bool:
        return self.weeks >= LEAST_WEEKS


def outlook(status: SloStatus, hourly: Sequence[Bucket]) -> Outlook:
    """What `hourly`, the buckets of up to `MOST_WEEKS` weeks before `status`, says of it."""
    at = status.as_of
    before = _earlier(hourly, at - HOUR, at)
    now = status.burns.get("1h")
    odd = unusual(now, before) if now is not None else ()
    return Outlook(len(before), odd, forecast(status, hourly))


def unusual(now: Counts, before: Sequence[Counts]) -> tuple[Unusual, ...]:
    """What of an hour stands out from the same hour of earlier weeks; nothing where those are too few."""
    if len(before) < LEAST_WEEKS:
        return ()
    return tuple(found for found in (_errors(now, before), _traffic(now, before)) if found is not None)


def _errors(now: Counts, before: Sequence[Counts]) -> Unusual | None:
    """More of them than usual; fewer are nobody's trouble. Chance alone spreads n events with share p by sqrt(p/n)."""
    busy = [each for each in before if each.total >= _LEAST_EVENTS]
    if now.total < _LEAST_EVENTS or len(busy) < LEAST_WEEKS:
        return None
    share = now.bad / now.total
    usual = median(each.bad / each.total for each in busy)
    chance = sqrt(max(usual, 1 / now.total) / now.total)
    spread = max(_spread([each.bad / each.total for each in busy]), chance)
    return Unusual(Measure.ERRORS, share, usual) if _stands_out(share - usual, usual, spread) else None


def _traffic(now: Counts, before: Sequence[Counts]) -> Unusual | None:
    usual = median(each.total for each in before)
    if max(now.total, usual) < _LEAST_EVENTS:
        return None
    spread = max(_spread([each.total for each in before]), sqrt(max(usual, 1.0)))
    return Unusual(Measure.TRAFFIC, now.total, usual) if _stands_out(abs(now.total - usual), usual, spread) else None


def _spread(values: Sequence[float]) -> float:
    middle = median(values)
    return _NORMAL * median(abs(value - middle) for value in values)


def _stands_out(difference: float, usual: float, spread: float) -> bool:
    return difference > OUTLYING * spread and difference > _MATTERS * usual


def forecast(status: SloStatus, hourly: Sequence[Bucket]) -> Forecast | None:
    """What is left in a week, or at the end of a calendar window that is nearer, by the same time of earlier weeks.

    What leaves a rolling window meanwhile is what its oldest hours hold. None where that, or enough weeks, is unknown.
    """
    at, window = status.as_of, status.slo.window
    start, end = bounds(window, at)
    until = min(at + WEEK, end) if isinstance(window, CalendarWindow) else at + min(WEEK, window.length)
    if status.counts is None or status.budget.left is None:
        return None
    leaving = None if isinstance(window, CalendarWindow) else _stretch(hourly, start, start + (until - at))
    if leaving is None and not isinstance(window, CalendarWindow):
        return None
    kept = _less(status.counts, leaving) if leaving is not None else status.counts
    shares = [left(kept + week, status.slo.budget) for week in _earlier(hourly, at, until)]
    known = sorted(share for share in shares if share is not None)
    if len(known) < LEAST_WEEKS:
        return None
    return Forecast(until, median(known), known[0], known[-1])


def _earlier(hourly: Sequence[Bucket], start: datetime, end: datetime) -> list[Counts]:
    """The counts of the same stretch of each earlier week that lies in the past and holds data."""
    length = end - start
    first = 1 if not hourly or end <= hourly[-1].end else -(-(end - hourly[-1].end) // WEEK)
    weeks = (
        _stretch(hourly, start - back * WEEK, start - back * WEEK + length) for back in range(first, MOST_WEEKS + 1)
    )
    return [counts for counts in weeks if counts is not None]


def _stretch(hourly: Sequence[Bucket], start: datetime, end: datetime) -> Counts | None:
    """What was counted between two instants, an hour cut in two being shared by time; None where data is missing."""
    good = total = 0.0
    known = timedelta(0)
    first = bisect_right(hourly, start, key=_end)
    for bucket in takewhile(lambda each: each.start < end, islice(hourly, first, None)):
        part = (min(bucket.end, end) - max(bucket.start, start)) / bucket.width
        good, total = good + bucket.counts.good * part, total + bucket.counts.total * part
        known += bucket.covered * part
    return Counts(good, total) if known >= _WHOLE * (end - start) else None


def _end(bucket: Bucket) -> datetime:
    return bucket.end


def _less(whole: Counts, part: Counts) -> Counts:
    """What is left of a sum; never less than nothing, and never more bad than there is."""
    total = max(0.0, whole.total - part.total)
    return Counts(min(total, max(0.0, total - max(0.0, whole.bad - part.bad))), total)
