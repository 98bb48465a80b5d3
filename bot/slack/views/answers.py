"""Answers that say no or not now: refusals, failures, silent sources. Each says what was not changed and what next."""

from bot.domain import figures
from bot.domain.facts.answer import Failure, Refusal, SourceSilent
from bot.slack.ids import Action, Form, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message, View
from bot.slack.views.text import fallback, outside, prose
from bot.slack.views.words import REFUSED, STALE, WRONG


def refused(refusal: Refusal) -> Message:
    """What may not be done, the rule, and who can."""
    return Message(fallback("", refusal.words), tuple(_refused(refusal)))


def refused_form(refusal: Refusal) -> View:
    """The same where a form is open."""
    return blocks.modal(Form.NOTICE, "Not allowed", _refused(refusal), close="Close")


def _refused(refusal: Refusal) -> list[Block]:
    may = figures.listed([phrases.name(person) for person in refusal.may], 4)
    who = f"{may} may." if may else ""
    first, _, rest = refusal.words.partition(". ")
    opening = f"{REFUSED} *{prose(first.rstrip('.'))}.*"
    told = f"Rule {refusal.rule}:" in refusal.words
    place = f"rule {outside(refusal.rule, 60)}" if refusal.rule and not told else ""
    where = f"at {outside(refusal.where, 80)}" if refusal.where else ""
    return [
        blocks.section(phrases.joined(opening, prose(rest, 400))),
        *([blocks.section(f"*Next:* {who}")] if who else []),
        blocks.context(" ".join(filter(None, [place, where])), "refusals are recorded"),
    ]


def failed(failure: Failure) -> Message:
    """What happened, what still works, what to do."""
    reference = f" Reference {failure.reference}." if failure.reference else ""
    return Message(fallback("", failure.what, reference), tuple(_failed(failure)))


def failed_form(failure: Failure) -> View:
    """The same where a form is open."""
    return blocks.modal(Form.NOTICE, "That did not work", _failed(failure), close="Close")


def _failed(failure: Failure) -> list[Block]:
    reference = f"error {outside(failure.reference, 40)}; the log has it under this number" if failure.reference else ""
    return [
        blocks.section(f"{WRONG} *{prose(failure.what, 240).rstrip('.')}.*"),
        blocks.section(f"*Still works:* {prose(failure.works)} *Next:* {prose(failure.do)}"),
        *([blocks.context(reference)] if reference else []),
    ]


def source_silent(silent: SourceSilent) -> Message:
    """A source does not answer: what is shown meanwhile, and when it is asked again."""
    since = times.clock(silent.since, silent.as_of)
    age = figures.duration(silent.as_of - silent.since)
    again = (
        f"it is asked again at {times.clock(silent.next_try, silent.as_of)}" if silent.next_try else "it is asked again"
    )
    line = f"{STALE} *{outside(silent.source, 60)} has not answered since {since}.* Values from it are {age} old."
    words = f" has not answered since {figures.utc(silent.since, silent.as_of)}. Showing values from then."
    reference = f"error {outside(silent.reference, 40)}" if silent.reference else ""
    return Message(
        fallback("", silent.source, words),
        (
            blocks.section(line),
            blocks.section(
                "*Still works:* alerts, pages, incidents, runbooks. *Paused:* budgets and verdicts from it."
            ),
            blocks.section(f"*Next:* nothing to do, {again}."),
            *blocks.actions(blocks.button("Try now", Action.SLO_REFRESH, Ref("all").encode())),
            blocks.context(reference, outside(silent.detail, 120), phrases.as_of(silent.as_of)),
        ),
    )


def done(words: str) -> Message:
    """A plain answer: what is now true, in one sentence."""
    return Message(fallback("", words), (blocks.section(prose(words)),))


def loading_form(title: str) -> View:
    """Opened at once, because a form must be opened within three seconds; filled when the facts are read."""
    return blocks.modal(
        Form.LOADING, title, [blocks.section("*Reading…*  It is filled within a few seconds.")], close="Close"
    )


def notice_form(title: str, words: str) -> View:
    """A form that only says something."""
    return blocks.modal(Form.NOTICE, title, [blocks.section(prose(words, 600))], close="Close")
