"""What an SLO promises: an indicator, a target and the window in which it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.domain.slo.burn import ALERTS, DEFAULT_GUARD, BurnAlert, LowTraffic
from bot.domain.slo.indicator import Indicator


class Budgeting(StrEnum):
    """How the error budget is counted (OpenSLO `budgetingMethod`)."""

    OCCURRENCES = "Occurrences"
    TIMESLICES = "Timeslices"
    RATIO_TIMESLICES = "RatioTimeslices"


@dataclass(frozen=True, slots=True)
class RollingWindow:
    """The last `length` before any instant."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class CalendarWindow:
    """From one calendar boundary to the next: `count` of `unit` (d, w, M, Q, Y) from `start`, in `time_zone`."""

    unit: str
    count: int
    start: datetime
    time_zone: str


TimeWindow = RollingWindow | CalendarWindow


@dataclass(frozen=True, slots=True)
class Slo:
    """One objective of one service. `target` is a ratio in [0, 1).

    `alerts` are the burn rates that raise an alert: the table of the workbook, or what the SLO's own policies say.
    `low_traffic` is how many events they need.
    """

    name: str
    display_name: str
    service: str
    indicator: Indicator
    target: float
    window: TimeWindow
    budgeting: Budgeting = Budgeting.OCCURRENCES
    slice_target: float | None = None
    slice_window: timedelta | None = None
    description: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    alerts: tuple[BurnAlert, ...] = ALERTS
    low_traffic: LowTraffic = DEFAULT_GUARD

    @property
    def budget(self) -> float:
        """The share of events (or slices) that may be bad, in (0, 1]: exactly 0.001 for a target written 0.999."""
        return float(1 - Decimal(str(self.target)))
