"""Short ways to owe, claim and look at work in tests, each in a transaction of its own."""

from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Row, Table, literal, select, type_coerce, update

from bot.domain.work import Claimed, Drawn, Due, Effect, Surface, Watch
from bot.store import claims, owing
from bot.store.db import Database
from bot.store.schema.work import effects, surfaces, watches
from bot.store.types import Instant

LEASE = 60.0
HOUR = literal(3_600_000_000, BigInteger)


def effect(key: str, lane: str = "", kind: str = "test", **more: Any) -> Effect:
    """An effect in a lane of its own unless one is named."""
    return Effect(key, lane or key, kind, **more)


async def owe(database: Database, *owed: Effect) -> None:
    async with database.write() as tx:
        for each in owed:
            await owing.owe(tx, each)


async def touch(database: Database, *shown: Surface) -> None:
    async with database.write() as tx:
        for each in shown:
            await owing.touch(tx, each)


async def watch(database: Database, *watched: Watch) -> None:
    async with database.write() as tx:
        for each in watched:
            await owing.watch(tx, each)


async def claim(database: Database, owner: str = "one", lease: float = LEASE, limit: int = 100) -> list[Claimed]:
    """Claim them; the read by which an idle poll spares itself this must have seen that there are some."""
    async with database.write() as tx:
        seen = await claims.any_effect_due(tx)
        found = await claims.claim_effects(tx, owner, lease, limit)
    assert seen or not found
    return found


async def draw(database: Database, owner: str = "one", busy: tuple[str, ...] = (), limit: int = 100) -> list[Drawn]:
    """Claim them; the read by which an idle poll spares itself this must have seen that there are some."""
    async with database.write() as tx:
        seen = await claims.any_surface_due(tx, busy)
        found = await claims.claim_surfaces(tx, owner, LEASE, limit, busy)
    assert seen or not found
    return found


async def look(database: Database, owner: str = "one", limit: int = 100) -> list[Due]:
    async with database.write() as tx:
        return await claims.claim_watches(tx, owner, LEASE, limit, ["test"])


async def settle(database: Database, it: Claimed, owner: str = "one", state: str = "done", **values: Any) -> None:
    async with database.write() as tx:
        await claims.settle_effect(tx, it, owner, state, **values)


async def pass_an_hour(database: Database) -> None:
    """Every lease and every wait ended an hour ago, as if this database had been left alone for long."""
    async with database.engine.begin() as connection:
        for table in (effects, surfaces):
            past = {"lease_until": _earlier(table.c.lease_until), "not_before": _earlier(table.c.not_before)}
            await connection.execute(update(table).values(past))
        past = {"lease_until": _earlier(watches.c.lease_until), "due_at": _earlier(watches.c.due_at)}
        await connection.execute(update(watches).values(past))


def _earlier(instant: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(type_coerce(instant, BigInteger) - HOUR, Instant)


async def rows(database: Database, table: Table) -> dict[str, Row[Any]]:
    """Every row by its key."""
    async with database.read() as tx:
        return {row.key: row for row in await tx.connection.execute(select(table))}


async def row(database: Database, table: Table, key: str) -> Row[Any]:
    return (await rows(database, table))[key]
