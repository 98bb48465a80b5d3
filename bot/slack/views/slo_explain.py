"""`/slo explain`: every figure of one SLO with its question, the raw answer, and the formula between the two."""

from bot.domain import figures
from bot.domain.facts.slo_detail import ExplainFacts
from bot.domain.figures import NBSP
from bot.domain.slo import BURN_WINDOWS, BurnAlert, CalendarWindow, Counts, RollingWindow
from bot.domain.slo.burn import held_back, windows_of
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Message
from bot.slack.views.slo_words import over, standing
from bot.slack.views.text import code, fallback, outside, plain

_QUESTION_MOST = 900


def slo_explain(facts: ExplainFacts) -> Message:
    """One SLO, from the question that was asked to the state that is shown."""
    slo, status = facts.slo, facts.slo.status
    here = Ref(status.slo.name).encode()
    return Message(
        fallback("How the figures of ", status.slo.display_name, f" come about: {standing(slo)}."),
        (
            blocks.header(f"How {plain(status.slo.display_name, 45)} is counted"),
            blocks.section(_asked(facts)),
            *([blocks.section(text) for text in (_sli(facts), _budget(facts), _burns(facts))] if status.counts else []),
            *([blocks.section(_exhaustion(facts)), blocks.section(_alerts(facts))] if status.counts else []),
            blocks.section(_data(facts)),
            *blocks.actions(
                blocks.button("Show", Action.SLO_SHOW, here, spoken=plain(f"Show {status.slo.display_name}", 75)),
                blocks.button("What if…", Action.SLO_WHAT_IF, here),
            ),
            blocks.context("numbers are not rounded before they are used", phrases.as_of(facts.as_of)),
        ),
    )


def _asked(facts: ExplainFacts) -> str:
    status, source = facts.slo.status, outside(facts.slo.source or facts.slo.status.slo.indicator.source, 60)
    if not facts.questions:
        return f"*Asked of {source}:* nothing could be asked. {phrases.sentence(status.reason)}".strip()
    lines = [f"{question.part}: {code(question.text, _QUESTION_MOST)}" for question in facts.questions]
    answer = "no answer that counts" if status.counts is None else _raw(status.counts)
    return "\n".join([f"*Asked of {source}*, {over(status.slo)}", *lines, f"*Answered:* {answer}", *_recorded(facts)])


def _recorded(facts: ExplainFacts) -> list[str]:
    """Where the answer comes from, and why the same question by hand may come to a hair more or less."""
    if facts.recorded is None:
        return []
    since = times.date_and_clock(facts.recorded)
    return [f"Windows over 1 h: exact events in our own record since {since}, and what came after its last entry"]


def _sli(facts: ExplainFacts) -> str:
    counts, sli = facts.slo.status.counts, facts.slo.status.sli
    if counts is None or sli is None:
        return "*SLI* = good ÷ total. There were no events, so there is none."
    return f"*SLI* = good ÷ total = {_events(counts.good)} ÷ {_events(counts.total)} = {_percent(sli)}"


def _budget(facts: ExplainFacts) -> str:
    status = facts.slo.status
    slo, counts, budget = status.slo, status.counts or Counts(0, 0), status.budget
    allowed = slo.budget * counts.total
    share = f"{figures.target(slo.budget)}"
    size = (
        f"*Budget* = 100{NBSP}% − target = {share}: {_events(allowed)} bad events of {_events(counts.total)}, "
        f"or {budget.minutes:g}{NBSP}min of {figures.window(facts.window)}"
    )
    if budget.left is None or budget.left_minutes is None or allowed <= 0:
        return size
    left = (
        f"*Left* = 1 − bad ÷ allowed = 1 − {_events(counts.bad)} ÷ {_events(allowed)} = {_percent(budget.left)}"
        f" = {budget.left_minutes:,.2f}{NBSP}min"
    )
    return f"{size}\n{left}"


def _burns(facts: ExplainFacts) -> str:
    status = facts.slo.status
    lines = [_burn(facts, window) for window in BURN_WINDOWS if status.burns.get(window) is not None]
    current = figures.window(BURN_WINDOWS[status.current_window])
    now = f"The burn rate that is called the present one is that of {current}: the shortest of 5 min, 30 min and 1 h"
    return "\n".join(["*Burn rate* = bad ÷ total ÷ budget", *lines, f"{now} with at least 20 events."])


def _burn(facts: ExplainFacts, window: str) -> str:
    status = facts.slo.status
    counts = status.burns[window] or Counts(0, 0)
    rate = status.burn(window)
    shown = f"{rate:,.4g}×" if rate is not None else "unknown"
    return f"{figures.window(BURN_WINDOWS[window])}: {_events(counts.bad)} bad of {_events(counts.total)} = {shown}"


def _exhaustion(facts: ExplainFacts) -> str:
    status = facts.slo.status
    left, burn, gone = status.budget.left, status.burn(), status.exhaustion
    formula = "*Time to exhaustion* = left × window ÷ burn rate"
    if left is None or burn is None:
        return f"{formula}: not known, since one of them is not."
    if gone is not None:
        until = times.date_and_clock(gone)
        return f"{formula} = {_percent(left)} × {figures.window(facts.window)} ÷ {burn:,.4g}: gone by {until}."
    if left <= 0:
        return f"{formula}: the budget is gone already."
    if isinstance(status.slo.window, RollingWindow):
        return (
            f"{formula}: never at this rate. Old errors leave a rolling window as fast as a burn of 1× adds new ones."
        )
    return f"{formula}: not before the window ends and the budget is renewed."


def _alerts(facts: ExplainFacts) -> str:
    status = facts.slo.status
    held = held_back(status.burns, status.slo.budget, facts.guard, status.slo.alerts)
    lines = [_alert(facts, alert, held=alert in held) for alert in status.slo.alerts]
    guard = facts.guard
    least = (
        f"Too little traffic raises none: the long window needs {guard.events:g} events, {guard.bad:g} of them bad."
        if guard.events > 0
        else "Time slices need no least number of events."
    )
    return "\n".join(["*Burn alerts*: both windows must burn faster", *lines, least])


def _alert(facts: ExplainFacts, alert: BurnAlert, *, held: bool) -> str:
    lengths = windows_of((alert,))
    long, short = (figures.window(lengths[name]) for name in (alert.long, alert.short))
    state = (
        "fires" if alert in facts.slo.status.alerts else "held back, too little traffic" if held else "does not fire"
    )
    return f"{alert.factor:g}× over {long} and {short}, {alert.severity.value}: {state}"


def _data(facts: ExplainFacts) -> str:
    """How complete the data is, and whatever else a reader must know about it."""
    status, data = facts.slo.status, facts.slo.status.data
    covers = f"{figures.duration(data.covers)} of {figures.window(facts.window)} hold data" if data.covers else ""
    newest = f"the newest sample is of {times.date_and_clock(data.last)}" if data.last else ""
    complete = "nothing is known to be missing" if data.complete else ""
    known = ", ".join(filter(None, [covers, newest, complete])) or "nothing is known of how complete it is"
    period = (
        "The window follows the calendar" if isinstance(status.slo.window, CalendarWindow) else "The window is rolling"
    )
    return phrases.joined(f"*Data:* {known}.", f"{period}.", phrases.sentence(status.reason, 300))


def _raw(counts: Counts) -> str:
    return f"{_events(counts.good)} good of {_events(counts.total)}, so {_events(counts.bad)} bad"


def _events(amount: float) -> str:
    """As many decimals as it has, up to three: sources that interpolate answer with parts of events."""
    return f"{amount:,.3f}".rstrip("0").rstrip(".")


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.6f}".rstrip("0").rstrip(".") + f"{NBSP}%"
