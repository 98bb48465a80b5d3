"""What the views of a run draw, and what cards and post-mortems tell of it; read from the database only."""

from dataclasses import replace
from datetime import datetime

from bot.action import Plan, plan_from_json
from bot.domain.facts.incident import IncidentState, RunBrief
from bot.domain.facts.links import Thing
from bot.domain.facts.naming import Noun
from bot.domain.facts.person import Person
from bot.domain.facts.reading import Reading, RunbookOffer, Unit
from bot.domain.facts.run import ApprovalFacts, RunFacts, Step, StepState, Undo
from bot.domain.incident import Incident
from bot.domain.run import ENDED, HOLDING, NEVER_RAN, Run, RunState, why_no_undo
from bot.domain.run_record import RunRecord
from bot.services.permalinks import message_url
from bot.services.runs.limits import Limits
from bot.services.runs.notes import message_key
from bot.services.runs.offers import OfferService
from bot.services.runs.second_yes import SecondYes
from bot.services.runs.wording import noun_of
from bot.store import incidents, people, runs
from bot.store.db import Database, Tx
from bot.store.owing import place_of

_CHANGE_STATES = {
    RunState.PLANNED: StepState.WAITING,
    **dict.fromkeys(NEVER_RAN, StepState.WAITING),
    RunState.WAITING: StepState.WAITING,
    RunState.CONFIRMED: StepState.WAITING,
    RunState.RUNNING: StepState.RUNNING,
    RunState.UNSURE: StepState.RUNNING,
    RunState.FAILED: StepState.FAILED,
    RunState.ABORTED: StepState.FAILED,
}
"""How the change itself stands; it is done in every other state."""


class RunFactsService:
    """Reads runs; changes nothing. `offers` names the runbook that may fit better where one did not help."""

    def __init__(
        self, database: Database, offers: OfferService, second: SecondYes, limits: Limits | None = None
    ) -> None:
        self._database = database
        self._offers = offers
        self._second = second
        self._limits = limits or Limits()

    async def facts(self, number: int) -> RunFacts | None:
        """Everything the run's message shows; None where there is no such run."""
        async with self._database.read() as tx:
            record = await runs.find(tx, number)
            drawn = await self._drawn(tx, record) if record else None
        if record is None or drawn is None or record.run.state is not RunState.SAME:
            return drawn
        return replace(drawn, other=await self._other(record))

    async def worse(self, number: int) -> tuple[RunFacts, Person] | None:
        """What calls the asker back, and who that is; None where there is nothing to call back for."""
        drawn = await self.facts(number)
        return (drawn, drawn.asked_by) if drawn and drawn.state is RunState.WORSE else None

    async def of_incident(self, number: int) -> tuple[RunFacts, ...]:
        """What was run for an incident, in order; plans that never ran are left out."""
        async with self._database.read() as tx:
            found = await runs.listed(tx, incident=number)
            return tuple([await self._drawn(tx, record) for record in reversed(found) if record.run.begun_at])

    async def latest(self, tx: Tx, incident: int) -> RunBrief | None:
        """The run for an incident that waits for somebody's decision, else the latest that was decided on."""
        found = await runs.listed(tx, incident=incident)
        open_ones = [each for each in found if each.run.state is RunState.WAITING]
        record = next(iter([*open_ones, *(each for each in found if each.run.since(RunState.CONFIRMED))]), None)
        if record is None:
            return None
        run, wanted = record.run, record.approval
        brief = RunBrief(Thing(run.name, await _url(tx, run)), noun_of(record), run.state)
        if wanted is None or run.state is not RunState.WAITING:
            return brief
        asked = await people.named(tx, set(wanted.asked))
        names = tuple(asked[user].name for user in wanted.asked)
        deciders = names or (await self._second.deciders(tx, run, wanted)).called
        return replace(brief, deciders=deciders, until=wanted.until)

    async def waiting_for(self, user: str) -> list[RunFacts]:
        """The runs whose second yes the person with this chat id may say."""
        async with self._database.read() as tx:
            found = await runs.waiting(tx)
            mine = [each for each in found if await self._second.may(tx, user, each)]
            return [await self._drawn(tx, each) for each in mine]

    async def best_offer(self, service: str, title: str = "") -> RunbookOffer | None:  # noqa: ARG002 - words fit nothing
        """The runbook that fits a service best."""
        return await self._offers.best(service)

    async def _other(self, record: RunRecord) -> RunbookOffer | None:
        wish = record.wish
        fitting = await self._offers.fitting(wish.service, wish.alert, wish.labels)
        return next((offer for offer in fitting if offer.name != wish.runbook), None)

    async def _drawn(self, tx: Tx, record: RunRecord) -> RunFacts:
        run, plan = record.run, plan_from_json(record.plan)
        known = await people.named(tx, {run.asked_by})
        wish, check, advance = record.wish, record.verification, record.advance
        incident = await incidents.find(tx, wish.incident) if wish.incident is not None else None
        incident = incident if incident and incident.open else None
        return RunFacts(
            id=run.name,
            version=run.version,
            action=run.action,
            service=run.service,
            environment=run.environment,
            before=plan.before,
            after=plan.after,
            state=run.state,
            asked_by=known[run.asked_by],
            as_of=tx.now,
            done=advance.done if advance else 0,
            total=advance.total if advance else 0,
            one=record.called.one,
            many=record.called.many,
            steps=_steps(record, plan),
            now=_reading(record, record.now),
            start=_reading(record, record.start),
            started_at=run.begun_at,
            applied_at=run.changed_at,
            ended_at=run.steps[-1].at if run.state in ENDED else None,
            sent_at=run.begun_at,
            problem=record.problem,
            look=record.called.look or plan.look,
            abort=plan.abort,
            check=check.check if check else None,
            verdict=record.verdict,
            undo=self._undo(run, plan, tx.now),
            undone_by=Noun.RUN.name_of(run.undone_by) if run.undone_by is not None else "",
            undoes=Noun.RUN.name_of(run.undo_of) if run.undo_of is not None else "",
            incident=incident.name if incident else "",
            incident_version=incident.version if incident else 0,
            mitigable=_mitigable(incident),
            reason=wish.reason,
            approval=await self._approval(tx, record, plan),
            url=await _url(tx, run),
        )

    async def _approval(self, tx: Tx, record: RunRecord, plan: Plan) -> ApprovalFacts | None:
        """How the second yes stands; None where nobody was asked for it."""
        run, wanted = record.run, record.approval
        asked_at = run.since(RunState.WAITING)
        if wanted is None or wanted.until is None or asked_at is None:
            return None
        decided = run.steps[[step.state for step in run.steps].index(RunState.WAITING) + 1 :][:1]
        by = decided[0].by if decided else ""
        known = await people.named(tx, {*wanted.asked, *([by] if by else [])})
        other = await runs.find(tx, wanted.anew) if wanted.anew is not None else None
        anew = plan_from_json(other.plan) if other else None
        return ApprovalFacts(
            asked_at=asked_at,
            until=wanted.until,
            why=wanted.why,
            digest=run.digest,
            hits=plan.hits,
            asked=tuple(known[user] for user in wanted.asked),
            called=(await self._second.deciders(tx, run, wanted)).called,
            decided_by=known[by] if by else None,
            decided_at=decided[0].at if decided else None,
            words=decided[0].words if decided else "",
            anew=other.run.name if other else "",
            anew_change=f"{anew.before} → {anew.after}" if anew else "",
        )

    def _undo(self, run: Run, plan: Plan, now: datetime) -> Undo | None:
        """The way back, where it is open, or will be once the run has ended."""
        ahead = run.undoable and run.state in HOLDING
        if not ahead and why_no_undo(run, now, self._limits.undo_within):
            return None
        until = run.changed_at + self._limits.undo_within if run.changed_at else None
        return Undo(plan.undo_label, plan.after, plan.before, until)


def _steps(record: RunRecord, plan: Plan) -> tuple[Step, ...]:
    """The change, and the verification where there is one."""
    run, advance = record.run, record.advance
    stopping = ["it is being stopped"] if record.stop_by and run.state is RunState.RUNNING else []
    line = "; ".join(filter(None, [record.problem or (advance.line if advance else ""), *stopping]))
    change = Step(
        plan.title, _CHANGE_STATES.get(run.state, StepState.DONE), line, since=run.begun_at, ended=run.changed_at
    )
    if record.verification is None:
        return (change,)
    check = record.verification
    watching = run.state is RunState.VERIFYING
    state = StepState.DONE if record.verdict else StepState.RUNNING if watching else StepState.WAITING
    since = run.changed_at if watching else None
    return (change, Step(f"compare {check.what} before and after", state, since=since, usually=check.after))


def _reading(record: RunRecord, share: float | None) -> Reading | None:
    check = record.verification
    return None if check is None or share is None else Reading(check.what, share, Unit.RATIO)


def _mitigable(incident: Incident | None) -> bool:
    return incident is not None and incident.state is not IncidentState.MITIGATED


async def _url(tx: Tx, run: Run) -> str:
    place = await place_of(tx, message_key(run.name))
    return message_url(await people.workspace_url(tx), *place) if place else ""
