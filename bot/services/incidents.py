"""Incidents: declared, noted, re-graded, mitigated, resolved; each decision and what it owes in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.declaration import understand
from bot.domain.facts.incident import IncidentState
from bot.domain.facts.naming import Noun
from bot.domain.incident import OPEN, Declaration, Entry, EntryKind, Incident, Move
from bot.domain.work import Effect, Payload, Surface
from bot.services.requests import Asked, NotFound
from bot.store import incidents, people, requests, timeline
from bot.store.db import Database, Tx
from bot.store.owing import owe, owe_again, place_of, retry_failed, touch, touch_all

SETUP = ("incident.room", "incident.invite", "incident.topic", "incident.bookmark", "incident.pin")
"""The effects that set an incident's room up; the first one gives the room, the others follow side by side."""


class Paging(Protocol):
    """Waking whoever is on call."""

    async def page(self, tx: Tx, subject: str, service: str, asked: Asked) -> None:
        """Owe the first page for `subject` to who is on call for `service`; nothing where nobody is."""
        ...

    async def ended(self, tx: Tx, subject: str) -> None:
        """`subject` is over: whoever was paged about it and has not answered may stand down."""
        ...


class Alerts(Protocol):
    """The alert an incident is declared from."""

    async def linked(self, tx: Tx, group: int, incident: Incident, asked: Asked) -> None:
        """Note on the alert which incident it belongs to, and in the incident what the alert has said so far."""
        ...


@dataclass(frozen=True, slots=True)
class Declared:
    """A new incident; `again` says that this very request had declared it before."""

    incident: Incident
    again: bool = False


@dataclass(frozen=True, slots=True)
class LooksSame:
    """Nothing was declared: an open incident shares `same` with it."""

    incident: Incident
    same: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """The incident after a request; `done` is False where its state did not allow it, and nothing was changed."""

    incident: Incident
    done: bool


class IncidentService:
    """The use cases of incidents. `catalog` gives the one in force."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], paging: Paging, alerts: Alerts) -> None:
        self._database = database
        self._catalog = catalog
        self._paging = paging
        self._alerts = alerts

    def understand(self, line: str) -> Declaration:
        """One typed line as a declaration; without a severity it is the one that a medium alert suggests."""
        catalog = self._catalog()
        names = [level.name for level in catalog.severities.levels]
        services = list(catalog.services) or sorted({slo.service for slo in catalog.slos})
        return understand(line, names, services, catalog.severities.suggested("medium").name)

    async def declare(self, asked: Asked, wanted: Declaration, *, anyway: bool = False) -> Declared | LooksSame:
        """Open an incident, or name the open one that looks the same (unless `anyway`).

        From an alert that has an incident already, that incident is returned: link, do not ask.
        """
        async with self._database.write() as tx:
            if not await requests.first(tx, asked.key, "incident.declare", asked.user, asked.words):
                return await self._declared_before(tx, asked)
            existing = await incidents.of_group(tx, wanted.group) if wanted.group is not None else None
            if existing is not None:
                await requests.answered(tx, asked.key, {"incident": existing.number})
                return Declared(existing, again=True)
            similar = None if anyway or wanted.group is not None else await self._similar(tx, wanted)
            if similar is not None:
                await requests.answered(tx, asked.key, {"similar": similar.incident.number})
                return similar
            incident = await self._open(tx, asked, wanted)
            await requests.answered(tx, asked.key, {"incident": incident.number})
            return Declared(incident)

    async def _declared_before(self, tx: Tx, asked: Asked) -> Declared | LooksSame:
        answer = await requests.answer(tx, asked.key)
        number = answer.get("incident", answer.get("similar"))
        incident = await incidents.find(tx, int(number)) if number is not None else None
        if incident is None:
            raise NotFound("That request was seen before and came to nothing. Nothing was changed.")
        return LooksSame(incident, ()) if "similar" in answer else Declared(incident, again=True)

    async def _similar(self, tx: Tx, wanted: Declaration) -> LooksSame | None:
        since = tx.now - timedelta(minutes=self._catalog().chat.similar_within_min)
        for incident in await incidents.listed(tx, only_open=True):
            if incident.declared_at < since:
                continue
            shared = tuple(f"service {name}" for name in wanted.services if name in incident.services)
            if incident.title.casefold() == wanted.title.casefold():
                shared = ("the same words", *shared)
            if shared:
                return LooksSame(incident, shared)
        return None

    async def _open(self, tx: Tx, asked: Asked, wanted: Declaration) -> Incident:
        catalog = self._catalog()
        severity = catalog.severities.get(wanted.severity) or catalog.severities.worst
        service = catalog.services.get(wanted.services[0]) if wanted.services else None
        await people.seen(tx, asked.user, asked.handle)
        incident = await incidents.add(
            tx,
            title=wanted.title,
            severity=severity.name,
            rank=severity.rank,
            state=IncidentState.INVESTIGATING,
            services=list(wanted.services),
            environment=service.environment if service else "",
            impact=wanted.impact,
            declared_by=asked.user,
            commander=wanted.commander or asked.user,
            drill=wanted.drill,
            group_id=wanted.group,
            channel_name="",
            began_at=tx.now,
            detected_at=tx.now,
            declared_at=tx.now,
            acknowledged_at=tx.now,
            resolution="",
        )
        words = f"{{actor}} declared {incident.name}, {severity.name}: {wanted.title}"
        await timeline.record(tx, incident.number, Entry("declared", tx.now, EntryKind.DECLARED, words, asked.user))
        if wanted.group is not None:
            await self._alerts.linked(tx, wanted.group, incident, asked)
        if severity.pages and not wanted.drill:
            for name in wanted.services:
                await self._paging.page(tx, incident.name, name, asked)
        await owe(tx, _step(incident, "room"))
        return incident

    async def room_opened(self, tx: Tx, number: int, channel_id: str, channel_name: str) -> None:
        """The room exists: invite the declarer, show the card, and owe everything else side by side."""
        incident = await incidents.give_room(tx, number, channel_id, channel_name)
        if incident is None:
            return
        await owe(tx, _step(incident, "invite", incident.declared_by))
        await touch(tx, card_of(incident, channel_id))
        await owe(tx, _step(incident, "topic"))
        for user in await self._others(tx, incident):
            await owe(tx, _step(incident, "invite", user))
        catalog = self._catalog()
        for service in incident.services:
            known = catalog.services.get(service)
            for label in known.links if known else ():
                await owe(tx, _step(incident, "bookmark", f"{service}/{label}"))
        await touch(tx, announcement_of(incident, catalog.chat.incidents_channel))
        words = f"Channel #{channel_name} opened"
        await timeline.record(tx, number, Entry("room", tx.now, EntryKind.ROOM, words, channel=channel_id))

    async def _others(self, tx: Tx, incident: Incident) -> list[str]:
        catalog = self._catalog()
        wanted = [incident.commander] if incident.commander else []
        for name in incident.services:
            service = catalog.services.get(name)
            if service is not None:
                wanted += [catalog.slack_of(person) for person in (*service.on_call[:1], *service.owners)]
        known = await people.with_handles(tx, {person for person in wanted if person})
        ids = [known[person].id for person in wanted if person in known]
        return [user for user in dict.fromkeys(ids) if user != incident.declared_by]

    async def card_posted(self, tx: Tx, number: int) -> None:
        """The card is in the room: pin it."""
        incident = await incidents.find(tx, number)
        if incident is not None:
            await owe(tx, _step(incident, "pin"))

    async def setup_changed(self, tx: Tx, number: int) -> None:
        """A part of the set-up ended, well or badly: the card shows it."""
        await touch_all(tx, Noun.INCIDENT.name_of(number))

    async def retry(self, asked: Asked, number: int, step: str) -> Changed:
        """Try a failed part of the set-up again."""
        async with self._database.write() as tx:
            incident = await self._existing(tx, number)
            done = await requests.first(tx, asked.key, "incident.retry", asked.user)
            done = done and await retry_failed(tx, f"{incident.name}:{step}")
            await touch_all(tx, incident.name)
            return Changed(incident, done)

    async def join(self, asked: Asked, number: int) -> Changed:
        """Let somebody into the room, as soon as there is one."""
        async with self._database.write() as tx:
            incident = await self._existing(tx, number)
            if not incident.open:
                return Changed(incident, done=False)
            await people.seen(tx, asked.user, asked.handle)
            if await requests.first(tx, asked.key, "incident.join", asked.user):
                await owe_again(tx, _step(incident, "invite", asked.user))
            return Changed(incident, done=True)

    async def note(self, asked: Asked, number: int, text: str, at: datetime | None = None) -> Changed:
        """Write somebody's own words into the timeline."""
        async with self._database.write() as tx:
            incident = await self._existing(tx, number)
            if not await requests.first(tx, asked.key, "incident.note", asked.user, asked.words):
                return Changed(incident, done=False)
            await people.seen(tx, asked.user, asked.handle)
            entry = Entry(f"note:{asked.key}", at or tx.now, EntryKind.NOTE, text, asked.user)
            await timeline.record(tx, number, entry)
            return Changed(incident, done=True)

    async def mark(self, asked: Asked, channel: str, ts: str, author: str, text: str, at: datetime) -> Incident | None:
        """Record a message that somebody pinned or marked in an incident's room; None where it is no such room."""
        async with self._database.write() as tx:
            incident = await incidents.in_channel(tx, channel)
            if incident is None:
                return None
            await people.seen(tx, asked.user, asked.handle)
            entry = Entry(f"message:{channel}:{ts}", at, EntryKind.MESSAGE, text, author, channel, ts)
            await timeline.record(tx, incident.number, entry)
            return incident

    async def grade(self, asked: Asked, number: int, severity_name: str) -> Changed:
        """Set the severity; a level that pages, reached from one that does not, pages. Raises NotFound for no level."""
        catalog = self._catalog()
        severity = catalog.severities.get(severity_name)
        if severity is None:
            levels = ", ".join(level.name for level in catalog.severities.levels)
            raise NotFound(f"There is no severity {severity_name}. Known: {levels}. Nothing was changed.")
        async with self._database.write() as tx:
            before = await self._existing(tx, number)
            first = await requests.first(tx, asked.key, "incident.severity", asked.user, asked.words)
            if not first or before.severity == severity.name:
                return Changed(before, done=False)
            after = await incidents.change(tx, number, severity=severity.name, rank=severity.rank)
            if after is None:
                return Changed(before, done=False)
            await people.seen(tx, asked.user, asked.handle)
            words = f"{{actor}} changed the severity from {before.severity} to {severity.name}"
            await timeline.record(
                tx, number, Entry(f"severity:{asked.key}", tx.now, EntryKind.SEVERITY, words, asked.user)
            )
            was = catalog.severities.get(before.severity)
            if severity.pages and not (was and was.pages) and not after.drill:
                for name in after.services:
                    await self._paging.page(tx, after.name, name, asked)
            await touch_all(tx, after.name)
            return Changed(after, done=True)

    async def move(self, asked: Asked, number: int, step: Move, words: str = "") -> Changed:
        """Mitigate, resolve, call off or reopen; `words` say how it was done."""
        async with self._database.write() as tx:
            before = await self._existing(tx, number)
            if not await requests.first(tx, asked.key, f"incident.{step}", asked.user, asked.words):
                return Changed(before, done=False)
            also = {"resolution": words} if words and step in (Move.RESOLVE, Move.CALL_OFF) else {}
            after = await incidents.move(tx, number, step, tx.now, **also)
            if after is None:
                return Changed(before, done=False)
            await people.seen(tx, asked.user, asked.handle)
            said = f": {words}" if words else ""
            text = f"{{actor}} set the state to {after.state}{said}"
            await timeline.record(
                tx, number, Entry(f"{step}:{after.version}", tx.now, EntryKind.STATE, text, asked.user)
            )
            await touch_all(tx, after.name)
            if not after.open:
                await self._paging.ended(tx, after.name)
            if step is Move.RESOLVE:
                await self._announce_end(tx, after)
            return Changed(after, done=True)

    async def _announce_end(self, tx: Tx, incident: Incident) -> None:
        """One line below the announcement, for those who have stopped looking; none where nothing was announced."""
        announced = await place_of(tx, f"announce:{incident.name}")
        if announced is not None:
            channel, ts = announced
            key = f"announce:{incident.name}/resolved:{incident.version}"
            await touch(tx, Surface(key, "announcement.resolved", f"{incident.name}/resolved", channel, ts))

    async def _existing(self, tx: Tx, number: int) -> Incident:
        incident = await incidents.find(tx, number)
        if incident is None:
            raise NotFound(f"There is no {Noun.INCIDENT.name_of(number)}, or you are not in it.")
        return incident

    async def find(self, number: int) -> Incident:
        """The incident with this number. Raises `NotFound`."""
        async with self._database.read() as tx:
            return await self._existing(tx, number)

    async def in_channel(self, channel_id: str) -> Incident | None:
        """The incident whose room this is."""
        async with self._database.read() as tx:
            return await incidents.in_channel(tx, channel_id)

    async def listed(self, *, only_open: bool) -> list[Incident]:
        """Open ones worst first, or all of them newest first."""
        async with self._database.read() as tx:
            return await incidents.listed(tx, only_open=only_open)


def card_of(incident: Incident, channel: str) -> Surface:
    """The summary in the incident's own room."""
    return Surface(f"card:{incident.name}", "incident", incident.name, channel, priority=3)


def announcement_of(incident: Incident, channel: str) -> Surface:
    """The line for onlookers."""
    return Surface(f"announce:{incident.name}", "announcement", incident.name, channel)


def _step(incident: Incident, part: str, about: str = "") -> Effect:
    """One part of the set-up, in a lane of its own so that no part waits for another."""
    key = f"{incident.name}:{part}" + (f":{about}" if about else "")
    payload: Payload = {"incident": incident.number, "about": about, "room": incident.channel_id}
    return Effect(key, key, f"incident.{part}", incident.name, payload)


__all__ = ["OPEN", "SETUP", "Alerts", "Changed", "Declared", "IncidentService", "LooksSame", "Paging"]
