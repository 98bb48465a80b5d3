"""Making a plan: who asks may do it, the live target is read, and what would be changed is stored."""

from dataclasses import replace

from bot.action import Refused, plan_from_json, read_world
from bot.domain.facts.naming import Noun
from bot.domain.run import why_no_undo
from bot.domain.run_record import RunRecord, Wish
from bot.services.permissions import PermissionService
from bot.services.requests import Asked, NotFound
from bot.services.runs.bench import Bench
from bot.services.runs.drafts import draft, same_end
from bot.services.runs.limits import Limits
from bot.services.runs.moving import MOVED, existing
from bot.services.runs.notes import enter, record_line
from bot.services.runs.second_yes import SecondYes
from bot.store import incidents, people, requests, runs
from bot.store.db import Database, Tx


class Planner:
    """Stores plans. All raise `Refused` and `NotFound`, and `ports.OutsideError` where the target does not answer."""

    def __init__(
        self, database: Database, permissions: PermissionService, bench: Bench, second: SecondYes, limits: Limits
    ) -> None:
        self._database = database
        self._permissions = permissions
        self._bench = bench
        self._second = second
        self._limits = limits

    async def planned(self, asked: Asked, wish: Wish, undo_of: int | None = None) -> RunRecord:
        """The plan for a wish; the same request again gets the plan it got before."""
        async with self._permissions.audited(asked, "run.plan", f"{wish.runbook} {wish.service}"):
            earlier = await self._planned_before(asked)
            if earlier is not None:
                return earlier
            job = self._bench.job(wish)
            async with self._database.read() as tx:
                await allow(tx, self._permissions, self._bench, asked, wish, job.service.environment)
            plan = job.action.plan(job.request, await read_world(job.target, self._database.clock()))
            need = await self._second.need(job.runbook, plan.service, plan.environment, back=undo_of is not None)
        unplanned = draft(self._bench, job, wish, plan, asked.user, self._database.clock(), need.approval)
        return await self._store(asked, unplanned, undo_of)

    async def planned_again(self, asked: Asked, number: int) -> RunRecord:
        """The plan for the same end as that of an earlier run."""
        async with self._database.read() as tx:
            record = await existing(tx, number)
        return await self.planned(asked, same_end(self._bench, record))

    async def planned_back(self, asked: Asked, number: int) -> RunRecord:
        """The plan that takes a run back, for the same incident and into the same channel."""
        audited = self._permissions.audited(asked, "run.undo", Noun.RUN.name_of(number))
        async with audited, self._database.read() as tx:
            record = await existing(tx, number)
            self.undoable(tx, record)
        return await self.planned(asked, self._way_back(record), undo_of=number)

    def undoable(self, tx: Tx, record: RunRecord) -> None:
        """Raises `Refused` where the run has no way back, or no longer."""
        why_not = why_no_undo(record.run, tx.now, self._limits.undo_within)
        if why_not:
            rule = MOVED if record.run.undone_by is not None else "no undo"
            raise Refused(f"{why_not} Nothing was changed.", rule)

    def _way_back(self, record: RunRecord) -> Wish:
        plan = plan_from_json(record.plan)
        named = self._bench.undo_of(record.wish)
        return replace(
            record.wish, runbook=named or plan.undo_action, params=plan.undo or {}, reason=f"undo of {record.run.name}"
        )

    async def _planned_before(self, asked: Asked) -> RunRecord | None:
        async with self._database.read() as tx:
            number = (await requests.answer(tx, asked.key)).get("run")
            return await runs.find(tx, int(number)) if number is not None else None

    async def _store(self, asked: Asked, unplanned: RunRecord, undo_of: int | None) -> RunRecord:
        async with self._database.write() as tx:
            if not await requests.first(tx, asked.key, "run.plan", asked.user, asked.words):
                return await self._planned_meanwhile(tx, asked)
            await people.seen(tx, asked.user, asked.handle)
            wish = await _with_incident(tx, unplanned.wish)
            record = await runs.add(tx, replace(unplanned, run=replace(unplanned.run, undo_of=undo_of), wish=wish))
            await requests.answered(tx, asked.key, {"run": record.run.number})
            plan = plan_from_json(record.plan)
            words = f"{{actor}} planned {record.run.name}: {plan.title}"
            await record_line(tx, record, "planned", words, asked.user)
            await enter(tx, record, asked.user, "run.plan", "planned", before=plan.before, after=plan.after)
            return record

    async def _planned_meanwhile(self, tx: Tx, asked: Asked) -> RunRecord:
        number = (await requests.answer(tx, asked.key)).get("run")
        record = await runs.find(tx, int(number)) if number is not None else None
        if record is None:
            raise NotFound("That request was seen before and came to nothing. Nothing was changed.")
        return record


async def allow(
    tx: Tx, permissions: PermissionService, bench: Bench, asked: Asked, wish: Wish, environment: str
) -> None:
    """Raises `Forbidden` where who asks may not run the wish's runbook on its service."""
    await permissions.require(tx, asked, bench.right(wish), wish.service, environment, f"run {wish.runbook} on")


async def _with_incident(tx: Tx, wish: Wish) -> Wish:
    """A wish for an alert that an incident was declared from is for that incident too."""
    if wish.incident is not None or wish.group is None:
        return wish
    incident = await incidents.of_group(tx, wish.group)
    return replace(wish, incident=incident.number) if incident else wish
