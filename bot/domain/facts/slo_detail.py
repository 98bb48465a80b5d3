"""What the views of one SLO show beside how it stands: where its figures come from, and what an outage would cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts.slo import SloFacts
from bot.domain.slo.burn import DEFAULT_GUARD, LowTraffic
from bot.domain.slo.simulation import Outage, Outcome


@dataclass(frozen=True, slots=True)
class Question:
    """What a source was asked, in its own language: for the `part` (good, bad, total) over the SLO's window."""

    part: str
    text: str


@dataclass(frozen=True, slots=True)
class ExplainFacts:
    """One SLO with the questions behind its figures. `window` is its length now; `guard` holds alerts back.

    `recorded` is since when our own record holds what it counted; None where its source is asked for the whole window.
    """

    slo: SloFacts
    as_of: datetime
    window: timedelta
    questions: tuple[Question, ...] = ()
    guard: LowTraffic = DEFAULT_GUARD
    recorded: datetime | None = None


@dataclass(frozen=True, slots=True)
class SimulationFacts:
    """What `outage` would do to `slo` at its usual traffic, and at that of the last hour where it is quite another.

    `outcome` is None where too little is known to tell.
    """

    slo: SloFacts
    as_of: datetime
    outage: Outage
    window: timedelta
    outcome: Outcome | None = None
    lately: Outcome | None = None
