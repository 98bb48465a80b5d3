"""`/slo simulate`: what an outage would leave of a budget, and who would hear of it when."""

from bot.domain import figures
from bot.domain.facts.slo_detail import SimulationFacts
from bot.domain.figures import NBSP
from bot.domain.slo import Urgency
from bot.domain.slo.burn import windows_of
from bot.domain.slo.simulation import Firing, Outcome
from bot.slack.ids import Action, Field, Form, Ref
from bot.slack.views import blocks, phrases
from bot.slack.views.blocks import Message, View
from bot.slack.views.slo_words import title
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import UNSURE

_HEARD = {Urgency.PAGE: "pages", Urgency.TICKET: "opens a ticket"}
_LENGTHS = ("5m", "20m", "1h", "4h")


def what_if_form(name: str, shown: str) -> View:
    """Which outage? `name` is the SLO's, `shown` what people call it."""
    lengths = ", ".join(_LENGTHS)
    return blocks.modal(
        Form.SLO_WHAT_IF,
        "What if…",
        [
            blocks.section(f"*{outside(shown, 60)}*  Nothing happens but a calculation."),
            blocks.field_input(
                Field.OUTAGE,
                "How long, and how bad?",
                blocks.text_input(initial="20m", placeholder="20m, or 1h at 50 %", most=60),
                f"{lengths}, … everything fails unless you add a share: 1h at 50 %",
            ),
        ],
        submit="Calculate",
        close="Cancel",
        private=Ref(name).encode(),
    )


def slo_simulate(facts: SimulationFacts) -> Message:
    """One line that answers; then how long the budget would last, which alerts fire, and what was assumed."""
    slo, outcome = facts.slo.status.slo, facts.outcome
    here = Ref(slo.name).encode()
    if outcome is None:
        return _unknown(facts)
    size = facts.slo.status.budget.minutes
    line = f"*{title(facts.slo)}: {_outage(facts)} would leave {_left(outcome.left, size)}.*"
    return Message(
        fallback("", slo.display_name, f": {_outage(facts)} would leave {_left(outcome.left, size)}."),
        (
            blocks.section(f"{line}\n{_spent(facts, outcome)}"),
            *([blocks.section(_lately(facts, facts.lately))] if facts.lately else []),
            blocks.section("\n".join(["*Who hears of it*", *[_firing(each) for each in outcome.alerts]])),
            *blocks.actions(
                blocks.button("What if…", Action.SLO_WHAT_IF, here),
                blocks.button("Show", Action.SLO_SHOW, here, spoken=plain(f"Show {slo.display_name}", 75)),
            ),
            blocks.context(_assumed(outcome), "only a calculation, nothing was changed", phrases.as_of(facts.as_of)),
        ),
    )


def _unknown(facts: SimulationFacts) -> Message:
    words = "Too little is known of its traffic to tell what an outage would cost."
    return Message(
        fallback("", facts.slo.status.slo.display_name, f": {words}"),
        (
            blocks.section(f"{UNSURE} *{title(facts.slo)}:* {words}"),
            blocks.context(phrases.sentence(facts.slo.status.reason), phrases.as_of(facts.as_of)),
        ),
    )


def _outage(facts: SimulationFacts) -> str:
    outage = facts.outage
    length = figures.duration(outage.length)
    return f"{length} of full outage" if outage.share >= 1 else f"{figures.percent(outage.share)} errors for {length}"


def _left(left: float, minutes: float) -> str:
    if left < 0:
        return f"nothing of its budget: overspent by {figures.overspent(left * minutes, minutes)}"
    return f"{figures.share(left)} of its budget ({figures.minutes_of(left * minutes, minutes)})"


def _spent(facts: SimulationFacts, outcome: Outcome) -> str:
    before = facts.slo.status.budget.left
    now = f"It has {figures.share(before)} now" if before is not None and before >= 0 else "It is overspent now"
    cost = f"the outage spends {figures.percent(outcome.spent)} of the whole"
    return f"{now}; {cost}. {_lasts(outcome)}"


def _lasts(outcome: Outcome) -> str:
    if outcome.lasts is None:
        return "Such an outage could last for ever: it is milder than the budget allows."
    if not outcome.lasts:
        return "There is no budget left for any outage."
    return f"The budget would last {figures.duration(outcome.lasts)} of it."


def _lately(facts: SimulationFacts, outcome: Outcome) -> str:
    left = _left(outcome.left, facts.slo.status.budget.minutes)
    return f"*At the traffic of the last hour* ({_rate(outcome)}) it would leave {left}. {_lasts(outcome)}"


def _firing(firing: Firing) -> str:
    alert = firing.alert
    lengths = windows_of((alert,))
    which = f"{alert.factor:g}× over {figures.window(lengths[alert.long])} and {figures.window(lengths[alert.short])}"
    if firing.already:
        return f"{which}: fires already"
    if firing.after is None:
        return f"{which}: stays silent"
    after = f"after {figures.duration(firing.after)}" if firing.after else "at once"
    return f"{which}: {_HEARD[alert.severity]} {after}"


def _assumed(outcome: Outcome) -> str:
    return f"at the window's usual traffic of {_rate(outcome)}"


def _rate(outcome: Outcome) -> str:
    rate = outcome.per_minute
    amount = f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"
    return f"{amount}{NBSP}events a minute"
