"""The message that brings the post-mortem draft: its questions to people are the message."""

from bot.domain import figures
from bot.domain.facts.postmortem import DraftFacts, Question
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Message
from bot.slack.views.text import fallback, outside

_QUESTIONS_SHOWN = 8


def draft_message(draft: DraftFacts) -> Message:
    """Posted beside the file itself."""
    here = Ref(draft.incident, draft.version).encode()
    asked = figures.plural(len(draft.questions), "question")
    needs = f"{asked} {'needs' if len(draft.questions) == 1 else 'need'} people."
    holds = f"It holds {figures.plural(draft.moments, 'moment')} and all times."
    opening = f"*The post-mortem draft of {outside(draft.incident, 20)} is ready.* {holds}"
    due = f" Review by {figures.utc(draft.review_by, draft.as_of)}." if draft.review_by else ""
    way = blocks.button("Open draft", Action.INCIDENT_POSTMORTEM, here, style="primary", url=draft.url)
    return Message(
        fallback(f"Post-mortem draft of {draft.incident} is ready. {needs}{due}"),
        (
            blocks.section(f"{opening} {needs}" if draft.questions else opening),
            *([blocks.section(_questions(draft))] if draft.questions else []),
            *blocks.actions(way if draft.url else None, blocks.button("Timeline", Action.INCIDENT_TIMELINE, here)),
            blocks.context(*_small_print(draft)),
        ),
        Event.POSTMORTEM,
        Ref(draft.incident, draft.version),
    )


def _questions(draft: DraftFacts) -> str:
    lines = [_question(question) for question in draft.questions[:_QUESTIONS_SHOWN]]
    hidden = len(draft.questions) - len(lines)
    return "\n".join([*lines, *([f"and {figures.count(hidden)} more in the draft"] if hidden > 0 else [])])


def _question(question: Question) -> str:
    asked = f"  ·  {phrases.name(question.to)}" if question.to else ""
    return f"{outside(question.text, 140)}{asked}"


def _small_print(draft: DraftFacts) -> list[str]:
    who = f" ({phrases.name(draft.reviewer)})" if draft.reviewer else ""
    review = f"Review by {times.clock(draft.review_by, draft.as_of)}{who}" if draft.review_by else ""
    publish = f"publish by {times.clock(draft.publish_by, draft.as_of)}" if draft.publish_by else ""
    became = "open task became an action item" if draft.items == 1 else "open tasks became action items"
    items = f"{figures.count(draft.items)} {became}" if draft.items else ""
    return [review, publish, items, "it names causes, not culprits"]
