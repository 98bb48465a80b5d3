"""A notice that budgets are being spent: how much is gone, what is left, and when it ends at this rate."""

from bot.domain import figures
from bot.domain.facts.budget import NoticeFacts, SpentFacts
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import WARNING

_ROWS = 10


def budget_notice(facts: NoticeFacts) -> Message:
    """One message for all that crossed a level at the same time; it is posted once and stays as it is."""
    first, *others = facts.spent
    hidden = len(facts.spent) - _ROWS
    more = [blocks.section(f"and {figures.count(hidden)} more: `/slo status` lists them")] if hidden > 0 else []
    also = f" {figures.plural(len(others), 'more budget')} spent as far." if others else ""
    left = f" is spent, {figures.share(first.left)} left.{also}"
    return Message(
        fallback(f"{figures.share(first.level)} of the error budget of ", first.title, left),
        (
            *(_row(each, facts) for each in facts.spent[:_ROWS]),
            *more,
            blocks.context(outside(facts.id, 20), "wakes nobody", phrases.as_of(facts.at)),
        ),
        Event.NOTICE,
        Ref(facts.id, 1),
    )


def _row(spent: SpentFacts, facts: NoticeFacts) -> Block:
    spoken = plain(f"Show {spent.title}", 75)
    show = blocks.button("Show", Action.SLO_SHOW, Ref(spent.slo).encode(), spoken=spoken)
    gone = f" Gone by {times.clock(spent.gone_by, facts.at)} at this rate." if spent.gone_by else ""
    size = ", ".join(filter(None, [phrases.budget_left(spent.left, spent.minutes), phrases.burning(spent.burn)]))
    head = f"{WARNING} *{outside(spent.title, 60)}: {figures.share(spent.level)} of the error budget is spent*"
    return blocks.section(f"{head}\n{size}.{gone}", show)
