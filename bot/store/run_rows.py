"""A run as columns, and back: everything that is no column of its own is plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from bot.domain.run import Run, RunState, Step
from bot.domain.run_record import Advance, Approval, Called, RunRecord, Verification, Wish
from bot.domain.slo import Counts
from bot.domain.verdict import Outcome, Rule, Verdict

Json = Mapping[str, Any]


def record_of(row: Row[Any]) -> RunRecord:
    """The stored run."""
    return RunRecord(
        run=_run_of(row),
        wish=Wish(
            service=row.service,
            runbook=row.runbook,
            params=row.params,
            reason=row.reason,
            channel=row.channel,
            incident=row.incident_id,
            group=row.group_id,
            alert=row.occasion["alert"],
            labels=row.occasion["labels"],
        ),
        target=row.target,
        plan=row.plan,
        called=Called(**row.called),
        verification=_verification_of(row.verification),
        approval=_approval_of(row.approval),
        advance=_advance_of(row.progress),
        problem=row.problem,
        stop_by=row.stop_by,
        start=row.share_start,
        now=row.share_now,
        verdict=_verdict_of(row.verdict),
    )


def _run_of(row: Row[Any]) -> Run:
    return Run(
        number=row.id,
        action=row.action,
        service=row.service,
        environment=row.environment,
        digest=row.digest,
        steps=tuple(_step_of(step) for step in row.steps),
        undoable=row.undoable,
        undo_of=row.undo_of,
        undone_by=row.undone_by,
    )


def wish_columns(wish: Wish) -> dict[str, object]:
    """What was asked for; `service` and `runbook` among it."""
    return {
        "service": wish.service,
        "runbook": wish.runbook,
        "params": dict(wish.params),
        "reason": wish.reason,
        "channel": wish.channel,
        "incident_id": wish.incident,
        "group_id": wish.group,
        "occasion": {"alert": wish.alert, "labels": dict(wish.labels)},
    }


def state_columns(run: Run) -> dict[str, object]:
    """What a move changes."""
    return {"state": run.state.value, "version": run.version, "steps": [_step_json(step) for step in run.steps]}


def called_json(called: Called) -> Json:
    return asdict(called)


_SPANS = ("before", "after", "late")


def verification_json(verification: Verification | None) -> Json | None:
    if verification is None:
        return None
    return asdict(verification) | {name: getattr(verification, name).total_seconds() for name in _SPANS}


def _verification_of(stored: Json | None) -> Verification | None:
    if stored is None:
        return None
    spans = {name: timedelta(seconds=stored[name]) for name in _SPANS}
    return Verification(**{**stored, **spans})


def approval_json(approval: Approval | None) -> Json | None:
    if approval is None:
        return None
    until = approval.until.isoformat() if approval.until else None
    return asdict(approval) | {
        "lives": approval.lives.total_seconds(),
        "until": until,
        "asked": list(approval.asked),
    }


def _approval_of(stored: Json | None) -> Approval | None:
    if stored is None:
        return None
    until = datetime.fromisoformat(stored["until"]) if stored["until"] else None
    lives = timedelta(seconds=stored["lives"])
    return Approval(**{**stored, "lives": lives, "until": until, "asked": tuple(stored["asked"])})


def advance_json(advance: Advance) -> Json:
    return asdict(advance) | {"at": advance.at.isoformat()}


def _advance_of(stored: Json | None) -> Advance | None:
    return None if stored is None else Advance(**{**stored, "at": datetime.fromisoformat(stored["at"])})


def verdict_json(verdict: Verdict) -> Json:
    return asdict(verdict)


def _verdict_of(stored: Json | None) -> Verdict | None:
    if stored is None:
        return None
    return Verdict(
        outcome=Outcome(stored["outcome"]),
        before=Counts(**stored["before"]),
        after=Counts(**stored["after"]),
        low=stored["low"],
        high=stored["high"],
        rule=Rule(**stored["rule"]),
    )


def _step_json(step: Step) -> Json:
    return {"state": step.state.value, "at": step.at.isoformat(), "by": step.by, "words": step.words}


def _step_of(stored: Json) -> Step:
    return Step(RunState(stored["state"]), datetime.fromisoformat(stored["at"]), stored["by"], stored["words"])
