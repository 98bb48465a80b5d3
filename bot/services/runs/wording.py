"""Runs as others mention them: by their asker, name, doing and state."""

from collections.abc import Iterable

from bot.action import Plan, plan_from_json
from bot.domain.run import WORDS
from bot.domain.run_record import RunRecord
from bot.domain.run_words import doing
from bot.store import people
from bot.store.db import Tx


async def in_words(tx: Tx, records: Iterable[RunRecord]) -> tuple[str, ...]:
    """`Ana: R-3, rollback to v41, running`, one each."""
    found = list(records)
    named = await people.named(tx, {each.run.asked_by for each in found})
    return tuple(
        f"{named[each.run.asked_by].name}: {each.run.name}, {noun_of(each)}, {WORDS[each.run.state]}" for each in found
    )


def noun_of(record: RunRecord) -> str:
    """`rollback to v41`."""
    plan: Plan = plan_from_json(record.plan)
    return doing(plan.action, plan.service, plan.after)
