"""What is left of an alert's card once it is over: two lines, and the way to its incident."""

from bot.domain import figures
from bot.domain.facts.alert import AlertEnd, AlertFacts
from bot.slack.ids import Action, AlertMore, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Element, Message
from bot.slack.views.text import code, fallback, outside
from bot.slack.views.words import DONE


def ended_card(alert: AlertFacts) -> Message:
    """Resolved. Raises ValueError for an alert that still fires."""
    end = alert.end
    if end is None:
        raise ValueError(f"{alert.id} has not ended")
    first = f"{DONE} *Resolved: {outside(alert.title)}*"
    return Message(
        fallback(f"Resolved after {figures.duration(end.at - alert.since)}: ", alert.title, f".{_left_words(alert)}"),
        (
            blocks.section(f"{first}\n{_story(alert, end)}", _to_incident(alert)),
            blocks.context(*_small_print(alert)),
        ),
        Event.ALERT,
        Ref(alert.id, alert.version),
    )


def _left_words(alert: AlertFacts) -> str:
    left = alert.budget.left if alert.budget else None
    return f" {figures.share(left)} of budget left." if left is not None and left >= 0 else ""


def _story(alert: AlertFacts, end: AlertEnd) -> str:
    """Where and how long, who had it, what ended it, what it cost."""
    span = f"{times.clock(alert.since, alert.as_of)} to {times.clock(end.at, alert.as_of)}"
    where = f"{code(alert.service, 40)}, {span} ({figures.duration(end.at - alert.since)})."
    return phrases.joined(where, _had(alert, end), _cost(alert, end))


def _had(alert: AlertFacts, end: AlertEnd) -> str:
    fix = f"; {outside(end.fix)}" if end.fix else ""
    if alert.holder is None:
        return f"Nobody had it{fix}."
    return (
        f"{phrases.name(alert.holder.person)} had it after {figures.duration(alert.holder.since - alert.since)}{fix}."
    )


def _cost(alert: AlertFacts, end: AlertEnd) -> str:
    left = alert.budget.left if alert.budget else None
    remains = f"*{figures.share(left)} left*" if left is not None and left >= 0 else ""
    cost = f"Cost {figures.minutes(end.cost_minutes)} of budget" if end.cost_minutes is not None else ""
    words = ", ".join(filter(None, [cost, remains]))
    return f"{words}." if words else ""


def _to_incident(alert: AlertFacts) -> Element | None:
    if alert.incident is None:
        return None
    choice = (f"Open incident {alert.incident.id}", Ref(alert.id, alert.version, AlertMore.INCIDENT.value))
    return blocks.overflow(Action.ALERT_MORE, blocks.carried(choice))


def _small_print(alert: AlertFacts) -> list[str]:
    total = alert.firing + alert.resolved
    return [
        outside(alert.id, 20),
        figures.plural(total, "alert") if total > 1 else "",
        f"{figures.ordinal(alert.episode)} time today" if alert.episode > 1 else "",
        "a new firing gets a new card",
    ]
