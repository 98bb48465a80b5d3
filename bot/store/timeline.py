"""The timeline: append-only, each line once."""

from sqlalchemy import Row, func, select, update

from bot.domain.incident import Entry, EntryKind, Recorded
from bot.store.db import Tx
from bot.store.owing import insert, insert_new
from bot.store.schema.incidents import timeline


async def record(tx: Tx, incident_id: int, entry: Entry) -> bool:
    """Write one line; False where its key is written already, and then nothing changes."""
    statement = insert(tx, timeline).values(
        incident_id=incident_id,
        key=entry.key,
        at=entry.at,
        recorded_at=tx.now,
        kind=entry.kind,
        actor=entry.actor,
        text=entry.text,
        data={},
        channel=entry.channel,
        ts=entry.ts,
    )
    return await insert_new(tx, statement.on_conflict_do_nothing(index_elements=["incident_id", "key"]))


async def entries(tx: Tx, incident_id: int) -> list[Recorded]:
    """Every line of an incident, in the order in which things happened."""
    ordered = select(timeline).where(timeline.c.incident_id == incident_id).order_by(timeline.c.at, timeline.c.id)
    return [_recorded(row) for row in (await tx.connection.execute(ordered)).all()]


def _recorded(row: Row[tuple[object, ...]]) -> Recorded:
    entry = Entry(row.key, row.at, EntryKind(row.kind), row.text, row.actor, row.channel, row.ts)
    return Recorded(entry, row.recorded_at)


async def count(tx: Tx, incident_id: int) -> int:
    """How many lines there are."""
    counted = select(func.count()).select_from(timeline).where(timeline.c.incident_id == incident_id)
    return (await tx.connection.execute(counted)).scalar_one()


async def place(tx: Tx, incident_id: int, key: str, channel: str, ts: str) -> None:
    """Say which message a line became, once it is posted."""
    line = update(timeline).where(timeline.c.incident_id == incident_id, timeline.c.key == key)
    await tx.connection.execute(line.values(channel=channel, ts=ts))


async def find(tx: Tx, entry_id: int) -> tuple[int, Recorded] | None:
    """The incident and the line with this row id."""
    row = (await tx.connection.execute(select(timeline).where(timeline.c.id == entry_id))).first()
    return (row.incident_id, _recorded(row)) if row else None
