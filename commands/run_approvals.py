"""The second person's yes, by button, form and line: look, approve, refuse, withdraw."""

import json
from collections.abc import Mapping

from bot.action import Refused
from bot.command import (
    Argument,
    Click,
    ClickHandler,
    Close,
    Errors,
    Invocation,
    Nothing,
    Open,
    Reply,
    Say,
    SubCommand,
    Submission,
    SubmissionHandler,
    Update,
    View,
)
from bot.domain.facts.naming import Noun
from bot.services.requests import Asked, NotFound
from bot.services.runs import Approvals, RunFactsService, RunService
from bot.slack.ids import Action, Field, Form, Ref, RunMore
from bot.slack.views import answers, runbooks
from bot.slack.views.run_words import change, verb_of
from commands.asking import asked, number_of, ref_of
from commands.more import More
from commands.refusing import not_now, refused_form


class RunApprovals:
    """Nothing on a button is trusted but which run and which plan it means; rights are asked for at each click."""

    def __init__(self, approvals: Approvals, service: RunService, facts: RunFactsService) -> None:
        self._approvals = approvals
        self._service = service
        self._facts = facts

    def subs(self) -> tuple[SubCommand, ...]:
        which, why = Argument("run", required=True), Argument("why", required=True, rest=True)
        return (
            SubCommand("approve", "shows the plan that waits for your yes", "approve R-1", self.typed_approve,
                       (which,), group="During"),
            SubCommand("refuse", "says no to a plan that waits, and why", "refuse R-1 v41 cannot read the new coupons",
                       self.typed_refuse, (which, why), changes=True, group="During"),
            SubCommand("withdraw", "takes your request for approval back", "withdraw R-1", self.typed_withdraw,
                       (which,), changes=True, group="During"),
        )  # fmt: skip

    def actions(self) -> Mapping[str, ClickHandler]:
        more = More({RunMore.WITHDRAW: self.withdraw, RunMore.RULE: self.rule})
        return {
            Action.RUN_APPROVE: self.approve,
            Action.RUN_REFUSE: self.ask_why,
            Action.RUN_WHOLE: self.whole,
            Action.RUN_LOOK_AT: self.look_at,
            Action.RUN_MORE: more.chosen,
        }

    def submissions(self) -> Mapping[str, SubmissionHandler]:
        return {Form.RUN_APPROVE: self.approved, Form.RUN_REFUSE: self.refused}

    async def approve(self, click: Click) -> Reply:
        """The click that was confirmed in its own dialog is the yes."""
        number = _clicked(click)
        try:
            await self._approvals.approve(asked(click), number, ref_of(click.value).extra)
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Nothing()

    async def typed_approve(self, inv: Invocation) -> Reply:
        """A typed line asks once more: its form shows the plan, and its submit is the yes."""
        number = _typed(inv)
        try:
            await self._approvals.check(_asked(inv), number)
        except Refused as error:
            return await not_now(error, number, self._facts)

        async def filled() -> View:
            return runbooks.approve_form(await self._service.stored(number))

        return Open(answers.loading_form("Plan"), filled)

    async def approved(self, form: Submission) -> Reply:
        carried = json.loads(form.form.metadata)
        number = number_of(Noun.RUN, Ref(str(carried["run"])))
        try:
            await self._approvals.approve(asked(form), number, str(carried["digest"]))
        except Refused as error:
            return Update(refused_form(error))
        return Close(everything=True)

    async def ask_why(self, click: Click) -> Reply:
        number = _clicked(click)
        facts = await self._facts.facts(number)
        what = f"{verb_of(facts).base} {change(facts)}" if facts else ""
        return Open(runbooks.refuse_form(Noun.RUN.name_of(number), what))

    async def refused(self, form: Submission) -> Reply:
        reason = form.form.text(Field.REASON)
        if not reason:
            return Errors({Field.REASON: "Write why not: whoever asked reads it."})
        try:
            await self._approvals.refuse(asked(form), number_of(Noun.RUN, Ref(form.form.metadata)), reason)
        except Refused as error:
            return Update(refused_form(error))
        return Close(everything=True)

    async def typed_refuse(self, inv: Invocation) -> Reply:
        number = _typed(inv)
        try:
            record = await self._approvals.refuse(_asked(inv), number, inv["why"])
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Say(answers.done(f"{record.run.name} is refused. Nothing was changed. Its message says why."))

    async def withdraw(self, click: Click) -> Reply:
        number = _clicked(click)
        try:
            await self._approvals.withdraw(asked(click), number)
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Nothing()

    async def typed_withdraw(self, inv: Invocation) -> Reply:
        number = _typed(inv)
        try:
            record = await self._approvals.withdraw(_asked(inv), number)
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Say(answers.done(f"{record.run.name} is withdrawn. Nothing was changed."))

    async def rule(self, click: Click) -> Reply:
        """By which rule one yes is not enough."""
        record = await self._service.find(_clicked(click))
        if record.approval is None:
            return Say(answers.done(f"{record.run.name} needs one person's yes only."))
        wanted = record.approval
        words = (
            f"{record.run.name} needs a second yes: {wanted.why}. It takes the role {wanted.role}, and not the asker."
        )
        return Say(answers.done(words))

    async def whole(self, click: Click) -> Reply:
        number = _clicked(click)

        async def filled() -> View:
            return runbooks.stored_plan_form(await self._service.stored(number))

        return Open(answers.loading_form("Plan"), filled)

    async def look_at(self, click: Click) -> Reply:
        """From the home tab: the plan, and where to decide."""
        number = _clicked(click)

        async def filled() -> View:
            facts = await self._facts.facts(number)
            return runbooks.stored_plan_form(await self._service.stored(number), facts.url if facts else "")

        return Open(answers.loading_form("Plan"), filled)


def _clicked(click: Click) -> int:
    return number_of(Noun.RUN, ref_of(click.value))


def _typed(inv: Invocation) -> int:
    number = Noun.RUN.number_of(inv["run"])
    if number is None:
        raise NotFound(f"“{inv['run']}” is no run. Write it as R-1.")
    return number


def _asked(inv: Invocation) -> Asked:
    return Asked(inv.key, inv.caller.id, inv.caller.handle, f"{inv.command} {inv.text}")
