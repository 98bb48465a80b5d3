"""What the weekly digest shows: the week against the one before, the worst SLOs, and alerts worth improving."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts.slo import SloFacts
from bot.domain.slo.stretch import Stretch


@dataclass(frozen=True, slots=True)
class Week:
    """Counts of one week; times are medians, None where there was nothing to take them of."""

    incidents: int = 0
    resolved_after: timedelta | None = None
    pages: int = 0
    acknowledged_after: timedelta | None = None
    night_pages: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """So much of its whole budget did an SLO spend in the week, and in the week before; None where unknown."""

    title: str
    spent: float
    before: float | None


@dataclass(frozen=True, slots=True)
class NoisyAlert:
    """An alert that came `times` often; in `acted` of them somebody took it. `lasted` is the median."""

    title: str
    service: str
    times: int
    acted: int
    lasted: timedelta | None = None


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """`worst` SLOs are those in trouble, as they stand; `gone` of `slos` have no budget left. Days: of `time_zone`."""

    stretch: Stretch
    as_of: datetime
    week: Week
    before: Week
    slos: int = 0
    gone: int = 0
    worst: tuple[SloFacts, ...] = ()
    moved: tuple[Moved, ...] = ()
    noisy: tuple[NoisyAlert, ...] = ()
    scope: str = ""
    time_zone: str = "UTC"
