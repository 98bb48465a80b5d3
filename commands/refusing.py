"""Refusals of actions as words: which rule, who may, and that nothing was changed."""

from bot.action import Refused
from bot.command import Reply, Say, View
from bot.domain.facts.answer import Refusal
from bot.services.permissions import Forbidden
from bot.services.runs import MOVED, RunFactsService
from bot.slack.views import answers, stale
from bot.slack.views.blocks import Message


def refused(error: Refused) -> Message:
    """The refusal as a message."""
    return answers.refused(_refusal(error))


def refused_form(error: Refused) -> View:
    """The refusal where a form is open."""
    return answers.refused_form(_refusal(error))


async def not_now(error: Refused, run: int, facts: RunFactsService) -> Reply:
    """Where the run went on without this click, how it stands; else the refusal."""
    moved = await facts.facts(run) if error.rule == MOVED else None
    return Say(stale.run_moved(moved) if moved else refused(error))


def _refusal(error: Refused) -> Refusal:
    return error.refusal if isinstance(error, Forbidden) else Refusal(str(error), error.rule)
