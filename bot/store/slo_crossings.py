"""Crossings of SLO thresholds as rows: each begun once, moved only from where it was read."""

from collections.abc import Collection, Iterable

from sqlalchemy import Row, select, update

from bot.domain.slo.crossing import Crossing, Move
from bot.store.db import Tx
from bot.store.owing import insert
from bot.store.schema.budgets import OPEN_CROSSING, slo_crossings


async def open_ones(tx: Tx) -> list[Crossing]:
    """All that are not over, oldest first."""
    rows = await tx.connection.execute(select(slo_crossings).where(OPEN_CROSSING).order_by(slo_crossings.c.id))
    return [_crossing(row) for row in rows]


async def latest_ends(tx: Tx, slos: Collection[str]) -> dict[tuple[str, str], Crossing]:
    """By SLO and rule, the crossing that ended last."""
    mine = (slo_crossings.c.slo.in_(sorted(slos)), slo_crossings.c.ended_at.is_not(None))
    rows = await tx.connection.execute(select(slo_crossings).where(*mine).order_by(slo_crossings.c.ended_at))
    return {(row.slo, row.rule): _crossing(row) for row in rows}


async def save(tx: Tx, moves: Iterable[Move]) -> None:
    """Store what `advance` changed; what another process began or moved meanwhile is left as that process left it."""
    for move in moves:
        if move.before is None:
            await _begin(tx, move.after)
        else:
            await _move(tx, move.before, move.after)


async def _begin(tx: Tx, crossing: Crossing) -> None:
    new = insert(tx, slo_crossings).values(slo=crossing.slo, rule=crossing.rule, began_at=crossing.began_at)
    await tx.connection.execute(new.on_conflict_do_nothing(index_elements=["slo", "rule"], index_where=OPEN_CROSSING))


async def _move(tx: Tx, before: Crossing, after: Crossing) -> None:
    looks = slo_crossings.c.well_since
    unmoved = looks.is_(None) if before.well_since is None else looks == before.well_since
    statement = update(slo_crossings).where(slo_crossings.c.id == before.number, OPEN_CROSSING, unmoved)
    await tx.connection.execute(statement.values(well_since=after.well_since, ended_at=after.ended_at))


def _crossing(row: Row[tuple[object, ...]]) -> Crossing:
    return Crossing(row.slo, row.rule, row.began_at, row.well_since, row.ended_at, row.id)
