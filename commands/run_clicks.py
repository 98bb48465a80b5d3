"""What the buttons and forms of runbooks do: choose, plan, confirm, abort, undo, look again."""

import json
from collections.abc import Mapping
from dataclasses import replace

from bot.action import Refused
from bot.command import (
    Click,
    ClickHandler,
    Close,
    Errors,
    Nothing,
    Open,
    Reply,
    Say,
    Submission,
    SubmissionHandler,
    Update,
)
from bot.domain.facts.naming import Noun
from bot.domain.run_record import RunRecord
from bot.services.runs import OfferService, RunFactsService, RunService
from bot.services.wishes import Wishes
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views import answers, runbooks
from commands.asking import asked, number_of, ref_of
from commands.planning import Planning
from commands.refusing import not_now, refused_form
from commands.run_questions import RunQuestions


class RunClicks:
    """Cards name their subject and the runbook, runs name themselves; nothing on a button is trusted as state."""

    def __init__(
        self,
        service: RunService,
        facts: RunFactsService,
        offers: OfferService,
        wishes: Wishes,
        planning: Planning,
        questions: RunQuestions,
    ) -> None:
        self._service = service
        self._facts = facts
        self._offers = offers
        self._wishes = wishes
        self._planning = planning
        self._questions = questions

    def actions(self) -> Mapping[str, ClickHandler]:
        return {
            Action.ALERT_RUNBOOK: self.offered,
            Action.INCIDENT_RUNBOOK: self.offered,
            Action.ALERT_PICK: self.pick,
            Action.INCIDENT_PICK: self.pick,
            Action.RUN_PICK: self.pick,
            Action.RUN_NEW: self.new,
            Action.RUN_ABORT: self.abort,
            Action.RUN_UNDO: self.undo,
            Action.RUN_UNDO_NOW: self.undo_now,
            Action.RUN_LOOK: self.look,
            Action.RUN_AGAIN: self.again,
        }

    def submissions(self) -> Mapping[str, SubmissionHandler]:
        return {Form.RUN_PICK: self.picked, Form.RUN_PLAN: self.confirmed, **self._questions.submissions()}

    async def offered(self, click: Click) -> Reply:
        """The runbook that a card recommends."""
        ref = ref_of(click.value)
        cause = await self._wishes.of(ref.id, click.channel)
        wish = replace(cause.wish, runbook=ref.extra)
        return Open(answers.loading_form("Plan"), lambda: self._planning.plan(asked(click), wish))

    async def pick(self, click: Click) -> Reply:
        """Every runbook that fits, the best first."""
        cause = await self._wishes.of(ref_of(click.value).id, click.channel)
        return Open(answers.loading_form("What should run?"), lambda: self._choices(click, cause.subject))

    async def _choices(self, click: Click, subject: str) -> Mapping[str, object]:
        cause = await self._wishes.of(subject, click.channel)
        return runbooks.picker_form(await self._offers.offers(asked(click), cause.occasion()))

    async def picked(self, form: Submission) -> Reply:
        chosen = Ref.decode(form.form.text(Field.RUNBOOK))
        if chosen is None:
            return Errors({Field.RUNBOOK: "Pick one of these."})
        subject, _, channel = form.form.metadata.partition("@")
        cause = await self._wishes.of(subject, channel)
        wish = replace(cause.wish, service=chosen.id, runbook=chosen.extra)
        questions = self._questions.form(wish, subject)
        if questions is not None:
            return Update(questions)
        return Update(answers.loading_form("Plan"), lambda: self._planning.plan(asked(form), wish))

    async def new(self, click: Click) -> Reply:
        """A runbook of a list: for the incident in whose room it is clicked, if any."""
        ref = ref_of(click.value)
        wish = replace((await self._wishes.here(click.channel)).wish, service=ref.id, runbook=ref.extra)
        questions = self._questions.form(wish)
        if questions is not None:
            return Open(questions)
        return Open(answers.loading_form("Plan"), lambda: self._planning.plan(asked(click), wish))

    async def confirmed(self, form: Submission) -> Reply:
        """The plan's own submit is the confirmation, of exactly the digest that was on the screen."""
        carried = json.loads(form.form.metadata)
        number = number_of(Noun.RUN, Ref(str(carried["run"])))
        try:
            await self._service.confirm(asked(form), number, str(carried["digest"]), form.form.text(Field.REASON))
        except Refused as error:
            return Update(refused_form(error))
        return Close(everything=True)

    async def abort(self, click: Click) -> Reply:
        number = self._number(click)
        try:
            await self._service.abort(asked(click), number)
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Nothing()

    async def look(self, click: Click) -> Reply:
        number = self._number(click)
        try:
            record: RunRecord = await self._service.look(asked(click), number)
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Say(answers.done(f"{record.run.name} is being looked at again. Its message shows what is found."))

    async def undo(self, click: Click) -> Reply:
        number = self._number(click)
        return Open(answers.loading_form("Plan"), lambda: self._planning.undo(asked(click), number))

    async def again(self, click: Click) -> Reply:
        number = self._number(click)
        return Open(answers.loading_form("Plan"), lambda: self._planning.again(asked(click), number))

    async def undo_now(self, click: Click) -> Reply:
        number = self._number(click)
        try:
            await self._service.undo_now(asked(click), number)
        except Refused as error:
            return await not_now(error, number, self._facts)
        return Nothing()

    def _number(self, click: Click) -> int:
        return number_of(Noun.RUN, ref_of(click.value))
