"""How one SLO stands at one instant, and the order in which a worried person wants to read many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from bot.domain.slo.budget import Budget, budget_of, sli
from bot.domain.slo.burn import BurnAlert, burn_rate, current_window
from bot.domain.slo.definition import CalendarWindow, Slo
from bot.domain.slo.measurement import Counts
from bot.domain.slo.windows import bounds

STEADY = 0.2
"""How far, as a share, the current burn may be from that of its baseline and still count as steady."""


class State(StrEnum):
    """The codes of `slo status --json`, worst first."""

    EXHAUSTED = "exhausted"
    AT_RISK = "at_risk"
    NO_DATA = "no_data"
    STALE = "stale"
    ERROR = "error"
    OK = "ok"


class Trend(StrEnum):
    """The current burn rate against that of a longer time."""

    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class DataCover:
    """How much of the SLO's window the figures rest on.

    `covers` is the time that holds data, `stale_for` the age of the newest sample once that is too old to be called
    current (zero before), both None where unknown. `complete` is True only where nothing is known to be missing.
    `generated` is the share of the events that were made up for a demonstration.
    """

    covers: timedelta | None = None
    stale_for: timedelta | None = None
    complete: bool = False
    first: datetime | None = None
    last: datetime | None = None
    generated: float = 0.0


@dataclass(frozen=True, slots=True)
class SloStatus:
    """One SLO as of one instant. `burns` holds the counts of each burn window (None: unknown); `reason` is in words."""

    slo: Slo
    as_of: datetime
    state: State
    counts: Counts | None = None
    burns: Mapping[str, Counts | None] = field(default_factory=lambda: MappingProxyType({}))
    alerts: Sequence[BurnAlert] = ()
    data: DataCover = DataCover()
    reason: str = ""

    @property
    def sli(self) -> float | None:
        return sli(self.counts)

    @property
    def budget(self) -> Budget:
        start, end = bounds(self.slo.window, self.as_of)
        return budget_of(self.slo.budget, end - start, self.counts)

    def burn(self, window: str = "") -> float | None:
        """The burn rate over `window` (5m … 3d); without one, the current rate (see `current_window`)."""
        return burn_rate(self.burns.get(window or self.current_window), self.slo.budget)

    @property
    def current_window(self) -> str:
        return current_window(self.burns)

    @property
    def trend(self) -> Trend | None:
        """Whether it burns faster now than over the last hour (six hours, where an hour is what counts as now).

        None where either is unknown.
        """
        current, baseline = self.burn(), self.burn("6h" if self.current_window == "1h" else "1h")
        if current is None or baseline is None:
            return None
        if current > baseline * (1 + STEADY):
            return Trend.RISING
        return Trend.FALLING if current < baseline * (1 - STEADY) else Trend.STEADY

    @property
    def exhaustion(self) -> datetime | None:
        """When the budget is gone at the current rate; see `gone_by`."""
        return gone_by(self.slo, self.budget.left, self.burn(), self.as_of)


def gone_by(slo: Slo, left: float | None, burn: float | None, at: datetime) -> datetime | None:
    """`at` + left x window / burn: the share left, spent at the present burn rate.

    None where something is unknown or the budget is gone already. In a rolling window old errors leave as new ones
    come, so a burn of at most 1 never gets there; in a calendar window the budget is renewed at its end.
    """
    if left is None or left <= 0 or burn is None or burn <= 0:
        return None
    start, end = bounds(slo.window, at)
    needed = (end - start) * (left / burn) if left / burn < 1 else end - start
    if isinstance(slo.window, CalendarWindow):
        return at + needed if at + needed < end else None
    return at + needed if burn > 1 else None


def worst_first(statuses: Sequence[SloStatus]) -> list[SloStatus]:
    """Budget gone (most overspent first), at risk (nearest deadline first), no data, stale, error, then healthy ones,
    tightest first.
    """
    return sorted(statuses, key=_rank)


def _rank(status: SloStatus) -> tuple[int, bool, float, float, str]:
    order = list(State).index(status.state)
    deadline = status.exhaustion if status.state is State.AT_RISK else None
    left = status.budget.left
    return (
        order,
        deadline is None,
        deadline.timestamp() if deadline else 0.0,
        left if left is not None else 0.0,
        status.slo.name,
    )
