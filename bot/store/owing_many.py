"""Touching many surfaces and watches at once, in one statement each: what a storm of alerts leaves to be done."""

from collections.abc import Collection, Sequence

from sqlalchemy import update

from bot.domain.work import Surface
from bot.store.db import Tx
from bot.store.owing import SURFACES, WATCHES, insert
from bot.store.schema.work import surfaces, watches


async def touch_many(tx: Tx, shown: Sequence[Surface]) -> None:
    """As `touch`, for each of `shown`."""
    if not shown:
        return
    rows = [
        {"key": it.key, "kind": it.kind, "subject": it.subject, "channel": it.channel, "priority": it.priority}
        for it in shown
    ]
    statement = insert(tx, surfaces).values(not_before=tx.server_now, wanted_at=tx.now)
    again = {"wanted": surfaces.c.wanted + 1, "wanted_at": tx.now}
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=again), rows)
    tx.bells.add(SURFACES)


async def touch_subjects(tx: Tx, subjects: Collection[str]) -> None:
    """Have every surface that shows one of these drawn anew; none is created."""
    if not subjects:
        return
    again = {"wanted": surfaces.c.wanted + 1, "wanted_at": tx.now}
    await tx.connection.execute(update(surfaces).where(surfaces.c.subject.in_(sorted(subjects))).values(again))
    tx.bells.add(SURFACES)


async def look_now(tx: Tx, kind: str, subjects: Collection[str]) -> None:
    """Make the watches of one kind on these subjects due at once; none is begun."""
    if not subjects:
        return
    mine = (watches.c.kind == kind, watches.c.subject.in_(sorted(subjects)), watches.c.active)
    await tx.connection.execute(update(watches).where(*mine).values(due_at=tx.server_now))
    tx.bells.add(WATCHES)
