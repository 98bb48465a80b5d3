"""What ended an alert, as far as the record of runs tells: the last change to its service while it fired."""

from bot.action import plan_from_json
from bot.domain.alert import AlertGroup
from bot.domain.run import RunState
from bot.domain.run_words import done
from bot.store import runs
from bot.store.db import Tx

_LOOKED_AT = 20
_HELPED = frozenset({RunState.VERIFYING, RunState.BETTER, RunState.NOT_ENOUGH_DATA, RunState.DONE})
"""Made, and not known to be useless."""


async def fix_of(tx: Tx, group: AlertGroup) -> str:
    """`rolled back checkout v42 → v41`; empty where nothing was changed, or the change was taken back."""
    if not group.service or group.resolved_at is None:
        return ""
    for record in await runs.listed(tx, service=group.service, limit=_LOOKED_AT):
        run = record.run
        if run.changed_at is None or run.state not in _HELPED or run.undone_by is not None:
            continue
        if group.started_at <= run.changed_at <= group.resolved_at:
            plan = plan_from_json(record.plan)
            return done(run.action, run.service, plan.before, plan.after)
    return ""
