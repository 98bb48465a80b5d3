"""An SLO's past, bucket by bucket, from whatever source it has."""

from datetime import datetime, timedelta
from itertools import pairwise

from bot.domain.slo import SliQuery, Slo
from bot.domain.slo.evaluation import slicing
from bot.domain.slo.ledger import Bucket, Tally, edges, floored, unknown
from bot.ports import SliHistory, SliSource

AT_ONCE = 1_000
"""Buckets asked for in one go."""


def tally_of(slo: Slo) -> Tally:
    """What the SLO counts."""
    return Tally(slo.indicator, slicing(slo))


async def asked(source: SliSource, slo: Slo, start: datetime, end: datetime, width: timedelta) -> list[Bucket]:
    """What was counted between `start` and `end`, cut at whole multiples of `width` since 1970. Raises `Transient`."""
    if not isinstance(source, SliHistory):
        return [await _measured(source, slo, first, last) for first, last in pairwise(edges(start, end, width))]
    found: list[Bucket] = []
    for first, last in _even(start, end, width):
        (account,) = await source.history([tally_of(slo)], first, last, min(width, last - first))
        found += account.buckets or [unknown(*pair) for pair in pairwise(edges(first, last, width))]
    return found


def _even(start: datetime, end: datetime, width: timedelta) -> list[tuple[datetime, datetime]]:
    """Stretches of whole buckets: what comes before the first multiple of `width`, the middle, and the rest."""
    first, last = floored(start - timedelta(microseconds=1), width) + width, floored(end, width)
    if first > last:
        return [(start, end)]
    starts = [first + n * width for n in range(0, (last - first) // width, AT_ONCE)]
    middle = [(each, min(last, each + AT_ONCE * width)) for each in starts]
    return [(one, other) for one, other in [(start, first), *middle, (last, end)] if one < other]


async def _measured(source: SliSource, slo: Slo, start: datetime, end: datetime) -> Bucket:
    (answer,) = await source.measure([SliQuery(slo.indicator, end - start, slicing(slo), coverage=True)], end)
    if answer.counts is None:
        return unknown(start, end)
    return Bucket(start, end, answer.counts, end - start if answer.covered is None else answer.covered)
