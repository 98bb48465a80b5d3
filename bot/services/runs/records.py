"""Runs for scripts: flat objects, RFC 3339 UTC instants, shares as ratios, null for what is unknown."""

from datetime import datetime

from bot.action import plan_from_json
from bot.domain.facts.naming import Noun
from bot.domain.run import ENDED, RunState
from bot.domain.run_record import RunRecord
from bot.store import runs
from bot.store.db import Database

Record = dict[str, object]


def record(stored: RunRecord) -> Record:
    """One run, flat."""
    run, plan, verdict = stored.run, plan_from_json(stored.plan), stored.verdict
    return {
        "id": run.name,
        "number": run.number,
        "runbook": stored.wish.runbook,
        "action": run.action,
        "service": run.service,
        "environment": run.environment,
        "state": run.state.value,
        "ended": run.state in ENDED,
        "before": plan.before,
        "after": plan.after,
        "digest": run.digest,
        "asked_by": run.asked_by,
        "approved_by": run.approved_by or None,
        "reason": stored.wish.reason or None,
        "incident": _name(Noun.INCIDENT, stored.wish.incident),
        "alert": _name(Noun.ALERT, stored.wish.group),
        "undo_of": _name(Noun.RUN, run.undo_of),
        "undone_by": _name(Noun.RUN, run.undone_by),
        "planned_at": _instant(run.steps[0].at),
        "asked_for_approval_at": _instant(run.since(RunState.WAITING)),
        "confirmed_at": _instant(run.since(RunState.CONFIRMED)),
        "begun_at": _instant(run.begun_at),
        "changed_at": _instant(run.changed_at),
        "ended_at": _instant(run.steps[-1].at if run.state in ENDED else None),
        "done": stored.advance.done if stored.advance else None,
        "total": stored.advance.total if stored.advance else None,
        "problem": stored.problem or None,
        "verdict": verdict.outcome.value if verdict else None,
        "share_before": verdict.share_before if verdict else None,
        "share_after": verdict.share_after if verdict else None,
        "events_before": verdict.before.total if verdict else None,
        "events_after": verdict.after.total if verdict else None,
    }


async def listed(database: Database, service: str = "") -> list[Record]:
    """Runs, newest first: all, or those of a service."""
    async with database.read() as tx:
        return [record(stored) for stored in await runs.listed(tx, service=service, limit=1000)]


def _name(noun: Noun, number: int | None) -> str | None:
    return None if number is None else noun.name_of(number)


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
