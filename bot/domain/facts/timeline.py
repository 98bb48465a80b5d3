"""What happened in an incident, moment by moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.facts.person import Person


class Phase(StrEnum):
    """The part of an incident a moment belongs to."""

    START = "start"
    RESPONSE = "response"
    RECOVERY = "recovery"


class Show(StrEnum):
    """Which moments of a timeline are shown."""

    KEY = "key"
    ALL = "all"
    NOTES = "notes"


@dataclass(frozen=True, slots=True)
class Correction:
    """A time that was set right: what it said before, who changed it and when."""

    before: datetime
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the record. `text` is a plain sentence; a `note` is somebody's own words and `by` is who said them.

    `key` marks the moments that tell the story by themselves. `url` is the permalink of the message it comes from.
    """

    at: datetime
    text: str
    phase: Phase
    key: bool = True
    note: bool = False
    by: Person | None = None
    url: str = ""
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class TimelineFacts:
    """One page of a timeline, oldest first, of `pages`; counts are of the whole record. `page` starts at 1."""

    incident: str
    title: str
    moments: tuple[Moment, ...]
    as_of: datetime
    show: Show = Show.KEY
    page: int = 1
    pages: int = 1
    key_count: int = 0
    all_count: int = 0
    note_count: int = 0
