"""What a post-mortem is written from, and what its message in the channel shows."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.incident import IncidentFacts
from bot.domain.facts.links import Link
from bot.domain.facts.person import Person
from bot.domain.facts.reading import Change
from bot.domain.facts.run import RunFacts
from bot.domain.facts.timeline import Moment


@dataclass(frozen=True, slots=True)
class Question:
    """Something the record cannot answer, and who is asked (None: nobody in particular)."""

    text: str
    to: Person | None = None


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something to do afterwards; owner and date are None until somebody takes it."""

    text: str
    owner: Person | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpentBudget:
    """What the incident cost one SLO: minutes of its budget, and the share that is left."""

    slo: str
    minutes: float
    total_minutes: float
    left: float


@dataclass(frozen=True, slots=True)
class PostmortemFacts:
    """Everything the draft is written from; `moments` is the whole record, oldest first."""

    incident: IncidentFacts
    moments: tuple[Moment, ...]
    spent: tuple[SpentBudget, ...]
    changes: tuple[Change, ...]
    runs: tuple[RunFacts, ...]
    alerts: tuple[str, ...]
    written_at: datetime
    questions: tuple[Question, ...] = ()
    items: tuple[ActionItem, ...] = ()
    links: tuple[Link, ...] = ()
    responders: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """The message that brings the draft: what it holds and which questions wait for people. `url` is the file's."""

    incident: str
    version: int
    moments: int
    questions: tuple[Question, ...]
    as_of: datetime
    items: int = 0
    url: str = ""
    review_by: datetime | None = None
    publish_by: datetime | None = None
    reviewer: Person | None = None
