"""The steps by which one look of the sampler is written, within one transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.series import LAYERS, Increment, bucket, growth, series_key, spread
from bot.ports import Sample, Scrape
from bot.store.db import Tx
from bot.store.schema.samples import sample_buckets, sample_points, sample_series, sample_spans, sample_targets

Known = dict[str, tuple[int, float | None]]
"""A target's series by key: id and last value (None: it was never read as a counter)."""

_MISSED_LOOKS = 3
_LEAST_GAP = timedelta(seconds=10)
"""A stretch goes on across so many missed looks, or so many seconds, whichever is longer; beyond is a gap."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target as it was before this look. `metrics` are the names read from it so far."""

    id: int
    last_at: datetime | None
    span_started: datetime | None
    metrics: frozenset[str]
    left_out: int


@dataclass(frozen=True, slots=True)
class Amount:
    """So much more of a series, seen at `at`."""

    series: int
    at: datetime
    amount: float

    @classmethod
    def of(cls, known: Known, increment: Increment) -> "Amount":
        return cls(known[series_key(increment.name, increment.labels)][0], increment.at, increment.amount)


async def target_row(tx: Tx, name: str) -> TargetRow:
    """The target's row, made where there is none, and locked until the transaction ends."""
    query = select(sample_targets).filter_by(name=name).with_for_update()
    row = (await tx.connection.execute(query)).one_or_none()
    if row is None:
        upsert = _insert(tx)(sample_targets).values(name=name, metrics=[], left_out=0, problem="")
        await tx.connection.execute(upsert.on_conflict_do_nothing(index_elements=["name"]))
        row = (await tx.connection.execute(query)).one()
    return TargetRow(row.id, row.last_at, row.span_started, frozenset(row.metrics), row.left_out)


async def known_counters(tx: Tx, target: TargetRow) -> Known:
    columns = sample_series.c
    rows = await tx.connection.execute(select(columns.key, columns.id, columns.value).filter_by(target_id=target.id))
    return {key: (series, value) for key, series, value in rows}


async def admit(tx: Tx, target: TargetRow, known: Known, samples: Sequence[Sample], limit: int) -> int:
    """Give new series their rows, up to `limit` of the target's series; the number of those left out."""
    new = {key: sample for sample in samples if (key := series_key(sample.name, sample.labels)) not in known}
    room = max(0, limit - len(known))
    rows = [
        {"target_id": target.id, "key": key, "name": sample.name, "labels": dict(sample.labels), "value": None}
        for key, sample in list(new.items())[:room]
    ]
    if rows:
        made = await tx.connection.execute(
            insert(sample_series).returning(sample_series.c.key, sample_series.c.id), rows
        )
        known.update({key: (series, None) for key, series in made})
    return max(0, len(new) - room)


def grown(target: TargetRow, known: Known, scrape: Scrape) -> Iterator[Amount]:
    """How much each series of a look grew since the last one.

    A metric that was never read from the target before has no earlier look to compare with; nor can series that were
    left out be told from new ones.
    """
    for sample in scrape.counters:
        entry = known.get(series_key(sample.name, sample.labels))
        if entry is None:
            continue
        born = sample.name in target.metrics and not target.left_out
        amount = growth(entry[1], sample.value, born=born)
        if amount:
            for at, part in spread(target.last_at or scrape.at, scrape.at, amount):
                yield Amount(entry[0], at, part)
    for event in scrape.events:
        entry = known.get(series_key(event.name, event.labels))
        if entry is not None and event.value:
            yield Amount(entry[0], scrape.at, event.value)


async def add_amounts(tx: Tx, amounts: Sequence[Amount]) -> None:
    """The increments themselves, and each added to its bucket in every layer."""
    if not amounts:
        return
    points = [{"series_id": each.series, "at": each.at, "amount": each.amount} for each in amounts]
    await tx.connection.execute(insert(sample_points), points)
    totals: dict[tuple[int, int, datetime], float] = {}
    for each in amounts:
        for width in LAYERS:
            place = (each.series, int(width.total_seconds()), bucket(each.at, width))
            totals[place] = totals.get(place, 0.0) + each.amount
    upsert = _insert(tx)(sample_buckets)
    upsert = upsert.on_conflict_do_update(
        index_elements=["series_id", "width_s", "start"],
        set_={"amount": sample_buckets.c.amount + upsert.excluded.amount},
    )
    rows = [
        {"series_id": series, "width_s": width, "start": start, "amount": amount}
        for (series, width, start), amount in totals.items()
    ]
    await tx.connection.execute(upsert, rows)


async def keep_values(tx: Tx, known: Known, counters: Sequence[Sample]) -> None:
    """Remember where each counter stands."""
    changed: list[dict[str, int | float]] = []
    for sample in counters:
        key = series_key(sample.name, sample.labels)
        entry = known.get(key)
        if entry is not None and entry[1] != sample.value:
            known[key] = (entry[0], sample.value)
            changed.append({"series": entry[0], "seen": sample.value})
    if changed:
        statement = update(sample_series).where(sample_series.c.id == bindparam("series"))
        await tx.connection.execute(statement.values(value=bindparam("seen")), changed)


async def stretch(tx: Tx, target: TargetRow, started: datetime, gap: timedelta) -> datetime:
    """Since when the target is watched without a gap, a look having come at `started`; one before a gap is closed."""
    if target.last_at is None or target.span_started is None:
        return started
    if started - target.last_at <= gap:
        return target.span_started
    closed = {"target_id": target.id, "started": target.span_started, "ended": target.last_at}
    await tx.connection.execute(insert(sample_spans).values(closed))
    return started


def gap_after(every: timedelta) -> timedelta:
    """How late the next look may come without leaving a gap."""
    return max(_MISSED_LOOKS * every, _LEAST_GAP)


def _insert(tx: Tx) -> Callable[[Table], postgresql.Insert | sqlite.Insert]:
    """The dialect's own INSERT, which knows ON CONFLICT."""
    return postgresql.insert if tx.dialect == "postgresql" else sqlite.insert
