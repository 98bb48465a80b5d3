"""Applies confirmed runs: the change is made under a lease, seen while it is made, and stopped where a person says so.

Applying is idempotent and rests on the stored plan, so an attempt that was killed is simply made again. Only what is
silent for long, or says nothing after it was told to change, is left to a person.
"""

from bot.action import Action, ApplyFailed, Plan, Progress, Refused, Report, Target, plan_from_json, read_world
from bot.delivery.performer import Lease, Result
from bot.domain.run import RunState
from bot.domain.run_record import RunRecord
from bot.domain.work import Claimed
from bot.ports import Permanent, Transient, Unsure
from bot.services.runs import Bench, Course, Ending, same_end
from bot.store.db import Tx


class _Stopped(Exception):
    """A person asked to stop before the next replica; says what that leaves, where the target does."""


class _MovedOn(Exception):
    """The run is not running any more."""


class _NotDone(Exception):
    """Looking only, and there is something left to be changed."""


class Applying:
    """The performer of `run.apply`."""

    def __init__(self, course: Course, bench: Bench) -> None:
        self._course = course
        self._bench = bench

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        """Make the world as the plan says. A run that has moved on is left alone.

        Raises `Transient` while the target is silent; every other end is a result, since the run says what is next.
        """
        record = await self._course.find(_number(claimed))
        if record is None or record.run.state not in (RunState.CONFIRMED, RunState.RUNNING):
            return _result(Ending.NOTHING)
        try:
            return await self._attempt(record, lease, look=bool(claimed.payload.get("look")))
        except Transient as silent:
            return await self._waited(record, silent)

    async def _attempt(self, record: RunRecord, lease: Lease, *, look: bool) -> Result:
        number = record.run.number
        try:
            action, target, plan = self._tools(record)
            if record.run.state is RunState.CONFIRMED:
                anew = await self._misfit(record, action, target, plan)
                if anew is not None:
                    return anew
                if not await self._course.begun(number):
                    return _result(Ending.NOTHING)
            await action.apply(plan, target, self._report(number, lease, plan.abort, look=look))
        except _Stopped as stopped:
            return _result(Ending.STOPPED, str(stopped))
        except _MovedOn:
            return _result(Ending.NOTHING)
        except _NotDone as not_done:
            return _result(Ending.FAILED, f"It was looked at: {not_done}. Nothing more was changed.")
        except (Refused, ApplyFailed, Permanent) as failure:
            return _result(Ending.FAILED, str(failure))
        except Unsure as silent:
            return _result(Ending.UNSURE, str(silent))
        return _result(Ending.APPLIED)

    async def _misfit(self, record: RunRecord, action: Action, target: Target, plan: Plan) -> Result | None:
        """The end of a run whose plan the world no longer fits; None where it does.

        What a second person said yes to is planned again for the same end, so that they can be asked again.
        """
        try:
            await action.check(plan, target)
        except Refused as misfit:
            if not record.run.approved_by:
                return _result(Ending.FAILED, str(misfit))
            return _result(Ending.FAILED, str(misfit), await self._anew(record))
        return None

    async def _anew(self, record: RunRecord) -> str:
        """The plan for the same end in the world as it is now, as JSON; empty where there is none."""
        try:
            job = self._bench.job(same_end(self._bench, record))
            return job.action.plan(job.request, await read_world(job.target, self._course.now())).to_json()
        except Refused:
            return ""

    def _tools(self, record: RunRecord) -> tuple[Action, Target, Plan]:
        """Raises `Refused` where the catalog no longer has them."""
        service = self._bench.service(record.run.service)
        return self._bench.action(record.run.action), self._bench.target(service), plan_from_json(record.plan)

    def _report(self, number: int, lease: Lease, left_behind: str, *, look: bool) -> Report:
        """Told before each replica is touched: nobody else has taken over, how far it is, whether to stop here.

        `left_behind` says what a stop leaves.
        """

        async def report(progress: Progress) -> None:
            await lease.renew()
            stop_by = await self._course.advanced(number, progress)
            if stop_by is None:
                raise _MovedOn
            left = progress.done < progress.total
            if stop_by and left:
                raise _Stopped(left_behind)
            if look and left:
                raise _NotDone(progress.line)

        return report

    async def _waited(self, record: RunRecord, silent: Transient) -> Result:
        """The target does not answer: try again, or, where that has lasted too long, leave it to a person."""
        latest = await self._course.find(record.run.number) or record
        if await self._course.held_up(latest, str(silent)):
            raise silent
        begun = latest.run.state is RunState.RUNNING
        return _result(Ending.UNSURE if begun else Ending.FAILED, str(silent))

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        """Keep how the run came out, in the transaction that settles the change."""
        anew = plan_from_json(str(result["anew"])) if result["anew"] else None
        await self._course.ended(tx, _number(claimed), Ending(str(result["ending"])), str(result["words"]), anew)

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """It was given up by the worker itself."""
        await self._course.ended(tx, _number(claimed), Ending.FAILED, words)


def _number(claimed: Claimed) -> int:
    return int(str(claimed.payload["run"]))


def _result(ending: Ending, words: str = "", anew: str = "") -> Result:
    return {"ending": ending.value, "words": words, "anew": anew}
