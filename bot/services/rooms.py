"""What those who set an incident's room up are told, and what they report back."""

from collections.abc import Callable

from bot.catalog import Catalog
from bot.domain.facts.naming import Noun
from bot.domain.incident import Incident
from bot.domain.plaintext import cut
from bot.domain.rooms import Bookmark, Document, Headline, RoomWanted
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import IncidentService
from bot.services.postmortems import PostmortemService
from bot.services.room_names import candidates
from bot.store import incidents
from bot.store.db import Database, Tx
from bot.store.owing import place_of, redraw

_HEADLINE_MOST = 250
"""Slack's limit on a topic and on a purpose."""


class Rooms:
    """The room side of incidents, for the performers of the set-up."""

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        service: IncidentService,
        pictures: IncidentPictures,
        postmortems: PostmortemService,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._service = service
        self._pictures = pictures
        self._postmortems = postmortems

    async def room_wanted(self, incident: int) -> RoomWanted | None:
        """The names to try, or None where the incident has a room or does not exist."""
        found = await self._find(incident)
        if found is None or found.channel_id:
            return None
        template = self._catalog().chat.incident_name
        service = found.services[0] if found.services else ""
        return RoomWanted(tuple(candidates(template, found.number, found.title, found.declared_at, service)))

    async def room_of(self, incident: int) -> str | None:
        found = await self._find(incident)
        return found.channel_id if found else None

    async def holds(self, channel_id: str) -> bool:
        """Whether the channel is the room of any incident."""
        async with self._database.read() as tx:
            return await incidents.holds_room(tx, channel_id)

    async def headline(self, incident: int) -> Headline:
        """Raises `NotFound`."""
        found = await self._service.find(incident)
        topic = cut(f"{found.name} · {found.severity} · {found.title}", _HEADLINE_MOST)
        where = f" about {', '.join(found.services)}" if found.services else ""
        return Headline(
            topic, cut(f"Working on {found.name}{where}. The pinned summary is kept up to date.", _HEADLINE_MOST)
        )

    async def bookmark(self, incident: int, about: str) -> Bookmark | None:
        """The link named `<service>/<label>`; None where the catalog no longer has it."""
        service, _, label = about.partition("/")
        facts = await self._pictures.facts(incident)
        known = self._catalog().services.get(service)
        if known is None or label not in known.links:
            return None
        url = next((link.url for link in facts.links if link.label == label), "")
        return Bookmark(f"{known.shown_name}: {label}", url) if url else None

    async def card(self, incident: int) -> tuple[str, str] | None:
        """Channel and ts of the summary."""
        async with self._database.read() as tx:
            return await place_of(tx, f"card:{Noun.INCIDENT.name_of(incident)}")

    async def room_opened(self, tx: Tx, incident: int, channel_id: str, name: str) -> None:
        await self._service.room_opened(tx, incident, channel_id, name)

    async def part_done(self, tx: Tx, incident: int, step: str) -> None:  # noqa: ARG002 - the row says which
        """The card says 'setting up' until everything is done."""
        await redraw(tx, f"card:{Noun.INCIDENT.name_of(incident)}")

    async def part_failed(self, tx: Tx, incident: int, step: str, words: str) -> None:  # noqa: ARG002
        """The card names what failed, with a Retry; the words are the effect's own."""
        await redraw(tx, f"card:{Noun.INCIDENT.name_of(incident)}")

    async def document(self, incident: int) -> Document | None:
        """The post-mortem draft, written anew from the record; None where there is no room to bring it to."""
        found = await self._find(incident)
        if found is None or not found.channel_id:
            return None
        path, text = await self._postmortems.write(incident)
        return Document(path.name, f"Post-mortem draft of {found.name}", text, "", found.channel_id)

    async def filed(self, tx: Tx, incident: int, file_id: str, permalink: str) -> None:  # noqa: ARG002
        await self._postmortems.posted(tx, incident)

    async def _find(self, number: int) -> Incident | None:
        async with self._database.read() as tx:
            return await incidents.find(tx, number)
