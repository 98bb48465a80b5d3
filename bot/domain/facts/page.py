"""What the direct message of a page shows to the one person it wakes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.facts.alert import Priority
from bot.domain.facts.links import Room, Thing
from bot.domain.facts.person import Holder, Person
from bot.domain.facts.reading import Change
from bot.domain.slo import BudgetLine


class PageState(StrEnum):
    """`acknowledged` by the person paged, `taken` by somebody else, `ended` because its cause did."""

    PAGED = "paged"
    ACKNOWLEDGED = "acknowledged"
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One page to one person. `subject` is the alert or incident it is about, `card` the room with its card.

    `ack_by` and `then` are None where nobody follows. `why` says why this person ("first on call for checkout"),
    `also` by which other ways it was sent ("webhook").
    """

    id: str
    version: int
    state: PageState
    to: Person
    title: str
    priority: Priority
    service: str
    environment: str
    since: datetime
    paged_at: datetime
    subject: Thing
    as_of: datetime
    card: Room | None = None
    budget: BudgetLine | None = None
    change: Change | None = None
    ack_by: datetime | None = None
    then: Person | None = None
    holder: Holder | None = None
    ended_at: datetime | None = None
    why: str = ""
    also: tuple[str, ...] = ()
