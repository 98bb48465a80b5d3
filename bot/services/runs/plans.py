"""Plans as people read them before they say yes: what changes, what is hit, what it costs, who else is at it."""

from collections.abc import Iterable
from typing import Protocol

from bot.action import Plan, plan_from_json
from bot.domain.facts.run import PlanFacts
from bot.domain.run import WORDS
from bot.domain.run_record import RunRecord
from bot.domain.run_words import doing
from bot.domain.slo import BudgetLine
from bot.domain.slo.policy import Risk, Verdict
from bot.ports import OutsideError
from bot.services.runs.limits import Limits
from bot.store import people, runs
from bot.store.db import Database, Tx


class Budgets(Protocol):
    """What trouble of a service costs."""

    async def cost(self, service: str, slo: str = "") -> BudgetLine | None: ...


class Policy(Protocol):
    """What the error-budget policy says."""

    async def may_run(self, service: str, risk: Risk) -> Verdict: ...


class PlanPictures:
    """Reads the facts of plans; changes nothing. Without a `policy` plans say nothing of it."""

    def __init__(self, database: Database, budgets: Budgets, limits: Limits, policy: Policy | None = None) -> None:
        self._database = database
        self._budgets = budgets
        self._limits = limits
        self._policy = policy

    async def facts(self, record: RunRecord, key: str, risk: Risk = Risk.ROUTINE) -> PlanFacts:
        """`key` is carried back with the answer; `risk` is that of the runbook."""
        plan, run, check = plan_from_json(record.plan), record.run, record.verification
        async with self._database.read() as tx:
            acting = await self._acting(tx, record)
        return PlanFacts(
            run=run.name,
            digest=run.digest,
            action=run.action,
            service=run.service,
            environment=run.environment,
            before=plan.before,
            after=plan.after,
            hits=plan.hits,
            made_at=run.steps[0].at,
            details=tuple(plan.facts),
            budget=await self._budget(record),
            policy=await self._verdict(record, risk),
            acting=acting,
            check=check.check if check else None,
            reason=record.wish.reason,
            key=key,
        )

    async def _budget(self, record: RunRecord) -> BudgetLine | None:
        slo = record.verification.slo if record.verification else ""
        try:
            return await self._budgets.cost(record.run.service, slo)
        except OutsideError:
            return None

    async def _verdict(self, record: RunRecord, risk: Risk) -> Verdict | None:
        """What the policy says, but where it says only that all is as usual."""
        verdict = await self._policy.may_run(record.run.service, risk) if self._policy else None
        return verdict if verdict is not None and not verdict.usual else None

    async def _acting(self, tx: Tx, record: RunRecord) -> tuple[str, ...]:
        """Who runs something on the target, and who reads a plan for it just now."""
        holder = await runs.holder(tx, record.target)
        reading = await runs.being_planned(tx, record.target, tx.now - self._limits.reading)
        mine = record.run.asked_by
        others = [each for each in reading if each.run.asked_by != mine]
        at_work = [holder] if holder and holder.run.number != record.run.number else []
        return await in_words(tx, [*at_work, *others])


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
