"""Alerts as people use them: acknowledged, taken over, handed back, linked to an incident."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.alert import AlertGroup, Decision, GroupState
from bot.domain.facts.naming import Noun
from bot.domain.incident import Entry, EntryKind, Incident
from bot.services.alert_holding import has_it, hold, note
from bot.services.requests import Asked, NotFound
from bot.store import alerts, incidents, pages, people, requests, timeline
from bot.store.db import Database, Tx
from bot.store.owing import touch_all
from bot.store.owing_many import touch_subjects

_REDRAWN = 20
"""How many cards are kept up to date while nothing happens to them, the worst first."""


class Paging(Protocol):
    """Waking whoever is on call."""

    async def page(self, tx: Tx, subject: str, service: str, asked: Asked) -> None: ...


class Outcome(StrEnum):
    """What a request on an alert came to; nothing was changed unless it is `done`."""

    DONE = "done"
    YOURS = "yours"
    """Whoever asks has it already."""
    HELD = "held"
    """Somebody else has it."""
    FREE = "free"
    """Nobody has it."""
    ENDED = "ended"
    REPEATED = "repeated"
    """This very request was carried out before."""


@dataclass(frozen=True, slots=True)
class Handled:
    """The alert after a request, and what the request came to."""

    group: AlertGroup
    outcome: Outcome

    @property
    def done(self) -> bool:
        return self.outcome is Outcome.DONE


class AlertService:
    """The use cases of alerts that somebody looks at. `catalog` gives the one in force."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], paging: Paging) -> None:
        self._database = database
        self._catalog = catalog
        self._paging = paging

    async def acknowledge(self, asked: Asked, number: int, version: int = 0) -> Handled:  # noqa: ARG002
        """Have it, where nobody has it, whatever version was on the screen. Raises `NotFound`."""
        async with self._database.write() as tx:
            before = await self._existing(tx, number)
            if not await requests.first(tx, asked.key, "alert.acknowledge", asked.user):
                return Handled(before, Outcome.REPEATED)
            after = await hold(tx, number, asked)
            return Handled(after, Outcome.DONE) if after else await self._as_it_is(tx, number, asked)

    async def take_over(self, asked: Asked, number: int, version: int = 0) -> Handled:
        """Have it instead of the one who had it in `version`; where it changed hands since, nothing happens.

        Raises `NotFound`.
        """
        async with self._database.write() as tx:
            before = await self._existing(tx, number)
            if not await requests.first(tx, asked.key, "alert.take_over", asked.user):
                return Handled(before, Outcome.REPEATED)
            after = await alerts.take_over(tx, number, asked.user, version)
            if after is None:
                return await self._as_it_is(tx, number, asked)
            await has_it(tx, after, asked, "{actor} took over " + after.name)
            return Handled(after, Outcome.DONE)

    async def hand_back(self, asked: Asked, number: int, reason: str = "") -> Handled:
        """Let go of it; where it pages, paging starts again. Raises `NotFound`."""
        async with self._database.write() as tx:
            before = await self._existing(tx, number)
            if not await requests.first(tx, asked.key, "alert.hand_back", asked.user, asked.words):
                return Handled(before, Outcome.REPEATED)
            after = await alerts.hand_back(tx, number, asked.user)
            if after is None:
                return await self._as_it_is(tx, number, asked)
            await people.seen(tx, asked.user, asked.handle)
            said = f": {reason}" if reason else ""
            await note(tx, after, f"back:{after.version}", f"{{actor}} handed {after.name} back{said}", asked.user)
            if after.decision is Decision.PAGE:
                await self._paging.page(tx, after.name, after.service, asked)
            await touch_all(tx, after.name)
            return Handled(after, Outcome.DONE)

    async def linked(self, tx: Tx, group: int, incident: Incident, asked: Asked) -> None:
        """Note on the alert which incident it belongs to, and in the incident what the alert has said so far.

        Whoever declares from an alert that nobody has, has it. The incident began with the alert's
        first error, and was detected when that was told.
        """
        found = await alerts.link(tx, group, incident.number)
        if found is None:
            return
        began = min(found.started_at, incident.began_at)
        detected = min(await alerts.first_heard(tx, group) or tx.now, incident.detected_at)
        acknowledged = found.held_at or tx.now
        await incidents.change(tx, incident.number, began_at=began, detected_at=detected, acknowledged_at=acknowledged)
        for entry in await _story(tx, found):
            await timeline.record(tx, incident.number, entry)
        if await hold(tx, group, asked) is None:
            await touch_all(tx, found.name)

    async def titles(self, group: int) -> tuple[str, ...]:
        """What the alerts of a group are called, the worst first, for a post-mortem."""
        async with self._database.read() as tx:
            found = await alerts.find(tx, group)
            counted = (await alerts.tallies(tx, {group}))[group]
            called = await alerts.titles(tx, {tally.first for tally in counted})
        if found is None:
            return ()
        ranked = sorted(counted, key=lambda tally: (tally.priority.rank, tally.since, tally.first))
        return tuple(dict.fromkeys(called[tally.first] for tally in ranked))

    async def find(self, number: int) -> AlertGroup:
        """The alert with this number. Raises `NotFound`."""
        async with self._database.read() as tx:
            return await self._existing(tx, number)

    async def redraw(self) -> None:
        """Have the cards of open alerts drawn anew, so that what they say of the error budget stays true."""
        async with self._database.read() as tx:
            shown = await alerts.listed(tx, only_open=True, limit=_REDRAWN)
        measured = {slo.service for slo in self._catalog().slos}
        names = [group.name for group in shown if group.service in measured]
        if names:
            async with self._database.write() as tx:
                await touch_subjects(tx, names)

    def redraw_every(self) -> timedelta:
        """How often `redraw` is to be called."""
        return timedelta(seconds=self._catalog().chat.card_refresh_s)

    async def _existing(self, tx: Tx, number: int) -> AlertGroup:
        group = await alerts.find(tx, number)
        if group is None:
            raise NotFound(f"There is no {Noun.ALERT.name_of(number)}. `/alerts list` shows those that fire.")
        return group

    async def _as_it_is(self, tx: Tx, number: int, asked: Asked) -> Handled:
        group = await self._existing(tx, number)
        if not group.open:
            return Handled(group, Outcome.ENDED)
        if group.state is GroupState.FIRING:
            return Handled(group, Outcome.FREE)
        return Handled(group, Outcome.YOURS if group.holder == asked.user else Outcome.HELD)


async def _story(tx: Tx, group: AlertGroup) -> list[Entry]:
    """What an alert has been through, as lines of a timeline."""
    name = group.name
    fired = f"{name} began to fire, {group.priority}: {group.title}"
    lines = [Entry(f"{name}:fired", group.started_at, EntryKind.ALERT, fired)]
    for page in await pages.about(tx, name):
        words = f"{{actor}} was paged, first on call for {page.service}"
        lines.append(Entry(f"page:{page.name}", page.owed_at, EntryKind.PAGE, words, page.person))
    if group.holder is not None and group.held_at is not None:
        words = f"{{actor}} acknowledged {name}"
        lines.append(Entry(f"{name}:held:{group.held_version}", group.held_at, EntryKind.ALERT, words, group.holder))
    if group.resolved_at is not None:
        lines.append(Entry(f"{name}:resolved", group.resolved_at, EntryKind.ALERT, f"{name} is resolved"))
    return lines


__all__ = ["AlertService", "Handled", "Outcome", "Paging"]
