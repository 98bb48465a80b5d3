"""The inbox of what the chat tells: each event once, kept before it is acknowledged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from bot.store.db import Tx
from bot.store.owing import insert, insert_new
from bot.store.schema.work import events


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it came: `body` is the chat's own inner event."""

    id: str
    type: str
    body: Mapping[str, Any]


async def keep(tx: Tx, event: Event) -> bool:
    """Write it down; False where it was kept before, and then nothing changes."""
    row = {"event_id": event.id, "type": event.type, "body": dict(event.body), "received_at": tx.now}
    return await insert_new(tx, insert(tx, events).values(row).on_conflict_do_nothing(index_elements=["event_id"]))


async def find(tx: Tx, event_id: str) -> Event | None:
    """The event with the chat's own id."""
    row = (await tx.connection.execute(select(events).where(events.c.event_id == event_id))).first()
    return Event(row.event_id, row.type, row.body) if row else None
