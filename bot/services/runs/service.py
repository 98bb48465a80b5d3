"""Runs as use cases: planned from the live world, confirmed, stopped, taken back; each decision in one transaction."""

from collections.abc import Callable
from dataclasses import replace

from bot.action import Refused, plan_from_json
from bot.catalog import Catalog
from bot.domain import run as rules
from bot.domain.facts.naming import Noun
from bot.domain.facts.run import PlanFacts
from bot.domain.run import Move, RunState
from bot.domain.run_record import Approval, RunRecord, Wish
from bot.domain.slo.policy import Risk
from bot.services.permissions import PermissionService
from bot.services.requests import Asked
from bot.services.runs.bench import Bench
from bot.services.runs.limits import Limits
from bot.services.runs.moving import MOVED, application, existing, moved, said_yes, save, set_off
from bot.services.runs.notes import enter, record_line, redraw_all
from bot.services.runs.planning import Planner, allow
from bot.services.runs.plans import Budgets, PlanPictures
from bot.services.runs.reversal import reversal
from bot.services.runs.second_yes import Need, Policy, SecondYes
from bot.store import people, requests, runs
from bot.store.db import Database, Tx
from bot.store.owing import owe


class RunService:
    """`plan`, `undo` and `again` read the live target; everything else is one transaction without a call.

    All raise `Refused` (`Forbidden` where a person may not) and `NotFound`; those that read also `ports.OutsideError`.
    """

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        permissions: PermissionService,
        bench: Bench,
        budgets: Budgets,
        second: SecondYes,
        limits: Limits | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._permissions = permissions
        self._bench = bench
        self._limits = limits or Limits()
        self._second = second
        self._planner = Planner(database, permissions, bench, second, self._limits)
        self._pictures = PlanPictures(database, budgets, self._limits, second, policy)

    async def plan(self, asked: Asked, wish: Wish) -> PlanFacts:
        """Read the live target, and store what would be changed. Nothing runs before it is confirmed."""
        return await self._drawn(await self._planner.planned(asked, wish), asked)

    async def again(self, asked: Asked, number: int) -> PlanFacts:
        """The same end, planned anew from the world as it is now: what was half done is finished."""
        return await self._drawn(await self._planner.planned_again(asked, number), asked)

    async def undo(self, asked: Asked, number: int) -> PlanFacts:
        """The plan of the way back from a run."""
        return await self._drawn(await self._planner.planned_back(asked, number), asked)

    async def _drawn(self, record: RunRecord, asked: Asked) -> PlanFacts:
        runbook = self._catalog().runbooks.get(record.wish.runbook)
        risk = runbook.risk if runbook and record.run.undo_of is None else Risk.ROUTINE
        return await self._pictures.facts(record, asked.key, risk)

    async def stored(self, number: int) -> PlanFacts:
        """The plan of a run as it was stored. Raises `NotFound`."""
        return await self._drawn(await self.find(number), Asked("", ""))

    async def undo_now(self, asked: Asked, number: int) -> RunRecord:
        """Confirm the way back without a further look: what it does was in the dialog."""
        audited = self._permissions.audited(asked, "run.undo", Noun.RUN.name_of(number))
        async with audited, self._database.write() as tx:
            record = await existing(tx, number)
            if not await requests.first(tx, asked.key, "run.undo", asked.user, asked.words):
                answered = (await requests.answer(tx, asked.key)).get("run", number)
                return await existing(tx, int(answered or number))
            await self._allowed(tx, asked, record)
            self._planner.undoable(tx, record)
            back = await runs.add(tx, reversal(record, tx.now, asked.user))
            await requests.answered(tx, asked.key, {"run": back.run.number})
            return await self._confirmed(tx, asked, back, back.run.digest, "")

    async def confirm(self, asked: Asked, number: int, digest: str, reason: str = "") -> RunRecord:
        """Say yes to exactly the plan with that digest: its target is kept to it, and the change is owed.

        Where that takes a second person's yes, it waits for that instead.
        """
        async with self._permissions.audited(asked, "run.confirm", Noun.RUN.name_of(number)):
            need = await self._need(await self.find(number))
            async with self._database.write() as tx:
                record = await existing(tx, number)
                if not await requests.first(tx, asked.key, "run.confirm", asked.user, asked.words):
                    return record
                await self._allowed(tx, asked, record)
                if need.refused:
                    raise Refused(need.refused, need.rule)
                expired = await self._expired(tx, record)
                approval = record.approval or need.approval
                if not expired and approval is not None:
                    return await self._asked_for(tx, asked, record, approval, digest, reason)
                if not expired:
                    return await self._confirmed(tx, asked, record, digest, reason)
            raise Refused(expired, MOVED)

    async def _need(self, record: RunRecord) -> Need:
        """What the run needs beside its asker's yes, by the catalog and the policy in force."""
        run = record.run
        runbook = self._catalog().runbooks.get(record.wish.runbook)
        return await self._second.need(runbook, run.service, run.environment, back=run.undo_of is not None)

    async def _expired(self, tx: Tx, record: RunRecord) -> str:
        """Why a plan is too old to be confirmed, now stored as void; empty where it is not."""
        run = record.run
        if run.state is not RunState.PLANNED or tx.now - run.steps[0].at <= self._limits.plan_lives:
            return ""
        words = f"The plan of {run.name} is too old: the world may have changed since."
        await runs.save(tx, run, rules.move(run, Move.VOID, tx.now, words=words), problem=words)
        return f"{words} Nothing was changed. Make the plan anew."

    async def _confirmed(self, tx: Tx, asked: Asked, record: RunRecord, digest: str, reason: str) -> RunRecord:
        after = await said_yes(tx, record.run, digest, asked.user, Move.CONFIRM)
        why = reason or record.wish.reason
        await save(tx, record.run, after, reason=why)
        await people.seen(tx, asked.user, asked.handle)
        confirmed = replace(record, run=after, wish=replace(record.wish, reason=why))
        await set_off(tx, confirmed, self._catalog().chat.incidents_channel)
        title = plan_from_json(record.plan).title
        said = f" (“{why}”)" if why else ""
        await record_line(tx, confirmed, "confirmed", f"{{actor}} confirmed {after.name}: {title}{said}", asked.user)
        await enter(tx, confirmed, asked.user, "run.confirm", "confirmed", reason=why)
        return confirmed

    async def _asked_for(
        self, tx: Tx, asked: Asked, record: RunRecord, approval: Approval, digest: str, reason: str
    ) -> RunRecord:
        """Where one yes is not enough: somebody else is asked for theirs."""
        await people.seen(tx, asked.user, asked.handle)
        waiting = await self._second.ask(tx, record, approval, digest, asked.user, reason)
        await enter(tx, waiting, asked.user, "run.ask", "asked", reason=waiting.wish.reason, rule=approval.rule)
        return waiting

    async def abort(self, asked: Asked, number: int) -> RunRecord:
        """Stop a run: at once where nothing is under way, else before the next replica is touched."""
        audited = self._permissions.audited(asked, "run.abort", Noun.RUN.name_of(number))
        async with audited, self._database.write() as tx:
            record = await existing(tx, number)
            if not await requests.first(tx, asked.key, "run.abort", asked.user, asked.words):
                return record
            await self._allowed(tx, asked, record)
            if record.run.state is RunState.RUNNING:
                return await self._asked_to_stop(tx, asked, record)
            return await self._aborted(tx, asked, record)

    async def _asked_to_stop(self, tx: Tx, asked: Asked, record: RunRecord) -> RunRecord:
        if not await runs.ask_to_stop(tx, record.run.number, asked.user):
            raise Refused(f"{record.run.name} is being stopped already. Nothing was changed.", MOVED)
        await redraw_all(tx, record)
        await enter(tx, record, asked.user, "run.abort", "asked to stop")
        return replace(record, stop_by=asked.user)

    async def _aborted(self, tx: Tx, asked: Asked, record: RunRecord) -> RunRecord:
        unsure = record.run.state is RunState.UNSURE
        words = "It was given up while its end was unknown." if unsure else "It was stopped before it started."
        after = await moved(tx, record.run, Move.ABORT, asked.user, words)
        await save(tx, record.run, after, problem=words)
        await runs.unlock(tx, record.target, record.run.number)
        aborted = replace(record, run=after, problem=words)
        await redraw_all(tx, aborted)
        await record_line(tx, aborted, "aborted", f"{{actor}} aborted {after.name}. {words}", asked.user)
        await enter(tx, aborted, asked.user, "run.abort", "aborted")
        return aborted

    async def look(self, asked: Asked, number: int) -> RunRecord:
        """Have a run of unknown end looked at: it goes on as done, or as failed where something is left to be done."""
        audited = self._permissions.audited(asked, "run.look", Noun.RUN.name_of(number))
        async with audited, self._database.write() as tx:
            record = await existing(tx, number)
            if not await requests.first(tx, asked.key, "run.look", asked.user, asked.words):
                return record
            await self._allowed(tx, asked, record)
            after = await moved(tx, record.run, Move.LOOK_AGAIN, asked.user)
            await save(tx, record.run, after)
            looking = replace(record, run=after)
            await owe(tx, application(after, look=True))
            await redraw_all(tx, looking)
            await enter(tx, looking, asked.user, "run.look", "looking")
            return looking

    async def find(self, number: int) -> RunRecord:
        """The run with this number. Raises `NotFound`."""
        async with self._database.read() as tx:
            return await existing(tx, number)

    async def listed(self, service: str = "", limit: int = 20) -> list[RunRecord]:
        """Runs, newest first."""
        async with self._database.read() as tx:
            return await runs.listed(tx, service=service, limit=limit)

    async def _allowed(self, tx: Tx, asked: Asked, record: RunRecord) -> None:
        await allow(tx, self._permissions, self._bench, asked, record.wish, record.run.environment)
