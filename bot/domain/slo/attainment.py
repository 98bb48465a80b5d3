"""How an SLO came out over a stretch of time: what was attained, what of the budget went, on which days. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from bot.domain.slo.budget import sli
from bot.domain.slo.definition import Slo
from bot.domain.slo.ledger import NOTHING, Bucket
from bot.domain.slo.measurement import Counts

_COMPLETE = 0.99
"""A stretch with data for so much of it is called complete: edges are rounded to whole buckets."""


@dataclass(frozen=True, slots=True)
class WorstDay:
    """A local day, and the share of the whole stretch's budget that it spent."""

    day: date
    spent: float


@dataclass(frozen=True, slots=True)
class Attainment:
    """`counts` of the stretch, None where nothing is known of it; `covered` of `length` hold data.

    `problem` says why nothing is known.
    """

    slo: Slo
    length: timedelta
    counts: Counts | None = None
    covered: timedelta = timedelta(0)
    worst: tuple[WorstDay, ...] = ()
    problem: str = ""

    @property
    def sli(self) -> float | None:
        return sli(self.counts)

    @property
    def met(self) -> bool | None:
        """Whether the target was kept, compared as exact fractions; None where there were no events."""
        if self.counts is None or self.counts.total <= 0:
            return None
        return Fraction(self.counts.bad) <= Fraction(str(self.slo.budget)) * Fraction(self.counts.total)

    @property
    def spent(self) -> float | None:
        """The share of the stretch's own budget that went: bad / (budget x total). No events spend nothing."""
        return None if self.counts is None else share_of(self.slo, self.counts.bad, self.counts.total)

    @property
    def complete(self) -> bool:
        return self.covered >= _COMPLETE * self.length


def share_of(slo: Slo, bad: float, total: float) -> float:
    """What `bad` events spend of the budget that `total` events allow."""
    return float(Fraction(bad) / (Fraction(str(slo.budget)) * Fraction(total))) if total > 0 else 0.0


def attainment(slo: Slo, buckets: Sequence[Bucket], zone: ZoneInfo, worst: int = 3) -> Attainment:
    """The outcome of the stretch that `buckets` make up; its `worst` days are those of `zone`, at most so many."""
    length = buckets[-1].end - buckets[0].start if buckets else timedelta(0)
    covered = sum((each.covered for each in buckets), timedelta(0))
    if covered <= timedelta(0):
        return Attainment(slo, length, problem="No data in this time.")
    counts = sum((each.counts for each in buckets), NOTHING)
    return Attainment(slo, length, counts, covered, _worst(slo, buckets, counts.total, zone)[:worst])


def _worst(slo: Slo, buckets: Sequence[Bucket], total: float, zone: ZoneInfo) -> tuple[WorstDay, ...]:
    """Days that spent anything, the costliest first; a bucket belongs to the day in which it begins."""
    bad: dict[date, float] = {}
    for each in buckets:
        day = each.start.astimezone(zone).date()
        bad[day] = bad.get(day, 0.0) + each.counts.bad
    days = [WorstDay(day, share_of(slo, amount, total)) for day, amount in bad.items() if amount > 0]
    return tuple(sorted(days, key=lambda day: (-day.spent, day.day)))


def worst_first(rows: Sequence[Attainment]) -> list[Attainment]:
    """The most overspent first, then those of which nothing is known, then the rest by what they spent."""
    return sorted(rows, key=_rank)


def _rank(row: Attainment) -> tuple[int, float, str]:
    if row.met is None:
        return (1, 0.0, row.slo.name)
    return (2 if row.met else 0, -(row.spent or 0.0), row.slo.name)
