"""A plan on its way to becoming a run: what is stored of it, and the wish for the same end once more."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.action import Plan, Value, plan_from_json
from bot.domain.run import Run, RunState, Step
from bot.domain.run_record import Approval, Called, RunRecord, Wish
from bot.services.runs.bench import Bench, Job


def draft(
    bench: Bench, job: Job, wish: Wish, plan: Plan, by: str, at: datetime, approval: Approval | None = None
) -> RunRecord:
    """A planned run, without a number yet."""
    run = Run(
        number=0,
        action=plan.action,
        service=plan.service,
        environment=plan.environment,
        digest=plan.digest,
        steps=(Step(RunState.PLANNED, at, by),),
        undoable=plan.undo is not None,
    )
    return RunRecord(
        run,
        replace(wish, runbook=job.runbook.name, params=job.request.params),
        job.lock,
        plan.to_json(),
        Called(job.target.one, job.target.many),
        bench.verification(job.service, job.runbook),
        approval,
    )


def instead_of(old: RunRecord, plan: Plan, at: datetime) -> RunRecord:
    """A planned run, without a number yet, for what `old` was to reach, in its asker's name."""
    run = replace(
        old.run, number=0, digest=plan.digest, steps=(Step(RunState.PLANNED, at, old.run.asked_by),),
        undoable=plan.undo is not None,
    )  # fmt: skip
    return RunRecord(run, old.wish, old.target, plan.to_json(), old.called, old.verification, old.approval)


def same_end(bench: Bench, record: RunRecord) -> Wish:
    """The wish for where the run was to lead, from wherever the world is now. Raises `Refused` without its action."""
    desired: Mapping[str, Value] = plan_from_json(record.plan).desired
    names = {parameter.name for parameter in bench.action(record.run.action).parameters}
    return replace(record.wish, params={name: value for name, value in desired.items() if name in names})
