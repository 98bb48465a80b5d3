"""The second person's yes: when it is needed, who may say it, how they are asked, and whether they still may.

A runbook asks for it by a step of kind approval; so does the error-budget policy, of what is risky. What takes a run
back is never asked for it: going back to a state that was known must be quick.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Protocol

from bot.action import Plan, Refused, plan_from_json
from bot.catalog import Catalog
from bot.catalog.model import Runbook
from bot.domain import run as rules
from bot.domain.facts.person import Person
from bot.domain.permission import RIGHT_OF, Allowed, Right
from bot.domain.run import Move, Run, RunState
from bot.domain.run_record import Approval, RunRecord
from bot.domain.slo.policy import Answer, Risk, Verdict
from bot.domain.work import Effect
from bot.services.permissions import PermissionService
from bot.services.requests import Asked
from bot.services.runs.drafts import instead_of
from bot.services.runs.limits import Limits
from bot.services.runs.moving import MOVED, said_yes
from bot.services.runs.notes import record_line, show
from bot.store import people, runs
from bot.store.db import Tx
from bot.store.owing import owe

EXPIRE = "run.expire"
"""The kind of effect that ends the wait for a second yes."""
_CALLED = 3
"""So many are called by name at most; nobody pings a crowd."""


class Policy(Protocol):
    """What the error-budget policy says."""

    async def may_run(self, service: str, risk: Risk) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Need:
    """What stands between a plan and its start: a second yes, or a refusal in words by `rule`; nothing where empty."""

    approval: Approval | None = None
    refused: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who may say the second yes to a run: `people` the chat knows, best first, and all of them as they are called."""

    people: tuple[Person, ...]
    called: tuple[str, ...]


class SecondYes:
    """`catalog` gives the one in force; without a `policy` only runbooks ask for a second yes."""

    def __init__(
        self,
        catalog: Callable[[], Catalog],
        permissions: PermissionService,
        limits: Limits | None = None,
        policy: Policy | None = None,
    ) -> None:
        self._catalog = catalog
        self._permissions = permissions
        self._limits = limits or Limits()
        self._policy = policy

    async def need(self, runbook: Runbook | None, service: str, environment: str, *, back: bool) -> Need:
        """What a run of `runbook` needs beside its asker's yes; `back`: it takes another run back."""
        if runbook is None or back:
            return Need()
        verdict = await self.judged(service, runbook)
        if verdict is not None and verdict.answer is Answer.REFUSED:
            words = f"`{runbook.name}` on `{service}` is refused: {verdict.why}. Nothing was changed."
            return Need(refused=f"{words} Rollbacks, restarts and scaling are allowed.", rule=verdict.rule)
        step = runbook.approval_in(environment)
        if step is not None:
            lives = timedelta(minutes=step.open_min) if step.open_min else self._limits.approval_lives
            why = f"two-person rule of runbook {runbook.name} in {environment}"
            return Need(Approval(step.role or "approver", f"runbook {runbook.name}", why, lives))
        if verdict is not None and verdict.answer is Answer.NEEDS_APPROVAL:
            return Need(Approval("approver", verdict.rule, verdict.why, self._limits.approval_lives))
        return Need()

    async def judged(self, service: str, runbook: Runbook) -> Verdict | None:
        """What the policy says of the runbook; None where it is not asked."""
        if self._policy is None or runbook.risk is not Risk.RISKY:
            return None
        return await self._policy.may_run(service, runbook.risk)

    async def deciders(self, tx: Tx, run: Run, approval: Approval) -> Deciders:
        """Who may say yes to the run, whoever is on call for its service first; never who asked for it."""
        found = await self._permissions.holders(tx, _right(approval), run.service, run.environment)
        others = [person for person in found.people if not run.asked_for_by(person.id)]
        service = self._catalog().services.get(run.service)
        on_call = [self._catalog().slack_of(key).removeprefix("@") for key in (service.on_call if service else ())]
        names = {person.id: await self._permissions.names(tx, person.id) for person in others}
        others.sort(key=lambda person: _place(on_call, names[person.id]))
        alone = {person.name for person in found.people} - {person.name for person in others}
        return Deciders(tuple(others), tuple(name for name in found.called if name not in alone))

    async def require(self, tx: Tx, asked: Asked, record: RunRecord, approval: Approval) -> None:
        """Raises `Refused` where who asks made the request, and `Forbidden` where they may not say yes to it."""
        run = record.run
        if run.asked_for_by(asked.user):
            others = (await self.deciders(tx, run, approval)).called
            until = f"; open until {approval.until.astimezone(UTC):%H:%M} UTC" if approval.until else ""
            who = f"{' or '.join(others[:_CALLED])} may{until}." if others else f"Nobody else may{until}."
            words = "You asked for this, so someone else must approve it. Nothing was changed."
            raise Refused(f"{words} {who}", approval.rule)
        verb = f"approve {record.wish.runbook} on"
        await self._permissions.require(tx, asked, _right(approval), run.service, run.environment, verb)

    async def may(self, tx: Tx, user: str, record: RunRecord) -> bool:
        """Whether the person with this chat id may say the second yes to the run."""
        run, approval = record.run, record.approval
        if approval is None or run.asked_for_by(user):
            return False
        answer = await self._permissions.decide(tx, Asked("", user), _right(approval), run.service, run.environment)
        return isinstance(answer, Allowed)

    async def still(self, tx: Tx, record: RunRecord) -> None:
        """Raises `Refused` where whoever said the second yes has lost the right to it meanwhile."""
        run, approval, by = record.run, record.approval, record.run.approved_by
        if not by or approval is None or await self.may(tx, by, record):
            return
        name = (await people.named(tx, {by}))[by].name
        words = f"{name} may no longer approve {record.wish.runbook} on `{run.service}` in {run.environment}."
        raise Refused(f"{words} Nothing was changed.", approval.rule)

    async def ask(
        self, tx: Tx, record: RunRecord, approval: Approval, digest: str, asked_by: str, reason: str
    ) -> RunRecord:
        """Say the first yes, and have somebody called to say the second; the audit log is left to the caller.

        Raises `Refused` where the plan moved on, or nobody but the asker may say yes.
        """
        after = await said_yes(tx, record.run, digest, asked_by, Move.ASK)
        deciders = await self.deciders(tx, after, approval)
        if not deciders.called:
            words = f"{after.name} needs a second person's yes, and nobody but you may say it. Nothing was changed."
            raise Refused(f"{words} Grant the role {approval.role} in permissions.yaml.", approval.rule)
        until = tx.now + approval.lives
        called = tuple(person.id for person in deciders.people[:_CALLED])
        approval = replace(approval, until=until, asked=called)
        why = reason or record.wish.reason
        waiting = replace(record, run=after, wish=replace(record.wish, reason=why), approval=approval)
        if not await runs.save_approval(tx, record.run, after, approval, reason=why):
            raise Refused(f"{after.name} has moved on just now. Nothing was changed.", MOVED)
        await owe(tx, expiry(after, approval))
        await show(tx, waiting, self._catalog().chat.incidents_channel)
        said = f" (“{why}”)" if why else ""
        title = plan_from_json(record.plan).title
        await record_line(
            tx, waiting, "asked", f"{{actor}} asked for approval of {after.name}: {title}{said}", asked_by
        )
        return waiting

    async def renew(self, tx: Tx, old: RunRecord, plan: Plan) -> RunRecord | None:
        """Ask anew for what a void run was to reach, in its asker's name; the audit log is left to the caller.

        `plan` is for the same end in the world as it is now. None where nobody could approve it.
        """
        approval, renewed = old.approval, instead_of(old, plan, tx.now)
        if old.run.state is not RunState.VOID or approval is None:
            return None
        asked_by = next(step.by for step in old.run.steps if step.state is RunState.WAITING)
        asking = rules.move(renewed.run, Move.ASK, tx.now, asked_by)
        if not (await self.deciders(tx, asking, approval)).called:
            return None
        planned = await runs.add(tx, replace(renewed, approval=replace(approval, until=None, asked=())))
        waiting = await self.ask(tx, planned, approval, planned.run.digest, asked_by, "")
        await runs.keep_approval(tx, old.run.number, replace(approval, anew=waiting.run.number))
        return waiting


def expiry(run: Run, approval: Approval) -> Effect:
    """The end of the wait, as a timer that survives whatever is killed."""
    key = f"{run.name}:expire"
    return Effect(key, key, EXPIRE, run.name, {"run": run.number}, approval.until)


def _right(approval: Approval) -> Right:
    return RIGHT_OF[approval.role]


def _place(on_call: Sequence[str], names: frozenset[str]) -> int:
    """Where in the list of those on call somebody stands; behind it where they do not."""
    return next((place for place, name in enumerate(on_call) if name in names), len(on_call))
