"""How a window's error budget was spent over time: what the picture draws, and what its words say.

The line is that of today's window: it starts at 100 % and loses bad / (budget x total) with every bucket, `total` being
that of the whole window, so that it only falls and ends exactly at the budget that the status names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain import figures
from bot.domain.slo.definition import CalendarWindow
from bot.domain.slo.ledger import NOTHING, Bucket, burn_down
from bot.domain.slo.status import SloStatus
from bot.domain.slo.windows import bounds

WIDTHS = (timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
MOST_POINTS = 800
"""As many as a picture has columns."""
FAST, STEEP = 6.0, 0.05
"""A finding of its own is a time that burned faster than the slower of the paging alerts, and cost this share."""
_DAYS = timedelta(days=4)
"""A longer window is told in days, a shorter one with the time of day."""
_NAMED = 3


class MarkKind(StrEnum):
    """What a mark on the time line stands for."""

    INCIDENT = "incident"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened, by the name people know it under; `end` is None while it lasts."""

    kind: MarkKind
    name: str
    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """The share of the budget left at an instant; negative when overspent."""

    at: datetime
    left: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A time of which nothing is known."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Burndown:
    """One SLO's window: `lines` are the stretches that data covers, `gaps` the rest up to `as_of`.

    `end` lies after `as_of` in a calendar window that is not over. `left` is None where nothing is known at all.
    `zone` is that of the window's days; `generated` the share of the events that were made up for a demonstration.
    """

    title: str
    start: datetime
    end: datetime
    as_of: datetime
    left: float | None
    lines: tuple[tuple[Point, ...], ...] = ()
    gaps: tuple[Gap, ...] = ()
    marks: tuple[Mark, ...] = ()
    zone: str = "UTC"
    generated: float = 0.0


def width(span: timedelta) -> timedelta:
    """The finest buckets of which a picture can show a window of this length."""
    return next((each for each in WIDTHS if span / each <= MOST_POINTS), WIDTHS[-1])


def burndown(status: SloStatus, buckets: Sequence[Bucket], marks: Sequence[Mark] = ()) -> Burndown:
    """The picture of `status`, whose window `buckets` cover, oldest first; `marks` outside the window are left out."""
    window = status.slo.window
    start, end = bounds(window, status.as_of)
    known = [each for each in buckets if each.end > start and each.start < status.as_of]
    drawn = status.counts is not None
    return Burndown(
        title=status.slo.display_name,
        start=start,
        end=end,
        as_of=status.as_of,
        left=status.budget.left,
        lines=tuple(_lines(status, known)) if drawn else (),
        gaps=tuple(_gaps(start, status.as_of, known)) if drawn else (Gap(start, status.as_of),),
        marks=tuple(mark for mark in marks if start <= (mark.end or status.as_of) and mark.start <= status.as_of),
        zone=window.time_zone if isinstance(window, CalendarWindow) else "UTC",
        generated=status.data.generated,
    )


def _lines(status: SloStatus, buckets: Sequence[Bucket]) -> Iterator[tuple[Point, ...]]:
    """Each stretch of adjoining buckets with data, from what was left where it began.

    What the status knows and the newest bucket does not yet is the last point's, so that both say the same.
    """
    total, final = (status.counts or NOTHING).total, status.budget.left or 0.0
    line, before = list[Point](), Point(status.as_of, 1.0)
    for bucket, point in zip(buckets, burn_down(buckets, status.slo.budget, total), strict=True):
        here = Point(min(bucket.end, status.as_of), max(point.left, final))
        if point.known:
            line = line or [Point(bucket.start, before.left)]
            line.append(here)
        elif line:
            yield tuple(line)
            line = []
        before = here
    if line:
        yield (*line[:-1], Point(line[-1].at, final))


def _gaps(start: datetime, end: datetime, buckets: Sequence[Bucket]) -> Iterator[Gap]:
    """What no bucket with data covers; adjoining ones as one. A hole smaller than a bucket is none."""
    covered = [each for each in buckets if each.covered]
    edges = [start, *(edge for each in covered for edge in (each.start, each.end)), end]
    least = max((each.end - each.start for each in covered), default=timedelta(0))
    for since, until in zip(edges[::2], edges[1::2], strict=True):
        if until - since > least:
            yield Gap(since, until)


def alt_text(picture: Burndown) -> str:
    """What the picture shows, for whoever does not see it: the finding first, then its causes and what is missing."""
    if picture.left is None:
        return f"No line: nothing is known of the error budget of {picture.title} in {_span(picture)}."
    return " ".join(filter(None, [_finding(picture), _falls(picture), _marked(picture), _missing(picture)]))


def _span(picture: Burndown) -> str:
    if picture.end > picture.as_of:
        return f"the period from {_day(picture, picture.start)} to {_day(picture, picture.end - timedelta(seconds=1))}"
    return figures.window(picture.end - picture.start)


def _finding(picture: Burndown) -> str:
    left = picture.left or 0.0
    share = figures.share(left)
    words = f"{share} is left" if left >= 0 else f"it is overspent by {share.removeprefix('-')}"
    even = max(0.0, (picture.end - picture.as_of) / (picture.end - picture.start))
    against = "" if picture.end <= picture.as_of else f"; spent evenly, {figures.share(even)} would be"
    return f"Error budget of {picture.title} over {_span(picture)}: {words}{against}."


def _falls(picture: Burndown) -> str:
    """The greatest losses, in the order of time."""
    worst = sorted(_losses(picture), key=lambda loss: loss[1].left - loss[0].left)[:_NAMED]
    told = [
        f"to {figures.share(after.left)} by {_moment(picture, after.at)}"
        for _, after in sorted(worst, key=lambda loss: loss[1].at)
    ]
    return f"It fell {figures.listed(told)}." if told else ""


def _losses(picture: Burndown) -> Iterator[tuple[Point, Point]]:
    """From where to where the line fell fast without a pause, where that cost enough to be a finding."""
    even = 1 / (picture.end - picture.start).total_seconds()
    for line in picture.lines:
        top = line[0]
        for here, following in pairwise(line):
            fast = here.left - following.left > FAST * even * (following.at - here.at).total_seconds()
            if fast and following is not line[-1]:
                continue
            bottom = following if fast else here
            if top.left - bottom.left >= STEEP:
                yield top, bottom
            top = following


def _marked(picture: Burndown) -> str:
    named = [f"{mark.name} ({_moment(picture, mark.start)})" for mark in picture.marks]
    return f"Marked: {figures.listed(named, _NAMED)}." if named else ""


def _missing(picture: Burndown) -> str:
    """The gaps, and what of the data is not real."""
    gaps = [f"{_moment(picture, gap.start)} to {_moment(picture, gap.end)}" for gap in picture.gaps]
    parts = [f"No data from {figures.listed(gaps, _NAMED)}."] if gaps else []
    if picture.generated > 0:
        parts.append(f"{figures.share(picture.generated)} of the data is generated for the demo.")
    return " ".join(parts)


def _day(picture: Burndown, at: datetime) -> str:
    return figures.date(at.astimezone(ZoneInfo(picture.zone)))


def _moment(picture: Burndown, at: datetime) -> str:
    """The day, with the time of day where the window is short."""
    if picture.end - picture.start > _DAYS:
        return _day(picture, at)
    local = at.astimezone(ZoneInfo(picture.zone))
    return f"{figures.date(local)} {local:%H:%M}"
