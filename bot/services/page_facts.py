"""What the direct message of a page shows, and what goes out through the gateway: read from what is stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.catalog import Catalog
from bot.domain.facts.alert import Priority
from bot.domain.facts.links import Room, Thing
from bot.domain.facts.page import PageFacts, PageState
from bot.domain.facts.person import Holder
from bot.domain.page import Page
from bot.domain.plaintext import capital, clean
from bot.ports import PageMessage
from bot.services.incident_facts import Budgets
from bot.services.page_people import called
from bot.services.permalinks import message_url, room_url
from bot.store import alerts, incidents, pages, people
from bot.store.db import Database, Tx
from bot.store.owing import place_of


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a page is about; `room` is the one with its card, `url` the card's own address."""

    title: str
    priority: Priority
    service: str
    environment: str
    since: datetime
    url: str
    room: Room | None = None
    holder: str | None = None
    held_at: datetime | None = None


class PagePictures:
    """Reads the facts of pages; changes nothing."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], budgets: Budgets) -> None:
        self._database = database
        self._catalog = catalog
        self._budgets = budgets

    async def facts(self, number: int) -> PageFacts | None:
        """Everything the message shows; None where there is no such page."""
        async with self._database.read() as tx:
            page = await pages.find(tx, number)
            drawn = await self._drawn(tx, page) if page else None
        if page is None or drawn is None or page.state is not PageState.PAGED:
            return drawn
        budget = await self._budgets.cost(drawn.service, since=drawn.since)
        return replace(drawn, budget=budget)

    async def waiting_for(self, user: str) -> list[PageFacts]:
        """The pages that wait for the person with this chat id; no source is asked."""
        async with self._database.read() as tx:
            found = await pages.waiting_for(tx, await _names(tx, user))
            drawn = [await self._drawn(tx, page) for page in found]
        return [each for each in drawn if each is not None]

    async def message(self, number: int) -> PageMessage | None:
        """What goes out through the gateway: plain text; None where nobody need be woken any more."""
        async with self._database.read() as tx:
            page = await pages.find(tx, number)
            about = await _subject(tx, page) if page else None
            if page is None or about is None or page.state is not PageState.PAGED:
                return None
            names = await _names(tx, page.person)
            name = called(self._catalog(), await people.named(tx, {page.person}), page.person).name
        listed = next((each for each in self._catalog().people.values() if each.slack.removeprefix("@") in names), None)
        place = f"{about.service} in {about.environment}" if about.environment else about.service
        title = f"{capital(about.priority)}: {clean(about.title)}"
        since = f"{about.since:%H:%M} UTC"
        return PageMessage(
            key=f"quarterdeck:{page.name}:{int(page.owed_at.timestamp())}",
            to=(listed.email if listed else "") or name,
            subject=f"[{page.subject}] {title}",
            text=f"{title}\n{place}, since {since}. You are first on call.\nAcknowledge in Slack: {page.name}.",
            url=about.url,
            details={"page": page.name, "subject": page.subject, "service": about.service, "priority": about.priority},
        )

    async def _drawn(self, tx: Tx, page: Page) -> PageFacts | None:
        about = await _subject(tx, page)
        if about is None:
            return None
        taker = page.acknowledged_by or about.holder
        known = await people.named(tx, {page.person, *([taker] if taker else [])})
        since = page.acknowledged_at or about.held_at
        return PageFacts(
            id=page.name,
            version=page.version,
            state=page.state,
            to=called(self._catalog(), known, page.person),
            title=about.title,
            priority=about.priority,
            service=page.service or about.service,
            environment=about.environment,
            since=about.since,
            paged_at=page.owed_at,
            subject=Thing(page.subject, about.url),
            as_of=tx.now,
            card=about.room,
            holder=Holder(known[taker], since) if taker and since else None,
            ended_at=page.ended_at,
            why=f"first on call for {page.service}" if page.service else "",
            also=self._also(page),
        )

    def _also(self, page: Page) -> tuple[str, ...]:
        """By which gateway it went out too; a gateway that refused is named as such."""
        pager = self._catalog().pager
        if pager is None or not (page.sent_at or page.error):
            return ()
        return (pager.kind,) if page.sent_at else (f"{pager.kind} failed",)


async def _names(tx: Tx, person: str) -> set[str]:
    """Everything a person is known by: the chat id, and the handle."""
    known = await people.with_handles(tx, {person})
    return {person, *known, *(each.id for each in known.values())}


async def _subject(tx: Tx, page: Page) -> _Subject | None:
    workspace = await people.workspace_url(tx)
    if page.group is not None:
        return await _alert(tx, page, page.group, workspace)
    return await _incident(tx, page, page.incident or 0, workspace)


async def _alert(tx: Tx, page: Page, number: int, workspace: str) -> _Subject | None:
    group = await alerts.find(tx, number)
    if group is None:
        return None
    channel, ts = await place_of(tx, f"alert:{group.name}") or ("", "")
    return _Subject(
        title=group.title,
        priority=group.priority,
        service=group.service or page.service,
        environment=group.environment,
        since=group.started_at,
        url=message_url(workspace, channel, ts),
        room=Room(channel, "", room_url(workspace, channel)) if channel else None,
        holder=group.holder,
        held_at=group.held_at,
    )


async def _incident(tx: Tx, page: Page, number: int, workspace: str) -> _Subject | None:
    incident = await incidents.find(tx, number)
    if incident is None:
        return None
    channel, ts = await place_of(tx, f"card:{incident.name}") or ("", "")
    room = incident.channel_id
    return _Subject(
        title=incident.title,
        priority=list(Priority)[min(incident.rank, len(Priority)) - 1],
        service=page.service,
        environment=incident.environment,
        since=incident.began_at,
        url=message_url(workspace, channel, ts),
        room=Room(room, incident.channel_name, room_url(workspace, room)) if room else None,
    )
