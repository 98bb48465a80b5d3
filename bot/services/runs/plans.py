"""Plans as people read them before they say yes: what changes, what is hit, what it costs, who else is at it."""

from typing import Protocol

from bot.action import plan_from_json
from bot.domain.facts.run import PlanFacts
from bot.domain.run_record import RunRecord
from bot.domain.slo import BudgetLine
from bot.domain.slo.policy import Risk, Verdict
from bot.ports import OutsideError
from bot.services.runs.limits import Limits
from bot.services.runs.second_yes import Policy, SecondYes
from bot.services.runs.wording import in_words
from bot.store import runs
from bot.store.db import Database, Tx


class Budgets(Protocol):
    """What trouble of a service costs."""

    async def cost(self, service: str, slo: str = "") -> BudgetLine | None: ...


class PlanPictures:
    """Reads the facts of plans; changes nothing. Without a `policy` plans say nothing of it."""

    def __init__(
        self, database: Database, budgets: Budgets, limits: Limits, second: SecondYes, policy: Policy | None = None
    ) -> None:
        self._database = database
        self._budgets = budgets
        self._limits = limits
        self._second = second
        self._policy = policy

    async def facts(self, record: RunRecord, key: str, risk: Risk = Risk.ROUTINE) -> PlanFacts:
        """`key` is carried back with the answer; `risk` is that of the runbook."""
        plan, run, check = plan_from_json(record.plan), record.run, record.verification
        async with self._database.read() as tx:
            acting = await self._acting(tx, record)
            wanted = record.approval
            deciders = (await self._second.deciders(tx, run, wanted)).called if wanted else ()
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
            approvers=deciders,
            second_yes=wanted.why if wanted else "",
            key=key,
            diff=plan.diff,
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
        waiting = await runs.waiting(tx, target=record.target)
        also = [each for each in waiting if each.run.number != record.run.number]
        return await in_words(tx, [*at_work, *also, *others])
