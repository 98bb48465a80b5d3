"""What an SLO is called and what it promises, in words."""

from bot.domain import figures
from bot.domain.facts.slo import SloFacts
from bot.domain.slo import CalendarWindow, Slo, State
from bot.domain.slo.windows import words
from bot.slack.views.text import outside

_PERIODS = {"d": "day", "w": "week", "M": "month", "Q": "quarter", "Y": "year"}


def title(slo: SloFacts) -> str:
    """The display name, or the key where there is none."""
    return called(slo.status.slo)


def called(slo: Slo) -> str:
    """What people call it: the display name, or the key where there is none."""
    return outside(slo.display_name or slo.name, 60)


def promise(slo: SloFacts) -> str:
    """`99 % under 500 ms`."""
    return f"{figures.target(slo.status.slo.target)} {outside(slo.promise, 60)}"


def over(slo: Slo) -> str:
    """`over 30 d`, or the calendar period."""
    window = slo.window
    if not isinstance(window, CalendarWindow):
        return f"over {figures.window(window.length)}"
    period = _PERIODS.get(window.unit, window.unit)
    return f"in the calendar {period}" if window.count == 1 else f"over {window.count} calendar {period}s"


def covered(slo: SloFacts) -> str:
    """` (2 h of data)` where the figures rest on less than the whole window; empty where they do not."""
    data = slo.status.data
    return f" ({words(data.covers)} of data)" if data.covers is not None and not data.complete else ""


def standing(slo: SloFacts) -> str:
    """The state in a few words, without a clock: it stands in a header."""
    status = slo.status
    left = status.budget.left
    if status.state is State.EXHAUSTED:
        return "budget gone"
    if status.state is State.NO_DATA or left is None:
        return "no data" if status.state is not State.ERROR else "cannot be evaluated"
    if status.state is State.STALE:
        return f"stale, {figures.share(left)} of budget left"
    risk = "at risk, " if status.state is State.AT_RISK else ""
    return f"{risk}{figures.share(left)} of budget left"
