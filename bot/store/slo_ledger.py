"""Ledgers of what SLOs counted: running sums at edges in time, grown at both ends, thinned with age.

A ledger grows only from the very edge at which it was found to end, within one transaction, so whoever comes second,
or again after a kill, adds nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, Update, bindparam, delete, exists, insert, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import BigInteger

from bot.domain.slo.layers import (
    COARSE,
    LAYERS,
    TURBULENT_BAD,
    TURBULENT_SHARE,
    Note,
    Portion,
    neighbours,
    notes_after,
    notes_before,
)
from bot.domain.slo.ledger import Bucket
from bot.domain.slo.measurement import Counts
from bot.store.db import Database, Tx
from bot.store.schema.slo_ledger import slo_ledgers, slo_notes
from bot.store.types import Instant

KEEP_UNWANTED = timedelta(days=40)
"""A ledger that no SLO of the catalog has wanted for so long is dropped; until then a removed SLO may come back."""
_MICROSECOND = timedelta(microseconds=1)
_LEDGERS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is recorded of one tally: from `starts` to `ends`, with data between `first` and `last`.

    `read_in` says that nothing older is worth reading in.
    """

    id: int
    key: str
    grain: timedelta
    starts: datetime
    ends: datetime
    first: datetime | None
    last: datetime | None
    read_in: bool
    wanted: datetime


async def ledgers(tx: Tx, keys: Collection[str]) -> dict[str, Ledger]:
    """By key, those of these ledgers that have been begun."""
    table = slo_ledgers.c
    query = select(
        table.id,
        table.key,
        table.grain_s,
        table.starts,
        table.ends,
        table.first_at,
        table.last_at,
        table.read_in,
        table.wanted_at,
    ).where(table.key.in_(sorted(keys)))
    rows = await tx.connection.execute(query)
    return {row.key: Ledger(row.id, row.key, timedelta(seconds=row.grain_s), *row[3:]) for row in rows}


async def begin(tx: Tx, grains: Mapping[str, timedelta], at: datetime, now: datetime) -> None:
    """Begin the ledgers of these keys at `at`, where they are not there yet, and note that they are wanted."""
    rows = [
        {"key": key, "grain_s": grain.total_seconds(), "starts": at, "ends": at, "read_in": False, "wanted_at": now}
        for key, grain in grains.items()
    ]
    statement = (postgresql.insert if tx.dialect == "postgresql" else sqlite.insert)(slo_ledgers)
    upsert = statement.on_conflict_do_update(index_elements=["key"], set_={"wanted_at": statement.excluded.wanted_at})
    await tx.connection.execute(upsert, rows)
    fresh = select(slo_ledgers.c.id, slo_ledgers.c.starts).where(
        slo_ledgers.c.key.in_(sorted(grains)), ~exists().where(slo_notes.c.ledger_id == slo_ledgers.c.id)
    )
    await _insert(tx, [(row.id, Note(row.starts)) for row in await tx.connection.execute(fresh)])


async def append(tx: Tx, portion: Portion, found: Mapping[int, Sequence[Bucket]]) -> None:
    """Add buckets that follow each other from `portion.start`, to the ledgers that still end there."""
    moved = update(slo_ledgers).where(slo_ledgers.c.id.in_(sorted(found)), slo_ledgers.c.ends == portion.start)
    ids = await _returned(tx, moved.values(ends=portion.end))
    bases = await _notes_at(tx, ids, portion.start)
    await _insert(tx, [(id_, note) for id_ in ids for note in notes_after(bases[id_], found[id_])])
    await _saw_data(tx, {id_: found[id_] for id_ in ids})


async def prepend(tx: Tx, portion: Portion, found: Mapping[int, Sequence[Bucket]]) -> None:
    """Add buckets that follow each other up to `portion.end`, to the ledgers that still start there."""
    moved = update(slo_ledgers).where(slo_ledgers.c.id.in_(sorted(found)), slo_ledgers.c.starts == portion.end)
    ids = await _returned(tx, moved.values(starts=portion.start))
    bases = await _notes_at(tx, ids, portion.end)
    await _insert(tx, [(id_, note) for id_ in ids for note in notes_before(bases[id_], found[id_])])
    await _saw_data(tx, {id_: found[id_] for id_ in ids})


async def whole(tx: Tx, ids: Collection[int]) -> None:
    """Nothing older is worth reading in for these."""
    await tx.connection.execute(update(slo_ledgers).where(slo_ledgers.c.id.in_(sorted(ids))).values(read_in=True))


async def notes_around(tx: Tx, found: Collection[Ledger], instants: Iterable[datetime]) -> dict[int, list[Note]]:
    """By ledger, the notes that tell the sums at `instants`, and its first and last one; in order."""
    edges = {edge for at in instants for edge in neighbours(at)}
    edges |= {edge for each in found for edge in (each.starts, each.ends)}
    query = select(slo_notes).where(
        slo_notes.c.ledger_id.in_(sorted(each.id for each in found)), slo_notes.c.at.in_(sorted(edges))
    )
    notes: dict[int, list[Note]] = {each.id: [] for each in found}
    for row in await tx.connection.execute(query.order_by(slo_notes.c.ledger_id, slo_notes.c.at)):
        notes[row.ledger_id].append(_note(row.at, row.good, row.total, row.covered_s))
    return notes


async def notes_between(tx: Tx, ledger: Ledger, start: datetime, end: datetime) -> list[Note]:
    """Every note of one ledger from the last one before `start` to the first one after `end`, in order."""
    slack = LAYERS[-1].width
    query = select(slo_notes.c.at, slo_notes.c.good, slo_notes.c.total, slo_notes.c.covered_s).where(
        slo_notes.c.ledger_id == ledger.id, slo_notes.c.at >= start - slack, slo_notes.c.at <= end + slack
    )
    return [_note(*row) for row in await tx.connection.execute(query.order_by(slo_notes.c.at))]


async def thin(database: Database, now: datetime) -> None:
    """Drop edges that are older than their layer is kept, what is older than a year, and ledgers nobody wants."""
    async with database.write() as tx:
        unwanted = select(slo_ledgers.c.id).where(slo_ledgers.c.wanted_at < now - KEEP_UNWANTED)
        await tx.connection.execute(delete(slo_notes).where(slo_notes.c.ledger_id.in_(unwanted)))
        await tx.connection.execute(delete(slo_ledgers).where(slo_ledgers.c.id.in_(unwanted)))
        ids = list((await tx.connection.execute(select(slo_ledgers.c.id))).scalars())
    for first in range(0, len(ids), _LEDGERS_AT_ONCE):
        async with database.write() as tx:
            for ledger_id in ids[first : first + _LEDGERS_AT_ONCE]:
                await _thin(tx, ledger_id, now)


async def _thin(tx: Tx, ledger_id: int, now: datetime) -> None:
    number = type_coerce(slo_notes.c.at, BigInteger)
    an_end = exists().where(
        slo_ledgers.c.id == ledger_id, (slo_ledgers.c.starts == slo_notes.c.at) | (slo_ledgers.c.ends == slo_notes.c.at)
    )
    for layer, coarser in pairwise(LAYERS):
        between = number % (coarser.width // _MICROSECOND) != 0
        await tx.connection.execute(
            delete(slo_notes).where(
                slo_notes.c.ledger_id == ledger_id,
                slo_notes.c.at < now - layer.keep,
                between,
                ~an_end,
                *([~_in_turbulent_hour(ledger_id)] if coarser.width == COARSE else []),
            )
        )
    await _forget_before(tx, ledger_id, now - LAYERS[-1].keep)


def _in_turbulent_hour(ledger_id: int) -> ColumnElement[bool]:
    """Whether a note lies within an hour that `layers.turbulent` wants to be kept as it is."""
    hour = COARSE // _MICROSECOND
    at = type_coerce(slo_notes.c.at, BigInteger)
    before, after = slo_notes.alias(), slo_notes.alias()
    bad = (after.c.total - after.c.good) - (before.c.total - before.c.good)
    return exists(
        select(before.c.at).where(
            before.c.ledger_id == ledger_id,
            after.c.ledger_id == ledger_id,
            type_coerce(before.c.at, BigInteger) == at - at % hour,
            type_coerce(after.c.at, BigInteger) == at - at % hour + hour,
            bad >= TURBULENT_BAD,
            bad >= TURBULENT_SHARE * (after.c.total - before.c.total),
        )
    )


async def _forget_before(tx: Tx, ledger_id: int, limit: datetime) -> None:
    """Drop the oldest notes; the ledger then starts at the oldest one that is left."""
    kept = select(slo_notes.c.at).where(slo_notes.c.ledger_id == ledger_id, slo_notes.c.at >= limit)
    oldest = (await tx.connection.execute(kept.order_by(slo_notes.c.at).limit(1))).scalar()
    if oldest is None:
        return
    await tx.connection.execute(delete(slo_notes).where(slo_notes.c.ledger_id == ledger_id, slo_notes.c.at < oldest))
    older = update(slo_ledgers).where(slo_ledgers.c.id == ledger_id, slo_ledgers.c.starts < oldest)
    await tx.connection.execute(older.values(starts=oldest))


async def _returned(tx: Tx, statement: Update) -> list[int]:
    return list((await tx.connection.execute(statement.returning(slo_ledgers.c.id))).scalars())


async def _notes_at(tx: Tx, ids: Sequence[int], at: datetime) -> dict[int, Note]:
    query = select(slo_notes).where(slo_notes.c.ledger_id.in_(ids), slo_notes.c.at == at)
    rows = await tx.connection.execute(query)
    return {row.ledger_id: _note(row.at, row.good, row.total, row.covered_s) for row in rows}


async def _insert(tx: Tx, notes: Sequence[tuple[int, Note]]) -> None:
    if not notes:
        return
    rows = [
        {
            "ledger_id": ledger_id,
            "at": note.at,
            "good": note.counts.good,
            "total": note.counts.total,
            "covered_s": note.covered.total_seconds(),
        }
        for ledger_id, note in notes
    ]
    await tx.connection.execute(insert(slo_notes), rows)


async def _saw_data(tx: Tx, found: Mapping[int, Sequence[Bucket]]) -> None:
    """Widen the stretch between the first and the last data."""
    seen = {id_: [each for each in buckets if each.covered > timedelta(0)] for id_, buckets in found.items()}
    for column, value in (
        (slo_ledgers.c.first_at, {id_: buckets[0].start for id_, buckets in seen.items() if buckets}),
        (slo_ledgers.c.last_at, {id_: buckets[-1].end for id_, buckets in seen.items() if buckets}),
    ):
        wider = (
            column > bindparam("seen", type_=Instant)
            if column.name == "first_at"
            else column < bindparam("seen", type_=Instant)
        )
        statement = update(slo_ledgers).where(slo_ledgers.c.id == bindparam("ledger"), column.is_(None) | wider)
        if value:
            rows = [{"ledger": id_, "seen": at} for id_, at in value.items()]
            await tx.connection.execute(statement.values({column.name: bindparam("seen", type_=Instant)}), rows)


def _note(at: datetime, good: float, total: float, covered_s: float) -> Note:
    return Note(at, Counts(good, total), timedelta(seconds=covered_s))
