"""A page: one person woken for one alert or incident, until somebody has it or it is over."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts.naming import Noun
from bot.domain.facts.page import PageState


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is stored. `number` is the n of P-n.

    It is about the alert `group` or the `incident` (their numbers, one of the two). `person` is a chat id, or a handle
    while nobody knows the id. `reference` is the gateway's own name for it, `error` why the gateway did not take it.
    """

    number: int
    group: int | None
    incident: int | None
    service: str
    person: str
    state: PageState
    owed_at: datetime
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    ended_at: datetime | None = None
    reference: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        return Noun.PAGE.name_of(self.number)

    @property
    def subject(self) -> str:
        """What it is about: `A-12` or `INC-1`."""
        if self.group is not None:
            return Noun.ALERT.name_of(self.group)
        return Noun.INCIDENT.name_of(self.incident or 0)

    @property
    def version(self) -> int:
        """Moves with what people can see."""
        return 1 if self.state is PageState.PAGED else 2
