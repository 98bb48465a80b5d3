"""`/slo compare`: two SLOs over one stretch of time, or one SLO over two; the difference first."""

from bot.domain import figures
from bot.domain.facts.slo_report import CompareFacts
from bot.domain.plaintext import capital
from bot.domain.slo.attainment import Attainment
from bot.domain.slo.stretch import Stretch
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Element, Message
from bot.slack.views.slo_report import attained, spent
from bot.slack.views.slo_words import called
from bot.slack.views.text import fallback, outside, plain

_SAME = 0.01


def slo_compare(facts: CompareFacts) -> Message:
    """Both sides with the same facts, so that they can be read against each other."""
    answer = _answer(facts)
    return Message(
        fallback(f"{answer}."),
        (
            blocks.section(f"*{outside(answer, 250)}.*"),
            blocks.section(_side(facts, facts.left, facts.left_stretch)),
            blocks.section(_side(facts, facts.right, facts.right_stretch)),
            *blocks.actions(*_buttons(facts)),
            blocks.context("budgets are those of the times compared", phrases.as_of(facts.as_of)),
        ),
    )


def _buttons(facts: CompareFacts) -> list[Element]:
    """One for each SLO that was compared."""
    slos = [facts.left.slo, *([] if facts.same_slo else [facts.right.slo])]
    ids = (Action.SLO_SHOW, Action.SLO_PICK)
    labels = [plain(f"Show {slo.display_name or slo.name}", blocks.BUTTON) for slo in slos]
    found = zip(slos, labels, ids, strict=False)
    return [blocks.button(label, action, Ref(slo.name).encode()) for slo, label, action in found]


def _answer(facts: CompareFacts) -> str:
    """Which side spent more of its budget."""
    left, right = facts.left.spent, facts.right.spent
    if left is None or right is None:
        return "These cannot be compared: of one nothing is known"
    if abs(left - right) < _SAME:
        return f"Both spent {figures.percent(left)} of their budgets"
    more, less = (True, False) if left > right else (False, True)
    high, low = max(left, right), min(left, right)
    gap = f"{figures.percent(high)} of its budget, {_label(facts, left=less)} {figures.percent(low)}"
    return f"{capital(_label(facts, left=more))} spent more: {gap}"


def _side(facts: CompareFacts, row: Attainment, over: Stretch) -> str:
    title = called(row.slo) if not facts.same_slo else outside(over.title, 60)
    when = f", {outside(over.title, 60)}" if not facts.same_slo else f", {called(row.slo)}"
    bad = f"{row.counts.bad:,.0f} of {row.counts.total:,.0f} events were bad" if row.counts else ""
    days = ", ".join(f"{figures.date_of(day.day)} ({figures.percent(day.spent)})" for day in row.worst)
    worst = f"Worst days: {days}" if days else ""
    facts_of = [f"{each}." for each in (attained(row), spent(row), bad, worst) if each]
    return f"*{title}*{when}\n{' '.join(facts_of)}"


def _label(facts: CompareFacts, *, left: bool) -> str:
    """What tells the sides apart: the SLO, or the time."""
    if facts.same_slo:
        return (facts.left_stretch if left else facts.right_stretch).title
    return _name(facts, left=left)


def _name(facts: CompareFacts, *, left: bool) -> str:
    slo = (facts.left if left else facts.right).slo
    return slo.display_name or slo.name
