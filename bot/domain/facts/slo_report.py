"""What reports and comparisons of SLOs show: how each came out over a stretch of time, and what happened in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.sla import Settlement, Sla
from bot.domain.slo.attainment import Attainment
from bot.domain.slo.stretch import Stretch


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident of the stretch; `lasted` is None while it is open."""

    id: str
    title: str
    severity: str
    services: tuple[str, ...]
    began: datetime
    lasted: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SettledSla:
    """An agreement and how each of its promises came out."""

    sla: Sla
    settlements: tuple[Settlement, ...]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """`rows` in any order; `scope` are the words they were narrowed down by; days are those of `time_zone`."""

    stretch: Stretch
    as_of: datetime
    rows: tuple[Attainment, ...]
    incidents: tuple[IncidentLine, ...] = ()
    slas: tuple[SettledSla, ...] = ()
    scope: str = ""
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class CompareFacts:
    """Two SLOs over one stretch, or one SLO over two."""

    left: Attainment
    right: Attainment
    left_stretch: Stretch
    right_stretch: Stretch
    as_of: datetime

    @property
    def same_slo(self) -> bool:
        return self.left.slo.name == self.right.slo.name
