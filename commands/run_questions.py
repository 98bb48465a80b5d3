"""Runbooks that must be told something first: the form that asks, and what is made of the answers."""

import json
from collections.abc import Mapping
from dataclasses import replace

from bot.command import Errors, Reply, Submission, SubmissionHandler, Update, View
from bot.domain.run_record import Wish
from bot.services.runs import Questions
from bot.services.wishes import Wishes
from bot.slack.ids import PARAM, Form
from bot.slack.views import answers
from bot.slack.views.run_questions import questions_form
from commands.asking import asked
from commands.planning import Planning


class RunQuestions:
    """Asked where a runbook needs to know something that nobody said; else the plan comes at once."""

    def __init__(self, questions: Questions, wishes: Wishes, planning: Planning) -> None:
        self._questions = questions
        self._wishes = wishes
        self._planning = planning

    def form(self, wish: Wish, subject: str = "") -> View | None:
        """The form for a wish; `subject` is the alert, incident or run that it is for. Raises `Refused`."""
        carried = {"subject": subject, "channel": wish.channel, "service": wish.service, "runbook": wish.runbook}
        facts = self._questions.of(wish, json.dumps(carried, ensure_ascii=False))
        return questions_form(facts) if facts else None

    def submissions(self) -> Mapping[str, SubmissionHandler]:
        return {Form.RUN_QUESTIONS: self.answered}

    async def answered(self, form: Submission) -> Reply:
        """The plan for the answers, or what is wrong with them."""
        carried = json.loads(form.form.metadata)
        subject, channel = str(carried["subject"]), str(carried["channel"])
        cause = await (self._wishes.of(subject, channel) if subject else self._wishes.here(channel))
        wish = replace(cause.wish, service=str(carried["service"]), runbook=str(carried["runbook"]))
        fields = {name: form.form.text(name) for name in form.form.fields if name.startswith(PARAM)}
        given = {int(name.removeprefix(PARAM)): text for name, text in fields.items()}
        read = self._questions.answered(wish, given)
        if read.wrong:
            return Errors({f"{PARAM}{place}": words for place, words in read.wrong.items()})
        return Update(answers.loading_form("Plan"), lambda: self._planning.plan(asked(form), read.wish))
