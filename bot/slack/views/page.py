"""The direct message that wakes one person: four lines, one button, and what happens without it."""

from bot.domain import figures
from bot.domain.facts.naming import Noun
from bot.domain.facts.page import PageFacts, PageState
from bot.domain.plaintext import capital
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import DONE, HELD, PAGED, STAND_DOWN


def page_message(page: PageFacts) -> Message:
    """The page in every state; redrawn in place, so nobody looks for an alert that somebody else has."""
    text, drawn = {
        PageState.PAGED: (_paged_words, _paged),
        PageState.ACKNOWLEDGED: (_acknowledged_words, _acknowledged),
        PageState.TAKEN: (_taken_words, _taken),
        PageState.ENDED: (_ended_words, _ended),
    }[page.state]
    return Message(text(page), tuple(drawn(page)), Event.PAGE, Ref(page.id, page.version))


def _paged_words(page: PageFacts) -> str:
    deadline = f" by {figures.utc(page.ack_by, page.as_of)}" if page.ack_by else ""
    follows = f" or {page.then.name} is paged" if page.then else ""
    return fallback(f"Page, {page.priority}: ", page.title, f". Acknowledge{deadline}{follows}.")


def _paged(page: PageFacts) -> list[Block]:
    acknowledge = blocks.button("Acknowledge", Action.PAGE_ACK, Ref(page.id, page.version).encode(), style="primary")
    return [
        blocks.header(f"{PAGED} Page, {page.priority}: {plain(page.title, 58)}"),
        blocks.section(_how_bad(page)),
        blocks.section(f"*Next:* {_deadline(page)}"),
        *blocks.actions(acknowledge),
        blocks.context(_why(page), _also(page), phrases.thing(page.subject), phrases.as_of(page.as_of)),
    ]


def _how_bad(page: PageFacts) -> str:
    where = f"{phrases.where(page.service, page.environment)}, since {times.clock(page.since, page.as_of)}."
    return phrases.joined(where, _taken_early(page), _budget(page), _cause(page))


def _taken_early(page: PageFacts) -> str:
    """Who has it while it still pages: somebody took it when it could wait."""
    if page.holder is None:
        return ""
    since = times.clock(page.holder.since, page.as_of)
    return f"It got worse: {phrases.name(page.holder.person)} has it since {since}, when it could wait."


def _budget(page: PageFacts) -> str:
    budget = page.budget
    if budget is None or budget.left is None:
        return ""
    if budget.left <= 0:
        return "The error budget is gone."
    if budget.gone_by is None:
        return f"{figures.share(budget.left)} of the error budget is left."
    return f"Budget gone by {times.clock(budget.gone_by, page.as_of)}."


def _cause(page: PageFacts) -> str:
    change = page.change
    if change is None:
        return ""
    return f"Likely cause: {outside(change.what)}{phrases.before(change, page.since)}."


def _deadline(page: PageFacts) -> str:
    by = f" by *{times.clock(page.ack_by, page.as_of)}*" if page.ack_by else ""
    if page.then is not None:
        return f"acknowledge{by}, or {phrases.name(page.then)} is paged."
    return f"acknowledge{by}. Nobody else is on the list."


def _why(page: PageFacts) -> str:
    return f"Why you: {outside(page.why)}" if page.why else ""


def _also(page: PageFacts) -> str:
    return f"also sent: {', '.join(outside(way, 20) for way in page.also[:4])}" if page.also else ""


def _subject(page: PageFacts) -> str:
    return f"{capital(page.priority)}: {outside(page.title)}"


def _acknowledged_words(page: PageFacts) -> str:
    return fallback(f"You have it: {page.priority}, ", page.title, ". Paging stopped.")


def _acknowledged(page: PageFacts) -> list[Block]:
    since = f" since {times.clock(page.holder.since, page.as_of)}" if page.holder else ""
    card = f" The card is in {phrases.room(page.card)}." if page.card else ""
    here = Ref(page.id, page.version).encode()
    incident = Noun.INCIDENT.number_of(page.subject.id) is not None
    label = f"Open {page.subject.id}" if incident else "Open alert"
    way = blocks.button(label, Action.PAGE_OPEN, here, url=page.subject.url)
    return [
        blocks.section(f"{HELD} *You have it*{since}. Paging stopped.\n{_subject(page)}.{card}"),
        *blocks.actions(way if page.subject.url else None),
    ]


def _taken_words(page: PageFacts) -> str:
    who = page.holder.person.name if page.holder else "Somebody else"
    return fallback(f"Stand down: {who} has it. You need to do nothing.")


def _taken(page: PageFacts) -> list[Block]:
    holder = page.holder
    who = phrases.name(holder.person) if holder else "Somebody else"
    since = f" since {times.clock(holder.since, page.as_of)}" if holder else ""
    return [
        blocks.section(f"{STAND_DOWN} *Stand down.* {who} has it{since}. You need to do nothing."),
        blocks.context(_subject(page), _paged_span(page), "you are still on call for the next one"),
    ]


def _ended_words(page: PageFacts) -> str:
    return fallback("Over: ", page.title, ". You need to do nothing.")


def _ended(page: PageFacts) -> list[Block]:
    return [
        blocks.section(f"{DONE} *It is over: {outside(page.title)}*\nYou need to do nothing."),
        blocks.context(phrases.thing(page.subject), _paged_span(page), "you are still on call for the next one"),
    ]


def _paged_span(page: PageFacts) -> str:
    end = page.ended_at or (page.holder.since if page.holder else page.as_of)
    return f"you were paged {times.clock(page.paged_at, page.as_of)} to {times.clock(end, page.as_of)}"
