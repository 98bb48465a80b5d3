"""What a person's own page shows: what waits for them, open incidents, SLOs in trouble, who is on call."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.facts.home import HomeFacts
from bot.domain.facts.page import PageFacts
from bot.domain.facts.person import Duty, Person
from bot.domain.facts.run import RunFacts
from bot.services.directory import Directory
from bot.services.incident_facts import IncidentPictures
from bot.services.slo_facts import SloPictures
from bot.store import people
from bot.store.db import Database


class Pages(Protocol):
    """Pages that wait for somebody."""

    async def waiting_for(self, user: str) -> Sequence[PageFacts]: ...


class Approvals(Protocol):
    """Runs that wait for somebody's second yes."""

    async def waiting_for(self, user: str) -> Sequence[RunFacts]: ...


class HomePictures:
    """Reads the facts of home pages; changes nothing."""

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        incidents: IncidentPictures,
        slos: SloPictures,
        pages: Pages,
        approvals: Approvals,
        directory: Directory,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._incidents = incidents
        self._slos = slos
        self._pages = pages
        self._approvals = approvals
        self._directory = directory

    async def facts(self, user: str) -> HomeFacts:
        """The page of the person with this chat id."""
        listed = await self._incidents.listed()
        slos = await self._slos.status()
        return HomeFacts(
            person=await self._directory.person(user),
            as_of=self._database.clock(),
            pages=tuple(await self._pages.waiting_for(user)),
            approvals=tuple(await self._approvals.waiting_for(user)),
            incidents=listed.incidents,
            slos=slos.slos,
            duties=await self._duties(),
            last=listed.last,
        )

    async def _duties(self) -> tuple[Duty, ...]:
        """The first on call of each service, by the static lists of the catalog."""
        catalog = self._catalog()
        first = {name: service.on_call[0] if service.on_call else "" for name, service in catalog.services.items()}
        async with self._database.read() as tx:
            known = await people.with_handles(tx, {catalog.slack_of(key) for key in first.values() if key})
        return tuple(Duty(service, _person(catalog, key, known)) for service, key in first.items())


def _person(catalog: Catalog, key: str, known: dict[str, Person]) -> Person | None:
    if not key:
        return None
    named = catalog.people.get(key)
    return known.get(catalog.slack_of(key)) or Person(named.name if named else key)
