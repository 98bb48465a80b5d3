"""Agreements: what was promised to clients, what suppliers promise, and what a period's outcome means for both.

An SLO is what a team aims for; an SLA is what breaking it costs. Ratios are 0 to 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import prod

from bot.domain.slo.budget import sli
from bot.domain.slo.definition import CalendarWindow, Slo
from bot.domain.slo.measurement import Counts

AVAILABILITY = "availability"
"""The promise by which suppliers are chained."""


class Side(StrEnum):
    """Whom the promise was made to, or who made it."""

    CLIENT = "client"
    SUPPLIER = "supplier"


class Period(StrEnum):
    """The calendar period an agreement is settled over, by its OpenSLO unit."""

    MONTH = "M"
    QUARTER = "Q"
    YEAR = "Y"


@dataclass(frozen=True, slots=True)
class PenaltyBand:
    """Below the ratio `below`, `credit` (a share) of the period's fee is owed."""

    below: float
    credit: float


@dataclass(frozen=True, slots=True)
class Promise:
    """At least `target` of events (or time) in a period; `slos` measure it, by name; breaking it costs `penalties`.

    `why_looser` is the catalog's own reason for an SLO that aims lower than the promise.
    """

    name: str
    target: float
    meaning: str = ""
    slos: tuple[str, ...] = ()
    why_looser: str = ""
    penalties: tuple[PenaltyBand, ...] = ()


@dataclass(frozen=True, slots=True)
class Supplier:
    """One link of a chain: a supplier's agreement and the availability it promises."""

    name: str
    availability: float


@dataclass(frozen=True, slots=True)
class Chain:
    """Parts that are all needed, or of which any one is enough (`redundant`)."""

    parts: tuple["Supplier | Chain", ...]
    redundant: bool = False


@dataclass(frozen=True, slots=True)
class Sla:
    """One agreement. `chain` is what a promise to clients rests on; None where nothing is said of it."""

    name: str
    party: str
    side: Side
    title: str = ""
    service: str = ""
    promises: Mapping[str, Promise] = field(default_factory=dict)
    chain: Chain | None = None
    period: Period = Period.MONTH
    time_zone: str = "UTC"
    url: str = ""
    origin: str = ""

    @property
    def shown_name(self) -> str:
        """What people read."""
        return self.title or self.name

    @property
    def window(self) -> CalendarWindow:
        """The period as a window, for `bot.domain.slo.windows.bounds`."""
        return CalendarWindow(self.period.value, 1, datetime(2000, 1, 1, tzinfo=UTC), self.time_zone)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one promise came out over one period. Everything is None where nothing was measured."""

    promise: Promise
    attained: float | None
    deviation: float | None
    """Attained minus promised, as a share: negative where the promise was broken."""
    kept: bool | None
    penalty: PenaltyBand | None = None


def composite(part: Supplier | Chain) -> float:
    """The availability of parts that fail independently of each other.

    All needed: their product. Any one enough: 1 minus the product of what each is missing.
    """
    return float(_composite(part))


def _composite(part: Supplier | Chain) -> Fraction:
    if isinstance(part, Supplier):
        return Fraction(str(part.availability))
    each = [_composite(inner) for inner in part.parts]
    if part.redundant:
        return 1 - prod((1 - one for one in each), start=Fraction(1))
    return prod(each, start=Fraction(1))


def downtime(target: float, length: timedelta) -> timedelta:
    """How long a period of that `length` may be down in all for the promise to hold."""
    return length * float(1 - Fraction(str(target)))


def settle(promise: Promise, measured: Sequence[Counts | None]) -> Settlement:
    """The outcome, given what each of the promise's SLOs counted over the period: the worst of them decides.

    Compared as exact fractions. An SLO of which nothing is known leaves the promise open unless another broke it.
    """
    known = [counts for counts in measured if counts is not None and counts.total > 0]
    if not known:
        return Settlement(promise, None, None, None)
    worst = min(known, key=_ratio)
    broken = _ratio(worst) < Fraction(str(promise.target))
    if not broken and len(known) < len(measured):
        return Settlement(promise, None, None, None)
    owed = [band for band in promise.penalties if _ratio(worst) < Fraction(str(band.below))]
    deepest = min(owed, key=lambda band: band.below, default=None) if broken else None
    deviation = float(_ratio(worst) - Fraction(str(promise.target)))
    return Settlement(promise, sli(worst), deviation, not broken, deepest)


def _ratio(counts: Counts) -> Fraction:
    good = Fraction(counts.good) / Fraction(counts.total)
    return min(Fraction(1), max(Fraction(0), good))


def percent_as_ratio(percent: float) -> float:
    """99.9 as 0.999, and not its neighbour."""
    return float(Fraction(str(percent)) / 100)


def looser(slo: Slo, promise: Promise) -> bool:
    """Whether the SLO may be met while the promise it supports is broken."""
    return slo.name in promise.slos and slo.target < promise.target
