"""Sentences that several views share: where, how bad, what changed before, who. All are safe mrkdwn."""

from collections.abc import Iterable
from datetime import datetime

from bot.domain import figures
from bot.domain.facts.links import Link, Room, Thing
from bot.domain.facts.person import Person
from bot.domain.facts.reading import Change, Reading
from bot.domain.plaintext import capital
from bot.domain.slo import BudgetLine, State
from bot.slack.views import times
from bot.slack.views.text import code, link, outside


def name(person: Person) -> str:
    """A person as a fact: the plain display name, which notifies nobody."""
    return outside(person.name, 40)


def room(place: Room) -> str:
    """A channel that can be clicked."""
    return f"<#{place.id}>"


def thing(other: Thing) -> str:
    """`R-17`, as a link to its message where that is known."""
    return link(other.id, other.url) if other.url else outside(other.id, 40)


def where(service: str, environment: str) -> str:
    """`checkout-api` in prod."""
    place = outside(environment, 40)
    return f"{code(service, 60)} in {place}" if place else code(service, 60)


def sentence(raw: str, limit: int = 200) -> str:
    """Outside text as a sentence of its own, with one full stop."""
    text = outside(raw, limit)
    return text if not text or text[-1] in ".!?…" else f"{text}."


def links(pages: Iterable[Link]) -> str:
    """Dashboard, query and the like, in one line."""
    return "  ·  ".join(link(page.label, page.url) for page in list(pages)[:6])


def reading(read: Reading) -> str:
    """`Checkout errors 31 %, normal is under 0.1 %; the alert starts at 1 %.`"""
    parts = [f"{capital(outside(read.what))} {figures.value(read.value, read.unit)}"]
    if read.normal is not None:
        parts.append(f", normal is under {figures.value(read.normal, read.unit)}")
    if read.threshold is not None:
        parts.append(f"; the alert starts at {figures.value(read.threshold, read.unit)}")
    return "".join(parts) + "."


def burning(rate: float | None) -> str:
    """`burning 310×`, `not burning`, or nothing where the rate is not known."""
    if rate is None:
        return ""
    return "not burning" if rate < 0.05 else f"burning {figures.multiple(rate)}"


def budget_left(left: float | None, minutes: float) -> str:
    """`79 % left (34.0 of 43.2 min)`, or how far it is overspent; `minutes` is the whole budget."""
    if left is None:
        return "nothing is known of what is left"
    if left < 0:
        return f"Overspent by {figures.overspent(left * minutes, minutes)}"
    return f"{figures.share(left)} left ({figures.minutes_of(left * minutes, minutes)})"


def budget_line(budget: BudgetLine, as_of: datetime) -> str:
    """First the SLO, then the deadline, then the size."""
    slo = outside(budget.title, 60)
    size = ", ".join(filter(None, [budget_left(budget.left, budget.minutes), burning(budget.burn)]))
    if budget.state is State.EXHAUSTED:
        return f"*{slo}: budget gone.* {size}."
    if budget.gone_by is None:
        return f"*{slo}:* {size}."
    return f"*{slo}: budget gone by {times.clock(budget.gone_by, as_of)}* at this rate. {size}."


def budget_words(budget: BudgetLine | None, as_of: datetime) -> str:
    """The budget for a lock screen, with a leading space; empty where nothing is known."""
    if budget is None or budget.left is None:
        return ""
    if budget.state is State.EXHAUSTED:
        return " The error budget is gone."
    if budget.gone_by is None:
        return f" {figures.share(budget.left)} of budget left."
    return f" Budget gone by {figures.utc(budget.gone_by, as_of)}."


def change(what: Change, since: datetime, as_of: datetime) -> str:
    """`release v42 went out at 01:56, 4 min before the first error.`"""
    return f"{outside(what.what)} went out at {times.clock(what.at, as_of)}{before(what, since)}."


def before(what: Change, since: datetime) -> str:
    """`, 4 min before the first error`; empty where the change came later. `since` is when the alert began."""
    known = what.first_error is not None
    began = what.first_error or since
    if what.at > began:
        return ""
    return f", {figures.duration(began - what.at)} before {'the first error' if known else 'this began'}"


def fixed_before(what: Change) -> str:
    """What undoing such a change fixed before; empty where nothing is known."""
    if not what.fixed:
        return ""
    return f"Undoing it fixed this in {figures.listed([outside(name, 20) for name in what.fixed], 3)}."


def as_of(at: datetime) -> str:
    """The last words of everything that is redrawn."""
    return f"as of {times.clock_seconds(at)}"


def joined(*sentences: str) -> str:
    """Those sentences that are there, in one paragraph."""
    return " ".join(filter(None, sentences))
