"""What an alert card shows: one group of alerts, from its first firing to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.facts.links import Link, Room
from bot.domain.facts.person import Holder, Person
from bot.domain.facts.reading import Change, Reading, RunbookOffer
from bot.domain.slo import BudgetLine


class Priority(StrEnum):
    """How much an alert matters, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """1 for critical to 4 for low; the same scale as an incident's severity."""
        return list(Priority).index(self) + 1


@dataclass(frozen=True, slots=True)
class Member:
    """The alerts of one name within a group."""

    name: str
    firing: int
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Paging:
    """Who is being paged since when, and who follows when (None: nobody)."""

    person: Person
    since: datetime
    then: Person | None = None
    then_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """Somebody quietened it; the source goes on firing."""

    by: Person
    at: datetime
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AlertEnd:
    """How it ended: `fix` is what ended it in the past tense ("rolled back to v41"), empty where it ended by itself."""

    at: datetime
    fix: str = ""
    cost_minutes: float | None = None


@dataclass(frozen=True, slots=True)
class IncidentLink:
    """The incident an alert belongs to; `room` is None until its channel exists. `over`: it ended before the alert."""

    id: str
    room: Room | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """One card. `title` is written by people and never rewritten; `impact` is one sentence on what customers lose.

    `firing` and `resolved` count the group's alerts, `by_priority` those firing. `runbook` is the best fit, `runbooks`
    how many fit. `look` is what there is to look at (`pods`), empty for nothing. `paging` is kept while somebody
    has it. `episode` counts its firings today, this one included.
    """

    id: str
    version: int
    title: str
    priority: Priority
    service: str
    environment: str
    since: datetime
    as_of: datetime
    impact: str = ""
    reading: Reading | None = None
    firing: int = 1
    resolved: int = 0
    members: tuple[Member, ...] = ()
    by_priority: Mapping[Priority, int] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    budget: BudgetLine | None = None
    change: Change | None = None
    runbook: RunbookOffer | None = None
    runbooks: int = 0
    look: str = ""
    paging: Paging | None = None
    holder: Holder | None = None
    silence: Silence | None = None
    end: AlertEnd | None = None
    incident: IncidentLink | None = None
    episode: int = 1
    url: str = ""


@dataclass(frozen=True, slots=True)
class AlertListFacts:
    """Open alerts, worst first; `more` counts those left out, `last` is the one that ended last."""

    alerts: tuple[AlertFacts, ...]
    as_of: datetime
    more: int = 0
    last: AlertFacts | None = None
