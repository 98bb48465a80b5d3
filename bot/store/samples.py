"""The sampler's samples in the database: increments as they were seen, and the same added up by 5 minutes and by hour.

All layers are written in one transaction with the counters' last values, so they never disagree, and a look that was
interrupted was never taken.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Select, delete, func, select, type_coerce, union_all, update

from bot.domain.series import COARSE, FINE, LAYERS, Increment, Piece, Series, TargetState, pieces
from bot.ports import Sample, Scrape
from bot.store.db import Database, Tx
from bot.store.sample_writing import (
    Amount,
    TargetRow,
    add_amounts,
    admit,
    gap_after,
    grown,
    keep_values,
    known_counters,
    stretch,
    target_row,
)
from bot.store.schema.samples import sample_buckets, sample_points, sample_series, sample_spans, sample_targets
from bot.store.types import micros

KEEP_INCREMENTS = timedelta(days=30)
KEEP_LAYERS: Mapping[timedelta, timedelta] = {FINE: timedelta(days=92), COARSE: timedelta(days=400)}
_MARGIN = timedelta(days=1)
"""Increments are kept a little longer, so that a window as long as they are kept finds its first edge."""


class SqlSampleStore:
    """A `SampleStore` on either database. `keep` is how long single increments are kept; sums are kept longer."""

    def __init__(self, database: Database, keep: timedelta = KEEP_INCREMENTS) -> None:
        self._database = database
        self._keep = keep
        self._counters: dict[int, tuple[datetime, dict[str, tuple[int, float | None]]]] = {}

    async def record(self, scrape: Scrape) -> int:
        async with self._database.write() as tx:
            target = await target_row(tx, scrape.target)
            if target.last_at is not None and scrape.at <= target.last_at:
                return target.left_out
            known = await self._known(tx, target)
            left_out = await admit(tx, target, known, [*scrape.counters, *scrape.events], scrape.limit)
            await add_amounts(tx, list(grown(target, known, scrape)))
            await keep_values(tx, known, scrape.counters)
            metrics = target.metrics | {sample.name for sample in scrape.counters}
            await _change(
                tx,
                target,
                last_at=scrape.at,
                span_started=await stretch(tx, target, scrape.at, gap_after(scrape.every)),
                metrics=sorted(metrics),
                left_out=left_out,
                problem="",
            )
        self._counters[target.id] = (scrape.at, known)
        return left_out

    async def failed(self, target: str, problem: str) -> None:
        async with self._database.write() as tx:
            await _change(tx, await target_row(tx, target), problem=problem)

    async def add(self, target: str, increments: Sequence[Increment], start: datetime, end: datetime) -> None:
        async with self._database.write() as tx:
            row = await target_row(tx, target)
            new = [each for each in increments if row.last_at is None or each.at > row.last_at]
            if not new or (row.last_at is not None and end <= row.last_at):
                return
            known = await known_counters(tx, row)
            samples = [Sample(each.name, each.labels, each.amount) for each in new]
            await admit(tx, row, known, samples, limit=len(known) + len(samples))
            await add_amounts(tx, [Amount.of(known, each) for each in new])
            await _change(tx, row, last_at=end, span_started=await stretch(tx, row, start, timedelta(0)))
        self._counters.pop(row.id, None)

    async def series(self, names: Collection[str]) -> Sequence[Series]:
        query = (
            select(sample_series.c.id, sample_targets.c.name, sample_series.c.name, sample_series.c.labels)
            .join_from(sample_series, sample_targets)
            .where(sample_series.c.name.in_(sorted(names)))
        )
        async with self._database.read() as tx:
            return [Series(*row) for row in await tx.connection.execute(query)]

    async def sums(
        self, series: Collection[int], windows: Sequence[tuple[datetime, datetime]]
    ) -> Sequence[Mapping[int, float]]:
        async with self._database.read() as tx:
            return [await _sum(tx, sorted(series), start, end) for start, end in windows]

    async def slices(
        self, series: Collection[int], window: tuple[datetime, datetime], width: timedelta
    ) -> Mapping[int, Mapping[int, float]]:
        layer = next((each for each in LAYERS if width % each == timedelta(0)), None)
        size = width // timedelta(microseconds=1)
        table, instant = (
            (sample_points, sample_points.c.at) if layer is None else (sample_buckets, sample_buckets.c.start)
        )
        number = type_coerce(instant, BigInteger)
        slot = (number - 1) // size if layer is None else number // size
        first, after = micros(window[0]) // size, micros(window[1]) // size
        query = (
            select(table.c.series_id, slot, func.sum(table.c.amount))
            .where(table.c.series_id.in_(sorted(series)), slot >= first, slot < after)
            .group_by(table.c.series_id, slot)
        )
        if layer is not None:
            query = query.where(sample_buckets.c.width_s == layer.total_seconds())
        found: dict[int, dict[int, float]] = {}
        async with self._database.read() as tx:
            for series_id, slice_number, amount in await tx.connection.execute(query):
                found.setdefault(series_id, {})[slice_number] = amount
        return found

    async def targets(self, names: Collection[str], since: datetime) -> Mapping[str, TargetState]:
        async with self._database.read() as tx:
            rows = await tx.connection.execute(select(sample_targets).where(sample_targets.c.name.in_(sorted(names))))
            found = {row.id: row for row in rows}
            spans = {row.id: [(row.span_started, row.last_at)] if row.last_at else [] for row in found.values()}
            query = select(sample_spans.c.target_id, sample_spans.c.started, sample_spans.c.ended).where(
                sample_spans.c.target_id.in_(sorted(found)), sample_spans.c.ended > since
            )
            for target, started, ended in await tx.connection.execute(query):
                spans[target].append((started, ended))
        return {row.name: TargetState(row.name, spans[row.id], row.left_out, row.problem) for row in found.values()}

    async def forget(self, now: datetime) -> None:
        """Drop what is older than its layer is kept; coarser layers still hold its sum."""
        async with self._database.write() as tx:
            await tx.connection.execute(delete(sample_points).where(sample_points.c.at < now - self._keep - _MARGIN))
            for width, kept in KEEP_LAYERS.items():
                old = sample_buckets.c.start < now - kept
                await tx.connection.execute(
                    delete(sample_buckets).where(sample_buckets.c.width_s == width.total_seconds(), old)
                )
            await tx.connection.execute(delete(sample_spans).where(sample_spans.c.ended < now - KEEP_LAYERS[COARSE]))

    async def _known(self, tx: Tx, target: TargetRow) -> dict[str, tuple[int, float | None]]:
        """The target's series by key; read anew only where another process has recorded since."""
        kept = self._counters.get(target.id)
        if kept is not None and kept[0] == target.last_at:
            return dict(kept[1])
        return await known_counters(tx, target)


async def _change(tx: Tx, target: TargetRow, **columns: object) -> None:
    await tx.connection.execute(update(sample_targets).where(sample_targets.c.id == target.id).values(**columns))


async def _sum(tx: Tx, series: list[int], start: datetime, end: datetime) -> dict[int, float]:
    parts = [_piece(series, piece) for piece in pieces(start, end)] if series else []
    if not parts:
        return {}
    together = union_all(*parts).subquery()
    total = select(together.c.series_id, func.sum(together.c.amount)).group_by(together.c.series_id)
    return {row[0]: row[1] for row in await tx.connection.execute(total)}


def _piece(series: list[int], piece: Piece) -> Select[tuple[int, float]]:
    if piece.width is None:
        return select(sample_points.c.series_id, sample_points.c.amount).where(
            sample_points.c.series_id.in_(series), sample_points.c.at > piece.start, sample_points.c.at <= piece.end
        )
    return select(sample_buckets.c.series_id, sample_buckets.c.amount).where(
        sample_buckets.c.series_id.in_(series),
        sample_buckets.c.width_s == piece.width.total_seconds(),
        sample_buckets.c.start >= piece.start,
        sample_buckets.c.start < piece.end,
    )
