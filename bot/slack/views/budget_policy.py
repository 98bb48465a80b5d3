"""How a service stands with its error budget, for those who release to it; and the answers to freeze and unfreeze."""

from bot.domain.facts.budget import PolicyFacts
from bot.domain.facts.person import Person
from bot.domain.slo.policy import Answer, BudgetState, Freeze
from bot.slack.ids import Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Message
from bot.slack.views.text import fallback, outside
from bot.slack.views.words import DONE, REFUSED, WARNING

_SHAPES = {
    BudgetState.FROZEN: REFUSED,
    BudgetState.EXHAUSTED: ":no_entry:",
    BudgetState.LOW: WARNING,
    BudgetState.OK: DONE,
    BudgetState.UNKNOWN: ":question:",
}
_ANSWERS = {
    Answer.ALLOWED: "Releases go on as usual.",
    Answer.NEEDS_APPROVAL: "The policy asks for a second person's yes before a release until it has recovered.",
    Answer.REFUSED: "By the policy nothing new goes out meanwhile.",
}
_ALWAYS = "Rollbacks, restarts and scaling are allowed."
_REASON_MOST = 200


def policy_announcement(facts: PolicyFacts) -> Message:
    """One message per change of state; it is posted once and stays as it is."""
    head = f"{_SHAPES[facts.state]} *{_head(facts)}*"
    lines = [head, _why(facts), "" if facts.state is BudgetState.OK else f"{_ANSWERS[facts.answer]} {_ALWAYS}"]
    return Message(
        fallback("", _plain_head(facts), "."),
        (
            blocks.section("\n".join(filter(None, lines))),
            blocks.context(outside(facts.id, 20), phrases.as_of(facts.at)),
        ),
        Event.NOTICE,
        Ref(facts.id, 1),
    )


def _plain_head(facts: PolicyFacts) -> str:
    if facts.state is BudgetState.FROZEN:
        return f"Releases to {facts.service} are frozen"
    if facts.state is BudgetState.EXHAUSTED:
        return f"{facts.service}: the error budget is gone"
    if facts.state is BudgetState.LOW:
        return f"{facts.service}: the error budget is low"
    return f"{facts.service}: releases as usual again"


def _head(facts: PolicyFacts) -> str:
    until = ""
    if facts.state is BudgetState.FROZEN:
        until = f" until {times.clock(facts.until, facts.at)}" if facts.until else " until somebody lifts it"
    return f"{outside(_plain_head(facts), 100)}{until}"


def _why(facts: PolicyFacts) -> str:
    if facts.state is BudgetState.FROZEN:
        by = f"{phrases.name(facts.by)}: " if facts.by else ""
        return f"{by}“{outside(facts.reason, _REASON_MOST)}”"
    if not facts.slo:
        return ""
    return f"{outside(facts.slo, 60)}: {phrases.budget_left(facts.left, facts.minutes)}."


def frozen(freeze: Freeze, service: str, *, told: str = "") -> Message:
    """Releases are stopped; `told` is the channel that hears of it, empty where none is named."""
    until = f" until {times.clock(freeze.until, freeze.began_at)}" if freeze.until else " until somebody lifts it"
    heard = f"{outside(told, 60)} is told. " if told else "No releases channel is named, so nobody else is told. "
    return Message(
        fallback("Releases to ", service, " are frozen."),
        (
            blocks.section(f"{REFUSED} *Releases to {outside(service, 60)} are frozen{until}.* {heard}{_ALWAYS}"),
            blocks.context(f"to lift it: `/slo unfreeze {outside(freeze.service, 60)}`"),
        ),
    )


def frozen_already(freeze: Freeze, by: Person) -> Message:
    """Somebody did it before."""
    since = times.clock(freeze.began_at, freeze.began_at)
    until = f" until {times.clock(freeze.until, freeze.began_at)}" if freeze.until else ""
    words = f"*Frozen already since {since}{until}*, by {phrases.name(by)}: “{outside(freeze.reason, _REASON_MOST)}”"
    lift = f"To change it, `/slo unfreeze {outside(freeze.service, 60)}` first."
    return Message(
        fallback("Frozen already: ", freeze.service, ". Nothing was changed."),
        (blocks.section(f"{words}. Nothing was changed. {lift}"),),
    )


def thawed(service: str, freeze: Freeze | None) -> Message:
    """Releases go on, or there was nothing to lift."""
    if freeze is None:
        words = f"Releases to {outside(service, 60)} are not frozen. Nothing was changed."
        return Message(fallback("Not frozen: ", service, ". Nothing was changed."), (blocks.section(words),))
    words = f"{DONE} *The freeze of {outside(service, 60)} is lifted.* Releases go by its error budget again."
    return Message(fallback("The freeze of ", service, " is lifted."), (blocks.section(words),))
