"""Runs as rows: each move is one UPDATE that checks where it starts from, and a target has one lock."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from bot.domain.run import ENDED, Run, RunState
from bot.domain.run_record import Advance, Approval, RunRecord
from bot.domain.verdict import Verdict
from bot.store.db import Tx
from bot.store.owing import insert as insert_or
from bot.store.owing import insert_new
from bot.store.run_rows import (
    advance_json,
    approval_json,
    called_json,
    record_of,
    state_columns,
    verdict_json,
    verification_json,
    wish_columns,
)
from bot.store.schema.runs import WAITING, runs, target_locks


async def add(tx: Tx, record: RunRecord) -> RunRecord:
    """Store a new run; the database gives it its number, whatever `record.run.number` says."""
    run = record.run
    values = {
        **wish_columns(record.wish),
        **state_columns(run),
        "action": run.action,
        "environment": run.environment,
        "target": record.target,
        "plan": record.plan,
        "digest": run.digest,
        "called": called_json(record.called),
        "verification": verification_json(record.verification),
        "approval": approval_json(record.approval),
        "planned_at": run.steps[0].at,
        "undoable": run.undoable,
        "undo_of": run.undo_of,
    }
    row = (await tx.connection.execute(insert(runs).values(values).returning(runs))).one()
    return record_of(row)


async def find(tx: Tx, number: int) -> RunRecord | None:
    row = (await tx.connection.execute(select(runs).where(runs.c.id == number))).first()
    return record_of(row) if row else None


async def listed(tx: Tx, *, service: str = "", incident: int | None = None, limit: int = 100) -> list[RunRecord]:
    """Runs, newest first: all, those of a service, or those of an incident."""
    query = select(runs).order_by(runs.c.id.desc()).limit(limit)
    if service:
        query = query.where(runs.c.service == service)
    if incident is not None:
        query = query.where(runs.c.incident_id == incident)
    return [record_of(row) for row in (await tx.connection.execute(query)).all()]


async def save(tx: Tx, before: Run, after: Run, **also: Any) -> bool:
    """Write a move and further columns; False where the run is no longer as it was `before`: nothing is changed then.

    Why it did not come on is forgotten, unless `problem` is among them.
    """
    guarded = update(runs).where(runs.c.id == before.number, runs.c.version == before.version)
    guarded = guarded.where(runs.c.state == before.state.value)
    return await _changed(tx, guarded.values(state_columns(after) | {"problem": ""} | also))


async def save_approval(tx: Tx, before: Run, after: Run, approval: Approval, **also: Any) -> bool:
    """As `save`, with what is known of the second yes."""
    return await save(tx, before, after, approval=approval_json(approval), **also)


async def keep_approval(tx: Tx, number: int, approval: Approval) -> None:
    """Write what is known of the second yes beside a run that has moved on already."""
    await tx.connection.execute(update(runs).where(runs.c.id == number).values(approval=approval_json(approval)))


async def judge(tx: Tx, number: int, verdict: Verdict) -> None:
    """Keep the verdict beside the run that is being moved to it."""
    await tx.connection.execute(update(runs).where(runs.c.id == number).values(verdict=verdict_json(verdict)))


async def advance(tx: Tx, number: int, how_far: Advance) -> str | None:
    """Write how far a running run is. Who asked to stop it, empty for nobody; None where it does not run."""
    running = _running(number)
    told = update(runs).where(running).values(progress=advance_json(how_far), problem="").returning(runs.c.stop_by)
    row = (await tx.connection.execute(told)).first()
    return None if row is None else str(row.stop_by)


async def hold_up(tx: Tx, number: int, problem: str) -> bool:
    """Write why a run does not come on; False where that is known already, or the run is past it."""
    waiting = runs.c.state.in_((RunState.CONFIRMED.value, RunState.RUNNING.value))
    noted = update(runs).where(runs.c.id == number, waiting, runs.c.problem != problem)
    return await _changed(tx, noted.values(problem=problem))


async def ask_to_stop(tx: Tx, number: int, by: str) -> bool:
    """Have a running run stop at the next replica; False where it does not run or was asked before."""
    asked = update(runs).where(_running(number), runs.c.stop_by == "")
    return await _changed(tx, asked.values(stop_by=by))


async def measured(tx: Tx, number: int, start: float | None, now: float | None) -> bool:
    """Write the shares of bad events seen; False where the run has ended meanwhile."""
    under_way = runs.c.state.not_in(sorted(state.value for state in ENDED))
    seen = update(runs).where(runs.c.id == number, under_way)
    return await _changed(tx, seen.values(share_start=start, share_now=now))


async def took_back(tx: Tx, number: int, by: int) -> bool:
    """Note that run `by` took this one back; False where another had done so."""
    taken = update(runs).where(runs.c.id == number, runs.c.undone_by.is_(None))
    return await _changed(tx, taken.values(undone_by=by))


async def lock(tx: Tx, target: str, number: int) -> bool:
    """Keep a target to a run; False where another run has it."""
    mine = insert_or(tx, target_locks).values(target=target, run_id=number, at=tx.now)
    return await insert_new(tx, mine.on_conflict_do_nothing(index_elements=["target"]))


async def unlock(tx: Tx, target: str, number: int) -> None:
    """Let go of a target, if this run has it."""
    mine = delete(target_locks).where(target_locks.c.target == target, target_locks.c.run_id == number)
    await tx.connection.execute(mine)


async def holder(tx: Tx, target: str) -> RunRecord | None:
    """The run that has the target."""
    query = select(runs).join(target_locks, target_locks.c.run_id == runs.c.id).where(target_locks.c.target == target)
    row = (await tx.connection.execute(query)).first()
    return record_of(row) if row else None


async def being_planned(tx: Tx, target: str, since: datetime) -> list[RunRecord]:
    """Plans for the target that somebody may be reading just now, newest first."""
    query = select(runs).where(runs.c.target == target, runs.c.state == RunState.PLANNED.value)
    query = query.where(runs.c.planned_at > since).order_by(runs.c.id.desc()).limit(10)
    return [record_of(row) for row in (await tx.connection.execute(query)).all()]


async def waiting(tx: Tx, *, target: str = "") -> list[RunRecord]:
    """Runs that wait for a second person's yes, oldest first: all, or those for a target."""
    query = select(runs).where(WAITING).order_by(runs.c.id).limit(100)
    if target:
        query = query.where(runs.c.target == target)
    return [record_of(row) for row in (await tx.connection.execute(query)).all()]


async def asked_for(tx: Tx, service: str, page: int, size: int) -> tuple[list[RunRecord], int]:
    """One page of what was asked for, newest first, and how many there are; plans nobody said yes to are left out."""
    wanted = runs.c.state != RunState.PLANNED.value
    if service:
        wanted &= runs.c.service == service
    count = (await tx.connection.execute(select(func.count()).select_from(runs).where(wanted))).scalar_one()
    query = select(runs).where(wanted).order_by(runs.c.id.desc()).limit(size).offset((page - 1) * size)
    return [record_of(row) for row in (await tx.connection.execute(query)).all()], int(count)


async def ends(tx: Tx, service: str) -> dict[tuple[str, RunState], int]:
    """How often each runbook ended in which state on a service; runs that took others back do not count."""
    states = sorted(state.value for state in ENDED)
    query = select(runs.c.runbook, runs.c.state, func.count()).where(runs.c.service == service)
    query = query.where(runs.c.state.in_(states), runs.c.undo_of.is_(None)).group_by(runs.c.runbook, runs.c.state)
    rows = (await tx.connection.execute(query)).all()
    return {(runbook, RunState(state)): number for runbook, state, number in rows}


def _running(number: int) -> ColumnElement[bool]:
    return (runs.c.id == number) & (runs.c.state == RunState.RUNNING.value)


async def _changed(tx: Tx, statement: Any) -> bool:
    return (await tx.connection.execute(statement)).rowcount == 1
