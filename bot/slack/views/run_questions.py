"""What a runbook asks before it can be planned."""

import re

from bot.domain import figures
from bot.domain.facts.question import Answered, Question, QuestionFacts
from bot.slack.ids import PARAM, Form
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Block, Element, View
from bot.slack.views.text import plain

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


def questions_form(facts: QuestionFacts) -> View:
    """One field a question; its block id is `PARAM` and the question's place, and so is the value of a choice."""
    return blocks.modal(
        Form.RUN_QUESTIONS,
        plain(facts.title, 24),
        [
            blocks.section(f"For {phrases.where(facts.service, facts.environment)}."),
            *[_asked(place, question) for place, question in enumerate(facts.questions)],
            blocks.context("Nothing runs yet: a plan comes next."),
        ],
        submit="Show the plan",
        private=facts.key,
    )


def _asked(place: int, question: Question) -> Block:
    hint = phrases.joined(plain(question.help.rstrip("."), 120) + "." if question.help else "", _bounds(question))
    field = f"{PARAM}{place}"
    return blocks.field_input(
        field, plain(question.label, 80), _element(question), hint, optional=not question.required
    )


def _element(question: Question) -> Element:
    if question.how is Answered.CHOICE:
        options = [blocks.option(choice, str(place)) for place, choice in enumerate(question.choices)]
        by_choice = dict(zip(question.choices, options, strict=True))
        return blocks.menu(options, by_choice.get(question.initial))
    if question.how is Answered.TEXT:
        return blocks.text_input(initial=question.initial, most=200)
    initial = question.initial if _NUMBER.fullmatch(question.initial) else ""
    whole = question.how is Answered.WHOLE
    return blocks.number_input(initial=initial, least=question.least, most=question.most, whole=whole)


def _bounds(question: Question) -> str:
    least, most = question.least, question.most
    if least is not None and most is not None:
        return f"Allowed: {figures.count(int(least))} to {figures.count(int(most))}."
    if most is not None:
        return f"At most {figures.count(int(most))}."
    return f"At least {figures.count(int(least))}." if least is not None else ""
