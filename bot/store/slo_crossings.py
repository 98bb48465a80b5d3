"""Crossings of SLO thresholds as rows: each begun once, moved only from where it was read."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Row, select, update

from bot.domain.slo.crossing import Crossing, Move
from bot.store.db import Tx
from bot.store.owing import insert, insert_new
from bot.store.schema.budgets import OPEN_CROSSING, slo_crossings


async def open_ones(tx: Tx) -> list[Crossing]:
    """All that are not over, oldest first."""
    rows = await tx.connection.execute(select(slo_crossings).where(OPEN_CROSSING).order_by(slo_crossings.c.id))
    return [_crossing(row) for row in rows]


async def ends(tx: Tx, slos: Collection[str]) -> dict[tuple[str, str, datetime], datetime]:
    """When each crossing of these SLOs that is over ended, by SLO, rule and beginning."""
    mine = (slo_crossings.c.slo.in_(sorted(slos)), slo_crossings.c.ended_at.is_not(None))
    rows = await tx.connection.execute(select(slo_crossings).where(*mine))
    return {(row.slo, row.rule, row.began_at): row.ended_at for row in rows}


async def save(tx: Tx, moves: Iterable[Move]) -> list[Crossing]:
    """Store what `advance` changed, and return what was begun by it.

    What another process began or moved meanwhile is left as that process left it.
    """
    begun = []
    for move in moves:
        if move.before is not None:
            await _move(tx, move.before, move.after)
        elif await _begin(tx, move.after):
            begun.append(move.after)
    return begun


async def _begin(tx: Tx, crossing: Crossing) -> bool:
    new = insert(tx, slo_crossings).values(slo=crossing.slo, rule=crossing.rule, began_at=crossing.began_at)
    once = new.on_conflict_do_nothing(index_elements=["slo", "rule"], index_where=OPEN_CROSSING)
    return await insert_new(tx, once)


async def _move(tx: Tx, before: Crossing, after: Crossing) -> None:
    looks = slo_crossings.c.well_since
    unmoved = looks.is_(None) if before.well_since is None else looks == before.well_since
    statement = update(slo_crossings).where(slo_crossings.c.id == before.number, OPEN_CROSSING, unmoved)
    await tx.connection.execute(statement.values(well_since=after.well_since, ended_at=after.ended_at))


def _crossing(row: Row[tuple[object, ...]]) -> Crossing:
    return Crossing(row.slo, row.rule, row.began_at, row.well_since, row.ended_at, row.id)
