"""The timeline as people read it: lines with names, phases and permalinks, a page at a time."""

import math
import re
from collections.abc import Mapping, Sequence

from bot.domain.facts.naming import Noun
from bot.domain.facts.timeline import Moment, Phase, Show, TimelineFacts
from bot.domain.incident import EntryKind, Incident, Recorded
from bot.services.permalinks import message_url
from bot.services.requests import NotFound
from bot.store import incidents, people, timeline
from bot.store.db import Database, Tx
from bot.store.owing import places_of

PAGE = 15
_QUIET = frozenset({EntryKind.ROOM, EntryKind.MESSAGE})
"""Kinds that do not tell the story by themselves."""
_SUBJECT = re.compile(r"\b(A|R)-[0-9]+\b")


class TimelineReader:
    """Reads the record of an incident; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def facts(self, number: int, show: Show = Show.KEY, page: int = 1) -> TimelineFacts:
        """One page of the timeline. Raises `NotFound`."""
        async with self._database.read() as tx:
            incident = await incidents.find(tx, number)
            if incident is None:
                raise NotFound(f"There is no {Noun.INCIDENT.name_of(number)}, or you are not in it.")
            moments = await self.moments(tx, incident)
            as_of = tx.now
        chosen = [moment for moment in moments if _fits(moment, show)]
        pages = max(1, math.ceil(len(chosen) / PAGE))
        page = min(max(page, 1), pages)
        return TimelineFacts(
            incident=incident.name,
            title=incident.title,
            moments=tuple(chosen[(page - 1) * PAGE : page * PAGE]),
            as_of=as_of,
            show=show,
            page=page,
            pages=pages,
            key_count=sum(moment.key for moment in moments),
            all_count=len(moments),
            note_count=sum(moment.note for moment in moments),
        )

    async def moments(self, tx: Tx, incident: Incident) -> list[Moment]:
        """The whole record, oldest first; a line without a message leads to what shows its subject."""
        lines = await timeline.entries(tx, incident.number)
        known = await people.named(tx, {line.entry.actor for line in lines if line.entry.actor})
        workspace = await people.workspace_url(tx)
        card = f"card:{incident.name}"
        shown = {line.entry.key: _shown_by(line) for line in lines}
        places = await places_of(tx, {card, *filter(None, shown.values())})
        names = {user: person.name for user, person in known.items()}
        return [
            Moment(
                at=line.entry.at,
                text=line.entry.text.replace("{actor}", names.get(line.entry.actor, "Quarterdeck")),
                phase=_phase(line, incident),
                key=line.entry.kind not in _QUIET,
                note=line.entry.kind in (EntryKind.NOTE, EntryKind.MESSAGE),
                by=known.get(line.entry.actor),
                url=message_url(workspace, *_place(line, places, (shown[line.entry.key], card))),
            )
            for line in lines
        ]

    async def records(self, number: int) -> Sequence[dict[str, object]]:
        """The record for scripts: RFC 3339 instants, null where unknown. Raises `NotFound`."""
        async with self._database.read() as tx:
            incident = await incidents.find(tx, number)
            if incident is None:
                raise NotFound(f"There is no {Noun.INCIDENT.name_of(number)}.")
            lines = await timeline.entries(tx, number)
            moments = await self.moments(tx, incident)
        return [
            {
                "at": line.entry.at.isoformat().replace("+00:00", "Z"),
                "recorded_at": line.recorded_at.isoformat().replace("+00:00", "Z"),
                "kind": line.entry.kind.value,
                "actor": line.entry.actor or None,
                "text": moment.text,
                "permalink": moment.url or None,
            }
            for line, moment in zip(lines, moments, strict=True)
        ]


def _shown_by(line: Recorded) -> str:
    """The surface that shows what a line tells of: the alert's card, or the run's message."""
    found = _SUBJECT.search(line.entry.key)
    if found is None:
        return ""
    return f"alert:{found[0]}" if found[1] == Noun.ALERT else f"run:{found[0]}"


def _place(line: Recorded, places: Mapping[str, tuple[str, str]], keys: Sequence[str]) -> tuple[str, str]:
    """The line's own message, else the first of these surfaces that is posted."""
    if line.entry.channel and line.entry.ts:
        return line.entry.channel, line.entry.ts
    return next((places[key] for key in keys if key in places), ("", ""))


def _fits(moment: Moment, show: Show) -> bool:
    return show is Show.ALL or (moment.note if show is Show.NOTES else moment.key)


def _phase(line: Recorded, incident: Incident) -> Phase:
    if incident.mitigated_at is not None and line.entry.at >= incident.mitigated_at:
        return Phase.RECOVERY
    if incident.resolved_at is not None and line.entry.at >= incident.resolved_at:
        return Phase.RECOVERY
    return Phase.START if line.entry.at <= incident.declared_at else Phase.RESPONSE
