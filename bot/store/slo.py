"""The last evaluation of each SLO, and since when it has been in its state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.slo import Slo, SloStatus, State
from bot.domain.slo.snapshot import restored, snapshot
from bot.store.db import Tx
from bot.store.schema.slos import slo_evaluations


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A stored status, and since when its state has been the same."""

    status: SloStatus
    since: datetime


async def evaluations(tx: Tx, slos: Iterable[Slo]) -> dict[str, Evaluated]:
    """By name, the last evaluation of each of `slos` that has one and has not been changed since."""
    by_name = {slo.name: slo for slo in slos}
    rows = await tx.connection.execute(select(slo_evaluations).where(slo_evaluations.c.slo.in_(sorted(by_name))))
    found: dict[str, Evaluated] = {}
    for row in rows:
        status = restored(by_name[row.slo], row.status)
        if status is not None:
            found[row.slo] = Evaluated(status, row.since)
    return found


async def keep(tx: Tx, statuses: Iterable[SloStatus], last: Mapping[str, Evaluated]) -> dict[str, Evaluated]:
    """Store `statuses`, of which `last` were the ones before; by name, how they stand now and since when."""
    kept = {status.slo.name: Evaluated(status, _since(status, last.get(status.slo.name))) for status in statuses}
    rows = [
        {
            "slo": name,
            "as_of": each.status.as_of,
            "state": each.status.state.value,
            "since": each.since,
            "status": snapshot(each.status),
        }
        for name, each in kept.items()
    ]
    if rows:
        insert = (postgresql.insert if tx.dialect == "postgresql" else sqlite.insert)(slo_evaluations)
        columns = ("as_of", "state", "since", "status")
        upsert = insert.on_conflict_do_update(
            index_elements=["slo"],
            set_={column: insert.excluded[column] for column in columns},
            where=slo_evaluations.c.as_of <= insert.excluded.as_of,
        )
        await tx.connection.execute(upsert, rows)
    return kept


async def forget_others(tx: Tx, slos: Iterable[Slo]) -> None:
    """Drop the evaluations of SLOs that are no longer in the catalog."""
    names = sorted(slo.name for slo in slos)
    await tx.connection.execute(delete(slo_evaluations).where(slo_evaluations.c.slo.not_in(names)))


def _since(status: SloStatus, last: Evaluated | None) -> datetime:
    if last is not None and last.status.state is status.state:
        return last.since
    if status.state is State.STALE and status.data.last is not None:
        return status.data.last
    return status.as_of
