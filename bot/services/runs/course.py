"""The course of a confirmed run: begun, on its way, ended, judged. Each step is guarded by where the run stands."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from bot.action import Plan, Progress, plan_from_json
from bot.catalog import Catalog
from bot.domain import run as rules
from bot.domain.facts.naming import Noun
from bot.domain.plaintext import capital
from bot.domain.run import HOLDING, Move, NotNow, Run, RunState
from bot.domain.run_record import Advance, RunRecord
from bot.domain.run_words import done
from bot.domain.verdict import Outcome, Verdict, sentence
from bot.domain.work import Watch
from bot.services.runs.limits import Limits
from bot.services.runs.notes import call_back, enter, record_line, redraw_all
from bot.services.runs.second_yes import SecondYes
from bot.store import runs
from bot.store.db import Database, Tx
from bot.store.owing import unwatch, watch

VERIFY = "run.verify"
_LOOKS = 4
"""How often, at least, the figures are read anew within the window after a change."""


class Ending(StrEnum):
    """How an attempt to make the change came out."""

    APPLIED = "applied"
    FAILED = "failed"
    """Begun, and given up."""
    STOPPED = "stopped"
    """A person asked for it."""
    UNSURE = "unsure"
    """Sent, and nothing was heard since."""
    NOTHING = "nothing"
    """The run had moved on before."""


class Course:
    """What those who apply and verify runs report to. `catalog` gives the one in force."""

    def __init__(
        self, database: Database, catalog: Callable[[], Catalog], second: SecondYes, limits: Limits | None = None
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._second = second
        self.limits = limits or Limits()

    def now(self) -> datetime:
        return self._database.clock()

    async def find(self, number: int) -> RunRecord | None:
        async with self._database.read() as tx:
            return await runs.find(tx, number)

    async def begun(self, number: int) -> bool:
        """From now on the change is being made; False where the run was stopped meanwhile.

        Raises `Refused` where whoever said the second yes has lost the right to it.
        """
        async with self._database.write() as tx:
            record = await runs.find(tx, number)
            if record is None or record.run.state is not RunState.CONFIRMED:
                return False
            await self._second.still(tx, record)
            running = rules.move(record.run, Move.START, tx.now)
            if not await runs.save(tx, record.run, running):
                return False
            await redraw_all(tx, record)
            return True

    async def advanced(self, number: int, progress: Progress) -> str | None:
        """Write how far it is. Who asked to stop it, empty for nobody; None where it does not run any more."""
        async with self._database.write() as tx:
            how_far = Advance(progress.done, progress.total, progress.line, tx.now)
            stop_by = await runs.advance(tx, number, how_far)
            record = await runs.find(tx, number)
            if stop_by is not None and record is not None:
                await redraw_all(tx, record)
            return stop_by

    async def held_up(self, record: RunRecord, words: str) -> bool:
        """Write why it does not come on; False where it has waited long enough."""
        begun = record.run.state is RunState.RUNNING
        since = record.run.begun_at if begun else record.run.since(RunState.CONFIRMED)
        longest = self.limits.patience if begun else self.limits.plan_lives
        if since is not None and self.now() - since > longest:
            return False
        async with self._database.write() as tx:
            if await runs.hold_up(tx, record.run.number, words):
                await redraw_all(tx, record)
        return True

    async def ended(self, tx: Tx, number: int, ending: Ending, words: str, anew: Plan | None = None) -> None:
        """In the transaction that settles the change: keep how it came out, free the target, have it verified.

        `anew` is the plan for the same end where the world no longer fits one that a second person said yes to: their
        yes does not count for it, so it is asked for again.
        """
        record = await runs.find(tx, number)
        if record is None or ending is Ending.NOTHING:
            return
        try:
            after = rules.move(record.run, _move_of(record, ending), tx.now, _by(record, ending), words)
        except NotNow:
            return
        if not await runs.save(tx, record.run, after, problem=words):
            return
        ended = replace(record, run=after, problem=words)
        if after.state not in HOLDING:
            await runs.unlock(tx, record.target, number)
        if after.state is RunState.VERIFYING:
            await self._have_verified(tx, ended)
        if ending is Ending.APPLIED and after.undo_of is not None:
            await self._taken_back(tx, after.undo_of, number)
        await redraw_all(tx, ended)
        await record_line(tx, ended, "ended", _result(ended, ending), _by(record, ending))
        renewed = await self._second.renew(tx, ended, anew) if anew else None
        await enter(tx, ended, _by(record, ending), "run.apply", after.state.value, words=words)
        if renewed is not None:
            await enter(tx, renewed, renewed.run.asked_by, "run.ask", "asked", instead_of=after.name)

    async def _have_verified(self, tx: Tx, record: RunRecord) -> None:
        after = record.verification.after.total_seconds() if record.verification else 0
        every = min(max(1.0, after / _LOOKS), 15.0)
        await watch(tx, Watch(_watch_key(record.run), VERIFY, record.run.name, every))

    async def _taken_back(self, tx: Tx, number: int, by: int) -> None:
        await runs.took_back(tx, number, by)
        taken = await runs.find(tx, number)
        if taken is not None:
            await redraw_all(tx, taken)

    async def measured(self, record: RunRecord, start: float | None, now: float | None) -> None:
        """Write the shares of bad events: just before the change, and since."""
        if (start, now) == (record.start, record.now):
            return
        async with self._database.write() as tx:
            if await runs.measured(tx, record.run.number, start, now):
                await redraw_all(tx, record)

    async def judged(self, number: int, verdict: Verdict) -> None:
        """Write the verdict, and stop looking; something worse calls the asker back."""
        async with self._database.write() as tx:
            record = await runs.find(tx, number)
            if record is None or record.run.state is not RunState.VERIFYING:
                return
            what = record.verification.what if record.verification else "errors"
            words = sentence(verdict, what)
            after = rules.judged(record.run, verdict.outcome, tx.now, words)
            if not await runs.save(tx, record.run, after):
                return
            await runs.judge(tx, number, verdict)
            await unwatch(tx, _watch_key(after))
            judged = replace(record, run=after, verdict=verdict)
            if verdict.outcome is Outcome.WORSE and after.undone_by is None:
                await call_back(tx, judged, self._catalog().chat.incidents_channel)
            await redraw_all(tx, judged)
            await record_line(tx, judged, "verdict", f"Verdict on {after.name}: {words}")
            await enter(tx, judged, "", VERIFY, after.state.value, words=words)

    async def unwatched(self, number: int) -> None:
        """Stop looking at a run that is not being verified."""
        async with self._database.write() as tx:
            await unwatch(tx, f"{VERIFY}:{Noun.RUN.name_of(number)}")


def _watch_key(run: Run) -> str:
    return f"{VERIFY}:{run.name}"


def _move_of(record: RunRecord, ending: Ending) -> Move:
    if ending is Ending.APPLIED:
        return Move.VERIFY if record.verification else Move.FINISH
    if ending is Ending.STOPPED:
        return Move.ABORT
    if record.run.state is RunState.CONFIRMED:
        return Move.VOID
    return Move.LOSE_SIGHT if ending is Ending.UNSURE else Move.FAIL


def _by(record: RunRecord, ending: Ending) -> str:
    return record.stop_by if ending is Ending.STOPPED else ""


def _result(record: RunRecord, ending: Ending) -> str:
    """The line of the timeline: `Rolled back checkout v42 → v41 (R-3, 3 of 3 processes run v41)`."""
    plan: Plan = plan_from_json(record.plan)
    name, far = record.run.name, record.advance.line if record.advance else ""
    if ending is Ending.APPLIED:
        back = f", taking back {Noun.RUN.name_of(record.run.undo_of)}" if record.run.undo_of is not None else ""
        brackets = ", ".join(filter(None, [name, far]))
        return f"{capital(done(plan.action, plan.service, plan.before, plan.after))}{back} ({brackets})"
    where = f" after {far}" if far else ""
    if ending is Ending.STOPPED:
        return f"{{actor}} aborted {name}{where}: {plan.title}"
    if ending is Ending.UNSURE:
        return f"{name} has an unknown end{where}: {plan.title}. {record.problem}"
    word = "never began" if record.run.state is RunState.VOID else "failed"
    return f"{name} {word}{where}: {plan.title}. {record.problem}"
