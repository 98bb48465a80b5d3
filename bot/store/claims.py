"""Claiming work under a lease: conditional UPDATEs that check the owner, so that a frozen process can write nothing.

One mechanism serves effects, surfaces and watches. A claim is taken by one UPDATE whose inner SELECT picks the rows
(`FOR UPDATE SKIP LOCKED` on PostgreSQL, the single writer on SQLite), and renewed and settled
by UPDATEs that name its owner.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Row, Select, Table, and_, literal, or_, select, type_coerce, update
from sqlalchemy.sql import ColumnElement

from bot.domain.work import Claimed, Drawn, Due
from bot.store.db import Database, Tx
from bot.store.schema.work import effects, surfaces, watches
from bot.store.types import Instant


class LeaseLost(Exception):
    """The claim is no longer ours: another process took over, and nothing of this attempt may be written."""


def _free(tx: Tx, table: Table) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= tx.server_now)


async def _take(
    tx: Tx, table: Table, picked: Select[Any], owner: str, lease: float, values: Mapping[str, Any]
) -> list[Row[Any]]:
    if tx.dialect == "postgresql":
        picked = picked.with_for_update(skip_locked=True, of=table)
    taking = (
        update(table)
        .where(table.c.id.in_(picked))
        .values(owner=owner, lease_until=tx.later(lease), **values)
        .returning(table)
    )
    return list((await tx.connection.execute(taking)).all())


async def claim_effects(tx: Tx, owner: str, lease: float, limit: int) -> list[Claimed]:
    """Up to `limit` effects that are due, each the oldest unfinished one of its lane."""
    earlier = effects.alias("earlier")
    waits = (
        select(earlier.c.id)
        .where(earlier.c.lane == effects.c.lane, earlier.c.id < effects.c.id)
        .where(earlier.c.state.in_(("ready", "claimed", "unsure")))
        .exists()
    )
    ready = and_(effects.c.state.in_(("ready", "unsure")), effects.c.not_before <= tx.server_now)
    stalled = and_(effects.c.state == "claimed", effects.c.lease_until <= tx.server_now)
    due = select(effects.c.id).where(or_(ready, stalled), ~waits).order_by(effects.c.id).limit(limit)
    begun = effects.c.intent_at.is_not(None)
    values = {"state": "claimed", "attempts": effects.c.attempts + 1}
    fresh = await _take(tx, effects, due.where(~begun), owner, lease, {**values, "intent_at": tx.server_now})
    retaken = await _take(tx, effects, due.where(begun), owner, lease, values) if len(fresh) < limit else []
    return [_claimed(row, retaken=False) for row in fresh] + [_claimed(row, retaken=True) for row in retaken]


def _claimed(row: Row[Any], *, retaken: bool) -> Claimed:
    return Claimed(row.id, row.key, row.lane, row.kind, row.subject, row.payload, row.attempts, row.intent_at, retaken)


async def settle_effect(tx: Tx, it: Claimed, owner: str, state: str, **values: Any) -> None:
    """Write how an attempt ended. Raises `LeaseLost`, which rolls the whole transaction back."""
    settled = (
        update(effects)
        .where(effects.c.id == it.id, effects.c.owner == owner, effects.c.state == "claimed")
        .values(state=state, owner=None, lease_until=None, **values)
    )
    if (await tx.connection.execute(settled)).rowcount != 1:
        raise LeaseLost(it.key)


async def renew(database: Database, table_name: str, row_id: int, owner: str, lease: float) -> None:
    """Hold a claim for another `lease` seconds. Raises `LeaseLost`."""
    table = {"effects": effects, "surfaces": surfaces, "watches": watches}[table_name]
    async with database.write() as tx:
        held = update(table).where(table.c.id == row_id, table.c.owner == owner).values(lease_until=tx.later(lease))
        if (await tx.connection.execute(held)).rowcount != 1:
            raise LeaseLost(f"{table_name} {row_id}")


async def claim_surfaces(tx: Tx, owner: str, lease: float, limit: int) -> list[Drawn]:
    """Up to `limit` surfaces that show less than is wanted, most urgent first."""
    due = (
        select(surfaces.c.id)
        .where(surfaces.c.wanted > surfaces.c.shown, surfaces.c.state != "gone", _free(tx, surfaces))
        .where(surfaces.c.not_before <= tx.server_now)
        .order_by(surfaces.c.priority, surfaces.c.wanted_at, surfaces.c.id)
        .limit(limit)
    )
    begun = surfaces.c.intent_at.is_not(None)
    values = {"state": "claimed", "attempts": surfaces.c.attempts + 1}
    fresh = await _take(tx, surfaces, due.where(~begun), owner, lease, {**values, "intent_at": tx.server_now})
    retaken = await _take(tx, surfaces, due.where(begun), owner, lease, values) if len(fresh) < limit else []
    drawn = [_drawn(row, retaken=False) for row in fresh] + [_drawn(row, retaken=True) for row in retaken]
    return sorted(drawn, key=lambda it: it.id)


def _drawn(row: Row[Any], *, retaken: bool) -> Drawn:
    return Drawn(
        id=row.id,
        key=row.key,
        kind=row.kind,
        subject=row.subject,
        channel=row.channel,
        thread=row.thread,
        ts=row.ts,
        wanted=row.wanted,
        attempts=row.attempts,
        intent_at=row.intent_at,
        retaken=retaken,
    )


async def settle_surface(tx: Tx, it: Drawn, owner: str, **values: Any) -> None:
    """Write what the surface shows now, or when to try again. Raises `LeaseLost`."""
    settled = update(surfaces).where(surfaces.c.id == it.id, surfaces.c.owner == owner)
    freed = {"state": "ready", "owner": None, "lease_until": None} | values
    if (await tx.connection.execute(settled.values(freed))).rowcount != 1:
        raise LeaseLost(it.key)


async def claim_watches(tx: Tx, owner: str, lease: float, limit: int) -> list[Due]:
    """Up to `limit` watches whose time has come, the most overdue first."""
    due = (
        select(watches.c.id)
        .where(watches.c.active, watches.c.due_at <= tx.server_now, _free(tx, watches))
        .order_by(watches.c.due_at)
        .limit(limit)
    )
    rows = await _take(tx, watches, due, owner, lease, {})
    return [Due(row.id, row.key, row.kind, row.subject, row.every_s, row.memory) for row in rows]


async def any_due(tx: Tx) -> bool:
    """Whether a watch waits for a look: a read, so that an idle tick takes no write."""
    due = select(watches.c.id).where(watches.c.active, watches.c.due_at <= tx.server_now, _free(tx, watches)).limit(1)
    return (await tx.connection.execute(due)).first() is not None


async def settle_watch(tx: Tx, it: Due, owner: str, memory: Mapping[str, object] | None, error: str = "") -> None:
    """Keep what a look left behind and when the next one is due. Raises `LeaseLost`."""
    kept = {"memory": dict(memory)} if memory is not None else {}
    settled = update(watches).where(watches.c.id == it.id, watches.c.owner == owner)
    settled = settled.values(owner=None, lease_until=None, due_at=tx.later(it.every_s), error=error, **kept)
    if (await tx.connection.execute(settled)).rowcount != 1:
        raise LeaseLost(it.key)


async def take_over(database: Database, within: float) -> None:
    """On SQLite the sole holder of the lock owns every claim that a dead process left behind.

    Each ends at most `within` seconds after its intent: the wait covers a call that the dead process had sent and
    Slack may still be carrying out.
    """
    async with database.write() as tx:
        for table in (effects, surfaces):
            ends = type_coerce(table.c.intent_at + literal(int(within * 1_000_000), BigInteger), Instant)
            held = and_(table.c.owner.is_not(None), table.c.lease_until > ends)
            await tx.connection.execute(update(table).where(held).values(lease_until=ends))
        await tx.connection.execute(update(watches).where(watches.c.owner.is_not(None)).values(lease_until=None))
