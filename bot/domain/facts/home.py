"""What a person's own page shows: what waits for them, what is open, how things are."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.answer import SourceSilent
from bot.domain.facts.incident import IncidentFacts
from bot.domain.facts.page import PageFacts
from bot.domain.facts.person import Duty, Person
from bot.domain.facts.run import RunFacts
from bot.domain.facts.slo import SloFacts


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """`pages` and `approvals` wait for this person; `incidents` are all open ones they may see.

    `last` is the incident that was resolved last.
    """

    person: Person
    as_of: datetime
    pages: tuple[PageFacts, ...] = ()
    approvals: tuple[RunFacts, ...] = ()
    incidents: tuple[IncidentFacts, ...] = ()
    slos: tuple[SloFacts, ...] = ()
    duties: tuple[Duty, ...] = ()
    silent: tuple[SourceSilent, ...] = ()
    last: IncidentFacts | None = None
