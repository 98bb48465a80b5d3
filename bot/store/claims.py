"""Claiming work under a lease: conditional UPDATEs that check the owner, so that a frozen process can write nothing.

One mechanism serves effects, surfaces and watches. A claim is taken by one UPDATE whose inner SELECT picks the rows
(`FOR UPDATE SKIP LOCKED` on PostgreSQL, the single writer on SQLite), and renewed and settled
by UPDATEs that name its owner. Effects and surfaces name the attempt too, which fences off an owner from what it
claimed again itself, after it had been asleep.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    FromClause,
    Row,
    Select,
    Table,
    and_,
    case,
    literal,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from bot.domain.work import Claimed, Drawn, Due
from bot.store.db import Database, Tx
from bot.store.schema.work import BEGUN, UNSETTLED, effects, surfaces, watches
from bot.store.types import Instant

AFTER_ERROR_S = 30.0
"""A look that failed is repeated no later than this, however rarely it is due."""


class LeaseLost(Exception):
    """The claim is no longer ours: another process took over, and nothing of this attempt may be written."""


def _free(tx: Tx, table: FromClause) -> ColumnElement[bool]:
    return or_(table.c.lease_until.is_(None), table.c.lease_until <= tx.server_now)


def _ours(table: Table, it: Claimed | Drawn, owner: str) -> ColumnElement[bool]:
    attempt = and_(table.c.attempts == it.attempts, table.c.intent_at == it.intent_at)
    return and_(table.c.id == it.id, table.c.owner == owner, attempt)


def _after(column: ColumnElement[Any], seconds: float) -> ColumnElement[Any]:
    return type_coerce(column + literal(int(seconds * 1_000_000), BigInteger), Instant)


async def _take(
    tx: Tx, table: Table, picked: Select[Any], owner: str, lease: float, values: Mapping[str, Any]
) -> list[Row[Any]]:
    """Claim what `picked` selects, chosen once: as a plain subquery PostgreSQL may run it again for each row."""
    if tx.dialect == "postgresql":
        picked = picked.with_for_update(skip_locked=True, of=table)
    chosen = picked.cte("chosen")
    taking = (
        update(table)
        .where(table.c.id.in_(select(chosen.c.id)))
        .values(owner=owner, lease_until=tx.later(lease), **values)
        .returning(table)
    )
    return list((await tx.connection.execute(taking)).all())


async def any_effect_due(tx: Tx, kinds: Collection[str] | None = None, *, retake: bool = True) -> bool:
    """Whether `claim_effects` may find something: a read, so that an idle poll takes no write."""
    due = and_(effects.c.state == "ready", effects.c.not_before <= tx.server_now)
    if retake:
        due = or_(due, _unfinished(tx))
    waiting = select(effects.c.id).where(UNSETTLED, due, _of(kinds))
    return (await tx.connection.execute(waiting.limit(1))).first() is not None


async def claim_effects(
    tx: Tx, owner: str, lease: float, limit: int, kinds: Collection[str] | None = None, *, retake: bool = True
) -> list[Claimed]:
    """Up to `limit` effects that are due, the oldest first: of each lane the one begun, or else its oldest ready one.

    Those that an earlier attempt left with an unknown end come first, as `retaken`. Only effects of `kinds` are
    claimed, where given: what only another version of the program knows how to do is left to it. Without `retake` only
    first attempts are: what was left behind comes up by the passing of time, not by a bell.
    """
    wanted = _of(kinds)
    taken = {"state": "claimed", "attempts": effects.c.attempts + 1}
    retaken: list[Row[Any]] = []
    if retake:
        retaken = await _take(tx, effects, _left_behind(tx).where(wanted).limit(limit), owner, lease, taken)
    fresh: list[Row[Any]] = []
    if len(retaken) < limit:
        due = _heads_of_lanes(tx).where(wanted).limit(limit - len(retaken))
        fresh = await _begin(tx, due, owner, lease, {**taken, "intent_at": tx.server_now})
    claimed = [_claimed(row, retaken=True) for row in retaken] + [_claimed(row, retaken=False) for row in fresh]
    return sorted(claimed, key=lambda it: it.id)


def _of(kinds: Collection[str] | None) -> ColumnElement[bool]:
    return true() if kinds is None else effects.c.kind.in_(sorted(kinds))


def _left_behind(tx: Tx) -> Select[Any]:
    return select(effects.c.id).where(UNSETTLED, _unfinished(tx)).order_by(effects.c.id)


def _unfinished(tx: Tx) -> ColumnElement[bool]:
    unsure = and_(effects.c.state == "unsure", effects.c.not_before <= tx.server_now)
    stalled = and_(effects.c.state == "claimed", effects.c.lease_until <= tx.server_now)
    return or_(unsure, stalled)


def _heads_of_lanes(tx: Tx) -> Select[Any]:
    other = effects.alias("other")
    before = or_(other.c.state.in_(BEGUN), and_(other.c.state == "ready", other.c.id < effects.c.id))
    same_lane = and_(other.c.lane == effects.c.lane, other.c.settled_at.is_(None))
    waits = select(other.c.id).where(same_lane, before).exists()
    ready = select(effects.c.id).where(UNSETTLED, effects.c.state == "ready", effects.c.not_before <= tx.server_now)
    return ready.where(~waits).order_by(effects.c.id)


async def _begin(tx: Tx, due: Select[Any], owner: str, lease: float, values: Mapping[str, Any]) -> list[Row[Any]]:
    """Claim first attempts; none where another process began something in one of their lanes at the same moment.

    Its claim is not committed where the SELECT could see it, so the unique index on begun effects is what tells.
    SQLite's writer is alone, and needs no savepoint for that.
    """
    if tx.dialect == "sqlite":
        return await _take(tx, effects, due, owner, lease, values)
    try:
        async with tx.connection.begin_nested():
            return await _take(tx, effects, due, owner, lease, values)
    except IntegrityError:
        return []


def _claimed(row: Row[Any], *, retaken: bool) -> Claimed:
    return Claimed(row.id, row.key, row.lane, row.kind, row.subject, row.payload, row.attempts, row.intent_at, retaken)


async def settle_effect(tx: Tx, it: Claimed, owner: str, state: str, **values: Any) -> None:
    """Write how an attempt ended. Raises `LeaseLost`, which rolls the whole transaction back."""
    settled = update(effects).where(_ours(effects, it, owner), effects.c.state == "claimed")
    settled = settled.values(state=state, owner=None, lease_until=None, **values)
    if (await tx.connection.execute(settled)).rowcount != 1:
        raise LeaseLost(it.key)


async def renew(database: Database, table_name: str, row_id: int, owner: str, lease: float) -> None:
    """Hold a claim for another `lease` seconds. Raises `LeaseLost`."""
    table = {"effects": effects, "surfaces": surfaces, "watches": watches}[table_name]
    async with database.write() as tx:
        held = update(table).where(table.c.id == row_id, table.c.owner == owner).values(lease_until=tx.later(lease))
        if (await tx.connection.execute(held)).rowcount != 1:
            raise LeaseLost(f"{table_name} {row_id}")


async def hold_surface(tx: Tx, it: Drawn, owner: str, lease: float) -> None:
    """Hold a surface for another `lease` seconds, in a transaction that does more. Raises `LeaseLost`."""
    held = update(surfaces).where(_ours(surfaces, it, owner)).values(lease_until=tx.later(lease))
    if (await tx.connection.execute(held)).rowcount != 1:
        raise LeaseLost(it.key)


async def any_surface_due(tx: Tx, busy: Collection[str] = ()) -> bool:
    """Whether `claim_surfaces` may find something: a read, so that an idle poll takes no write."""
    due = select(surfaces.c.id).where(_outdated(tx, surfaces), surfaces.c.channel.not_in(busy))
    return (await tx.connection.execute(due.limit(1))).first() is not None


async def claim_surfaces(tx: Tx, owner: str, lease: float, limit: int, busy: Collection[str] = ()) -> list[Drawn]:
    """Up to `limit` surfaces that show less than is wanted: the most urgent one of each channel that is not `busy`."""
    due = (
        select(surfaces.c.id)
        .where(_outdated(tx, surfaces), ~_more_urgent_there(tx))
        .order_by(surfaces.c.priority, surfaces.c.wanted_at, surfaces.c.id)
        .limit(limit)
    )
    begun = surfaces.c.intent_at.is_not(None)
    values = {"state": "claimed", "attempts": surfaces.c.attempts + 1}
    begin = {**values, "intent_at": tx.server_now}
    fresh = await _take(tx, surfaces, due.where(~begun, surfaces.c.channel.not_in(busy)), owner, lease, begin)
    busy = {*busy, *(row.channel for row in fresh)}
    again = due.where(begun, surfaces.c.channel.not_in(busy)).limit(limit - len(fresh))
    retaken = await _take(tx, surfaces, again, owner, lease, values) if len(fresh) < limit else []
    drawn = [_drawn(row, retaken=False) for row in fresh] + [_drawn(row, retaken=True) for row in retaken]
    return sorted(drawn, key=lambda it: it.id)


def _outdated(tx: Tx, table: FromClause) -> ColumnElement[bool]:
    """It shows less than is wanted, and its time has come."""
    due = and_(table.c.wanted > table.c.shown, table.c.state != "gone", table.c.not_before <= tx.server_now)
    return and_(due, _free(tx, table))


def _more_urgent_there(tx: Tx) -> ColumnElement[bool]:
    """Whether another surface of the same channel comes first."""
    other = surfaces.alias("other")
    rank = tuple_(surfaces.c.priority, surfaces.c.wanted_at, surfaces.c.id)
    before = tuple_(other.c.priority, other.c.wanted_at, other.c.id) < rank
    return select(other.c.id).where(other.c.channel == surfaces.c.channel, before, _outdated(tx, other)).exists()


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
    freed = {"state": "ready", "owner": None, "lease_until": None} | values
    settled = update(surfaces).where(_ours(surfaces, it, owner)).values(freed)
    if (await tx.connection.execute(settled)).rowcount != 1:
        raise LeaseLost(it.key)


async def claim_watches(tx: Tx, owner: str, lease: float, limit: int, kinds: Collection[str]) -> list[Due]:
    """Up to `limit` watches of `kinds` whose time has come, the most overdue first."""
    due = _due(tx, kinds).order_by(watches.c.due_at).limit(limit)
    rows = sorted(await _take(tx, watches, due, owner, lease, {}), key=lambda row: row.due_at)
    return [Due(row.id, row.key, row.kind, row.subject, row.every_s, row.memory) for row in rows]


async def any_watch_due(tx: Tx, kinds: Collection[str]) -> bool:
    """Whether a watch waits for a look: a read, so that an idle tick takes no write."""
    return (await tx.connection.execute(_due(tx, kinds).limit(1))).first() is not None


def _due(tx: Tx, kinds: Collection[str]) -> Select[Any]:
    waiting = and_(watches.c.active, watches.c.due_at <= tx.server_now, _free(tx, watches))
    return select(watches.c.id).where(waiting, watches.c.kind.in_(sorted(kinds)))


async def settle_watch(tx: Tx, it: Due, owner: str, memory: Mapping[str, object] | None, error: str = "") -> None:
    """Keep what a look left behind and when the next one is due: one period after this one was, or, where that has
    passed, one period from now; sooner where it ended in an error. Raises `LeaseLost`.
    """
    kept = {"memory": dict(memory)} if memory is not None else {}
    every_s = min(it.every_s, AFTER_ERROR_S) if error else it.every_s
    on_time = _after(watches.c.due_at, every_s)
    next_due = case((on_time > tx.server_now, on_time), else_=tx.later(every_s))
    settled = update(watches).where(watches.c.id == it.id, watches.c.owner == owner)
    settled = settled.values(owner=None, lease_until=None, due_at=next_due, error=error, **kept)
    if (await tx.connection.execute(settled)).rowcount != 1:
        raise LeaseLost(it.key)


async def take_over(database: Database, within: float) -> None:
    """On SQLite the sole holder of the lock owns every claim that a dead process left behind.

    Each ends `within` seconds after its attempt began, its lease at the latest: the dead process may have sent its last
    call just before it died, and Slack may still be carrying it out. Watches only read, and are looked at at once.
    """
    async with database.write() as tx:
        for table in (effects, surfaces):
            ends = _after(table.c.intent_at, within)
            held = and_(table.c.owner.is_not(None), table.c.lease_until > ends)
            await tx.connection.execute(update(table).where(held).values(lease_until=ends))
        await tx.connection.execute(update(watches).where(watches.c.owner.is_not(None)).values(lease_until=None))
