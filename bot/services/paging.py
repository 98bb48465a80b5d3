"""Waking whoever is on call: one page per person and subject until somebody has it, by a direct message and a gateway.

The gateway's lane is its own, so that a page waits neither for Slack nor for another page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.catalog import Catalog
from bot.domain.facts.naming import Noun
from bot.domain.facts.page import PageState
from bot.domain.incident import Entry, EntryKind
from bot.domain.page import Page
from bot.domain.work import Effect, Surface
from bot.services.alert_holding import hold, relieve
from bot.services.requests import Asked, NotFound
from bot.store import alerts, incidents, pages, people, requests, timeline
from bot.store.db import Database, Tx
from bot.store.owing import owe, touch, touch_all

SEND = "page.send"


@dataclass(frozen=True, slots=True)
class Answered:
    """The page after a request; `done` is False where somebody had it or it was over, and nothing was changed."""

    page: Page
    done: bool


class PagingService:
    """The use cases of pages. On call is the static list of the catalog: its first name is paged."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog]) -> None:
        self._database = database
        self._catalog = catalog

    async def page(self, tx: Tx, subject: str, service: str, asked: Asked) -> None:  # noqa: ARG002 - Paging's shape
        """Page who is on call for `service` about `subject` (`A-12`, `INC-1`).

        Nobody is paged twice: not while a page about it waits, nor for an incident whose alert has woken them already.
        """
        catalog = self._catalog()
        listed = catalog.services.get(service)
        on_call = listed.on_call[:1] if listed else ()
        if not on_call:
            words = f"Nobody is on call for {service}, so nobody was paged" if service else "No service: nobody paged"
            await self._record(tx, subject, f"page:nobody:{service}", words)
            return
        reference = catalog.slack_of(on_call[0]).removeprefix("@") or on_call[0]
        known = (await people.with_handles(tx, {reference})).get(reference)
        person = known.id if known else reference
        if await self._woken_already(tx, subject, person):
            return
        page = await pages.add(tx, subject, service, person)
        if page is None:
            return
        await touch(tx, direct_message(page))
        if catalog.pager is not None:
            await owe(tx, Effect(f"page:{page.name}", f"page:{page.name}", SEND, page.name, {"page": page.number}))
        words = f"{{actor}} was paged, first on call for {service}"
        await self._record(tx, subject, f"page:{page.name}", words, person)

    async def _woken_already(self, tx: Tx, subject: str, person: str) -> bool:
        number = Noun.INCIDENT.number_of(subject)
        incident = await incidents.find(tx, number) if number is not None else None
        if incident is None or incident.group is None:
            return False
        before = await pages.about(tx, Noun.ALERT.name_of(incident.group))
        return any(page.person == person and page.state is not PageState.ENDED for page in before)

    async def acknowledge(self, asked: Asked, number: int) -> Answered:
        """Answer a page, and have the alert it is about; the other pages about it stand down. Raises `NotFound`."""
        async with self._database.write() as tx:
            page = await self._existing(tx, number)
            first = await requests.first(tx, asked.key, "page.acknowledge", asked.user)
            if not first or page.state is not PageState.PAGED:
                return Answered(page, done=False)
            await people.seen(tx, asked.user, asked.handle)
            if page.group is not None and (await hold(tx, page.group, asked) or await relieve(tx, page.group, asked)):
                return Answered(await self._existing(tx, number), done=True)
            for each in await pages.answer(tx, page.subject, asked.user, {asked.user, asked.handle}):
                await touch_all(tx, each.name)
            await touch_all(tx, page.subject)
            words = f"{{actor}} acknowledged the page {page.name}"
            await self._record(tx, page.subject, f"page:{page.name}:acknowledged", words, asked.user)
            return Answered(await self._existing(tx, number), done=True)

    async def ended(self, tx: Tx, subject: str) -> None:
        """The alert or incident is over: pages about it that wait stand down."""
        for page in await pages.end(tx, subject):
            await touch_all(tx, page.name)

    async def sent(self, tx: Tx, number: int, reference: str) -> None:
        """The gateway took it."""
        page = await pages.sent(tx, number, reference)
        if page is not None:
            await touch_all(tx, page.name)
            await self._record(tx, page.subject, f"page:{page.name}:sent", "The page to {actor} went out", page.person)

    async def not_sent(self, tx: Tx, number: int, words: str) -> None:
        """The gateway did not take it: whoever looks is told, since the direct message is all there is."""
        page = await pages.not_sent(tx, number, words)
        if page is not None:
            await touch_all(tx, page.name)
            await touch_all(tx, page.subject)
            said = f"The page to {{actor}} went out as a direct message only: {words}"
            await self._record(tx, page.subject, f"page:{page.name}:failed", said, page.person)

    async def _existing(self, tx: Tx, number: int) -> Page:
        page = await pages.find(tx, number)
        if page is None:
            raise NotFound(f"There is no page {Noun.PAGE.name_of(number)}. Nothing was changed.")
        return page

    async def _record(self, tx: Tx, subject: str, key: str, words: str, actor: str = "") -> None:
        """Into the timeline of the incident, or of the alert's incident where it has one."""
        incident = Noun.INCIDENT.number_of(subject)
        group = Noun.ALERT.number_of(subject)
        if group is not None:
            found = await alerts.find(tx, group)
            incident = found.incident if found else None
        if incident is not None:
            await timeline.record(tx, incident, Entry(key, tx.now, EntryKind.PAGE, words, actor))


def direct_message(page: Page) -> Surface:
    """Where a page is shown to the person it wakes; it overtakes everything else."""
    return Surface(f"page:{page.name}", "page", page.name, f"@{page.person}", priority=1)


__all__ = ["SEND", "Answered", "PagingService", "direct_message"]
