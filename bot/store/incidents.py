"""Incidents as rows: every change of state is one UPDATE that checks where it starts from."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.domain.facts.incident import IncidentState
from bot.domain.incident import MOVES, OPEN, Incident, Move
from bot.store.db import Tx
from bot.store.schema.incidents import incidents
from bot.store.schema.work import effects

_STAMPS = {
    Move.MITIGATE: "mitigated_at",
    Move.RESOLVE: "resolved_at",
    Move.CALL_OFF: "resolved_at",
    Move.DRAFT: "postmortem_at",
}


def _incident(row: Row[Any]) -> Incident:
    values = dict(row._mapping)
    return Incident(
        number=values.pop("id"),
        group=values.pop("group_id"),
        state=IncidentState(values.pop("state")),
        services=tuple(values.pop("services")),
        **values,
    )


async def add(tx: Tx, **values: Any) -> Incident:
    """A new incident; the database gives it its number."""
    row = (await tx.connection.execute(insert(incidents).values(version=1, **values).returning(incidents))).one()
    return _incident(row)


async def find(tx: Tx, number: int) -> Incident | None:
    row = (await tx.connection.execute(select(incidents).where(incidents.c.id == number))).first()
    return _incident(row) if row else None


async def of_group(tx: Tx, group: int) -> Incident | None:
    """The incident declared from an alert."""
    row = (await tx.connection.execute(select(incidents).where(incidents.c.group_id == group))).first()
    return _incident(row) if row else None


async def in_channel(tx: Tx, channel_id: str) -> Incident | None:
    """The incident whose room this is."""
    row = (await tx.connection.execute(select(incidents).where(incidents.c.channel_id == channel_id))).first()
    return _incident(row) if row else None


async def listed(tx: Tx, *, only_open: bool, limit: int = 100) -> list[Incident]:
    """Incidents, worst and oldest first where open, else newest first."""
    query = select(incidents).limit(limit)
    if only_open:
        query = query.where(incidents.c.state.in_(sorted(OPEN))).order_by(incidents.c.rank, incidents.c.id)
    else:
        query = query.order_by(incidents.c.id.desc())
    return [_incident(row) for row in (await tx.connection.execute(query)).all()]


async def last_resolved(tx: Tx) -> Incident | None:
    query = select(incidents).where(incidents.c.resolved_at.is_not(None)).order_by(incidents.c.resolved_at.desc())
    row = (await tx.connection.execute(query.limit(1))).first()
    return _incident(row) if row else None


async def move(tx: Tx, number: int, step: Move, at: datetime, **also: Any) -> Incident | None:
    """Take the step where the incident's state allows it; None where it does not, and then nothing changes."""
    starts, ends = MOVES[step]
    values: dict[str, Any] = {"state": ends, "version": incidents.c.version + 1, **also}
    if step in _STAMPS:
        values[_STAMPS[step]] = at
    if step is Move.REOPEN:
        values |= {"resolved_at": None, "mitigated_at": None}
    guarded = update(incidents).where(incidents.c.id == number, incidents.c.state.in_(sorted(starts)))
    row = (await tx.connection.execute(guarded.values(values).returning(incidents))).first()
    return _incident(row) if row else None


async def change(tx: Tx, number: int, **values: Any) -> Incident | None:
    """Set columns that are no state (severity, commander, impact) of an open incident; None where it has ended."""
    guarded = update(incidents).where(incidents.c.id == number, incidents.c.state.in_(sorted(OPEN)))
    changed = guarded.values(version=incidents.c.version + 1, **values).returning(incidents)
    row = (await tx.connection.execute(changed)).first()
    return _incident(row) if row else None


async def give_room(tx: Tx, number: int, channel_id: str, channel_name: str) -> Incident | None:
    """Store the room, once; None where the incident has one already."""
    roomless = update(incidents).where(incidents.c.id == number, incidents.c.channel_id.is_(None))
    values = {"channel_id": channel_id, "channel_name": channel_name, "version": incidents.c.version + 1}
    row = (await tx.connection.execute(roomless.values(values).returning(incidents))).first()
    return _incident(row) if row else None


async def holds_room(tx: Tx, channel_id: str) -> bool:
    """Whether any incident has this channel as its room."""
    held = select(incidents.c.id).where(incidents.c.channel_id == channel_id)
    return (await tx.connection.execute(held)).first() is not None


async def setup_of(tx: Tx, subject: str, kinds: Collection[str]) -> list[tuple[str, str, str]]:
    """Key, state and error of every set-up effect of an incident that is not done."""
    query = select(effects.c.key, effects.c.state, effects.c.error).where(effects.c.subject == subject)
    query = query.where(effects.c.kind.in_(sorted(kinds)), effects.c.state != "done").order_by(effects.c.id)
    return [(row.key, row.state, row.error) for row in (await tx.connection.execute(query)).all()]
