"""What the views of an incident show: its card, its announcement, the forms around it and the lists of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.facts.links import Link, Room, Thing
from bot.domain.facts.person import Person
from bot.domain.facts.reading import RunbookOffer
from bot.domain.run import RunState
from bot.domain.slo import BudgetLine


class IncidentState(StrEnum):
    """The states of an incident, in order; the last two end it without a cure."""

    DETECTED = "detected"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    POSTMORTEM = "post-mortem"
    CLOSED = "closed"
    FALSE_ALARM = "false alarm"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Severity:
    """One level of the scheme in use: its word ("SEV1") and its rank, 1 (worst) to 4."""

    name: str
    rank: int


@dataclass(frozen=True, slots=True)
class SeverityChoice:
    """A level as a form explains it. `respond_within` is words ("5 min", "next business day"), empty where unsaid.

    `update_every` is None where no updates are promised.
    """

    severity: Severity
    meaning: str
    pages: bool
    respond_within: str = ""
    update_every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The instants from which every duration of an incident is counted; None where it has not come or is not known.

    `began` is the first error, or the declaration where nothing earlier is known.
    """

    began: datetime
    detected: datetime | None = None
    acknowledged: datetime | None = None
    mitigated: datetime | None = None
    resolved: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A part of the set-up that failed: `step` is its key for Retry, `what` the words ("Announcement not posted")."""

    step: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class RunBrief:
    """The latest run as a card mentions it; `doing` is a noun phrase ("rollback to v41").

    While it waits for a second yes, `deciders` may say it until `until`.
    """

    run: Thing
    doing: str
    state: RunState
    deciders: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A post-mortem draft: where it is (empty until posted) and who reviews it by when."""

    url: str = ""
    review_by: datetime | None = None
    reviewer: Person | None = None


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """One incident. `title` is written once; `impact` is what people notice; `fix` is how it ended, in the past tense.

    `room` is None until the channel exists. `setting_up` is True while parts of the set-up are still under way.
    `budget_spent` is in minutes of full outage. `alert` is the id of the alert it was declared from.
    """

    id: str
    version: int
    title: str
    severity: Severity
    state: IncidentState
    declared_at: datetime
    declared_by: Person
    clocks: Clocks
    as_of: datetime
    state_since: datetime | None = None
    services: tuple[str, ...] = ()
    commander: Person | None = None
    alert: str = ""
    impact: str = ""
    budget: BudgetLine | None = None
    budget_spent: float | None = None
    room: Room | None = None
    setting_up: bool = False
    troubles: tuple[Trouble, ...] = ()
    paging: Person | None = None
    run: RunBrief | None = None
    runbook: RunbookOffer | None = None
    update_due: datetime | None = None
    links: tuple[Link, ...] = ()
    resolved_by: Person | None = None
    fix: str = ""
    draft: Draft | None = None
    merged_into: str = ""
    private: bool = False
    drill: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class IncidentListFacts:
    """Open incidents, worst first; `more` counts those left out, `last` is the one that was resolved last."""

    incidents: tuple[IncidentFacts, ...]
    as_of: datetime
    more: int = 0
    last: IncidentFacts | None = None


@dataclass(frozen=True, slots=True)
class DeclareFacts:
    """The declare form: what can be chosen, and what is filled in. `key` is carried back untouched with the answer.

    `paged` are those who would be paged now; `alert` is the id of the alert it comes from. The two `offer_…` say
    whether the form offers a private incident, and a drill.
    """

    severities: tuple[SeverityChoice, ...]
    services: tuple[str, ...]
    title: str = ""
    severity: Severity | None = None
    chosen: tuple[str, ...] = ()
    commander: Person | None = None
    paged: tuple[Person, ...] = ()
    alert: str = ""
    key: str = ""
    offer_private: bool = True
    offer_drill: bool = False


@dataclass(frozen=True, slots=True)
class Precedent:
    """A closed incident like this one, and what ended it."""

    id: str
    title: str
    at: datetime
    fix: str
    took: timedelta


@dataclass(frozen=True, slots=True)
class SimilarFacts:
    """An open incident that looks like the one being declared. `same` names what they share ("service payments").

    `draft` is the declaration itself, opaque to the view and at most 1,500 characters, carried back with the answer.
    """

    incident: IncidentFacts
    same: tuple[str, ...]
    draft: str
    people: int = 0
    alert: str = ""
    precedents: tuple[Precedent, ...] = ()


@dataclass(frozen=True, slots=True)
class SeverityFormFacts:
    """The form that changes a severity."""

    incident: IncidentFacts
    severities: tuple[SeverityChoice, ...]
