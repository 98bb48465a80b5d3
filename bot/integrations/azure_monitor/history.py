"""Bins of time as the buckets of an SLO's record: what was counted in each, and for how much of it there was data."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.domain.series import overlap
from bot.domain.slo import RatioMetric
from bot.domain.slo.ledger import GRAINS, Account, Bucket, Tally, unknown
from bot.integrations.azure_monitor.counting import Bins
from bot.integrations.azure_monitor.outcomes import QUIET

Span = tuple[datetime, datetime]


def grain_of(tally: Tally, width: timedelta) -> timedelta | None:
    """The shortest bucket that holds whole bins of `width`, and whole slices; None where none does."""
    length = width if tally.slicing is None else tally.slicing.length
    if length % width != timedelta(0):
        return None
    return next((each for each in GRAINS if each % length == timedelta(0)), None)


def account(tally: Tally, bins: Bins, start: datetime, end: datetime, width: timedelta) -> Account:
    """The buckets of `width` from `start` to `end`."""
    cuts = [start + n * width for n in range((end - start) // width + 1)]
    events = isinstance(tally.indicator.metric, RatioMetric)
    spans = list(_present(bins, start, end)) if events else None
    return Account(tuple(_bucket(tally, bins, each, spans) for each in pairwise(cuts)))


def _bucket(tally: Tally, bins: Bins, stretch: Span, spans: Sequence[Span] | None) -> Bucket:
    """One bucket. Events are counted where logs speak now and then; a limit is known where it was looked at."""
    start, end = stretch
    if tally.slicing is not None and spans is not None:
        counts = bins.slices(start, end, tally.slicing)
    else:
        counts = bins.over(start, end)
    if spans is None:
        covered = min(end - start, bins.width * counts.total)
    else:
        covered = sum((last - first for first, last in overlap(spans, start, end)), timedelta(0))
    return Bucket(start, end, counts, covered) if covered > timedelta(0) or counts.total else unknown(start, end)


def _present(bins: Bins, start: datetime, end: datetime) -> Iterator[Span]:
    """The stretches without a silence that is too long to be a quiet hour."""
    times = [at for at in bins.times if start.timestamp() <= at < end.timestamp()]
    began, seen = start, start
    for at in (datetime.fromtimestamp(each, UTC) for each in times):
        if at - seen > QUIET:
            if seen > began:
                yield began, seen
            began = at
        seen = at + bins.width
    yield began, (end if end - seen <= QUIET else seen)
