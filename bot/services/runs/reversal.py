"""The way back from a run as a plan of its own, made of the run's plan alone: for an undo that needs no further look.

What it rests on is checked when it is applied, as of every plan: where the world has moved since, it does not run.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.action import Plan, Refused, Value, plan_from_json
from bot.domain.run import Run, RunState, Step
from bot.domain.run_record import RunRecord

_LABEL_ROOM = 14
"""Characters of a name that still fit a button's label of 30."""


def reversal(record: RunRecord, at: datetime, by: str) -> RunRecord:
    """A planned run, without a number yet, that takes `record` back. Raises `Refused` where its plan names no way."""
    plan = plan_back(plan_from_json(record.plan), record.run.name)
    run = Run(
        number=0,
        action=plan.action,
        service=plan.service,
        environment=plan.environment,
        digest=plan.digest,
        steps=(Step(RunState.PLANNED, at, by),),
        undoable=True,
        undo_of=record.run.number,
    )
    wish = replace(record.wish, params=plan.desired, reason=f"undo of {record.run.name}")
    return RunRecord(run, wish, record.target, plan.to_json(), record.called, record.verification)


def plan_back(plan: Plan, name: str) -> Plan:
    """From where the plan of the run `name` led to where it began. Raises `Refused` where it names no way back."""
    if plan.undo is None or plan.undo_action != plan.action or not set(plan.undo) <= set(plan.desired):
        raise Refused(f"{name} cannot be taken back without a look. Nothing was changed. Make a plan.", "no undo")
    led_to: Mapping[str, Value] = {key: plan.desired[key] for key in plan.undo}
    short = len(plan.after) <= _LABEL_ROOM
    return replace(
        plan,
        before=plan.after,
        after=plan.before,
        title=f"Take back {name}: {plan.service} {plan.after} → {plan.before}",
        facts=(),
        desired=plan.undo,
        observed=led_to,
        undo=led_to,
        undo_label=f"Undo: back to {plan.after}…" if short else "Undo…",
    )
