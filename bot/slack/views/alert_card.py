"""The one message of a group of alerts: drawn while it fires, while somebody has it, and while it is silenced."""

from bot.domain import figures
from bot.domain.facts.alert import AlertFacts, IncidentLink
from bot.domain.plaintext import capital
from bot.slack.ids import Action, AlertMore, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.alert_ended import ended_card
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.text import code, fallback, outside, plain
from bot.slack.views.words import HELD, SILENCED, shape

_NAMES_SHOWN = 3


def alert_card(alert: AlertFacts) -> Message:
    """The card in every state of its group."""
    if alert.end is not None:
        return ended_card(alert)
    silenced = alert.silence is not None
    return Message(
        _silenced_words(alert) if silenced else _words(alert),
        tuple(_silenced(alert) if silenced else _open(alert)),
        Event.ALERT,
        Ref(alert.id, alert.version),
    )


def _words(alert: AlertFacts) -> str:
    budget = phrases.budget_words(alert.budget, alert.as_of)
    if alert.holder is not None:
        return fallback(f"{alert.holder.person.name} has it: ", alert.title, f" ({alert.priority}).{budget}")
    paged = f" {alert.paging.person.name} is paged." if alert.paging else ""
    since = f" since {figures.utc(alert.since, alert.as_of)}."
    return fallback(f"{capital(alert.priority)}: ", alert.title, f"{since}{budget}{paged}")


def _open(alert: AlertFacts) -> list[Block]:
    return [
        blocks.header(_heading(alert)),
        blocks.section(_where(alert)),
        *([blocks.section(phrases.budget_line(alert.budget, alert.as_of))] if alert.budget else []),
        blocks.section(f"*Next:* {_next(alert)}"),
        *blocks.actions(*_buttons(alert)),
        blocks.context(outside(alert.id, 20), *_told(alert), phrases.as_of(alert.as_of)),
    ]


def _heading(alert: AlertFacts) -> str:
    """The rank's shape while nobody has it; then the state's, and the word stays."""
    if alert.holder is None:
        return f"{shape(alert.priority.rank)} {capital(alert.priority)}: {plain(alert.title, 64)}"
    word = f"{capital(alert.priority)}, {plain(alert.holder.person.name, 24)} has it"
    return f"{HELD} {word}: {plain(alert.title, 73 - len(word))}"


def _where(alert: AlertFacts) -> str:
    place = f"{phrases.where(alert.service, alert.environment)}, since {times.clock(alert.since, alert.as_of)}."
    read = phrases.reading(alert.reading) if alert.reading else ""
    lines = [
        phrases.joined(place, phrases.sentence(alert.impact, 120), read),
        _members(alert),
        phrases.links(alert.links),
    ]
    return "\n".join(filter(None, lines))


def _members(alert: AlertFacts) -> str:
    """What fires within the group, where that is more than one kind of thing."""
    firing = [member for member in alert.members if member.firing]
    if len(firing) < 2:
        return ""
    ordered = sorted(firing, key=lambda member: (-member.firing, member.name))
    named = [f"{outside(member.name, 40)} {figures.count(member.firing)}" for member in ordered]
    return f"Firing: {figures.listed(named, _NAMES_SHOWN)}."


def _next(alert: AlertFacts) -> str:
    if alert.incident is not None:
        return _work(alert.incident)
    if alert.change is not None:
        why = phrases.change(alert.change, alert.since, alert.as_of)
        return phrases.joined(why, phrases.fixed_before(alert.change) or _fits(alert))
    if alert.runbook is not None:
        return phrases.joined(_fits(alert), phrases.sentence(capital(alert.runbook.reason)))
    if alert.holder is not None:
        return "look at the dashboard. Declare an incident if customers notice."
    return "acknowledge it if you look into it. Declare an incident if customers notice."


def _work(incident: IncidentLink) -> str:
    name = outside(incident.id, 20)
    if incident.over:
        return f"{name} is over, and this still fires: `/incident reopen {name}`."
    room = f" in {phrases.room(incident.room)}" if incident.room else ""
    return f"{name} is open for it{room}; the work is there."


def _fits(alert: AlertFacts) -> str:
    return f"{outside(alert.runbook.label, 60)} fits." if alert.runbook else ""


def _told(alert: AlertFacts) -> list[str]:
    """Who has been told, and how many alerts there are."""
    return [_acknowledged(alert) or _paging(alert), _counts(alert), _again(alert)]


def _acknowledged(alert: AlertFacts) -> str:
    if alert.holder is None:
        return ""
    took = figures.duration(alert.holder.since - alert.since)
    stopped = "  ·  paging stopped" if alert.paging else ""
    return f"acknowledged {times.clock(alert.holder.since, alert.as_of)}, after {took}{stopped}"


def _paging(alert: AlertFacts) -> str:
    paging = alert.paging
    if paging is None:
        return "pages nobody"
    now = f"paging {phrases.name(paging.person)} since {times.clock(paging.since, alert.as_of)}"
    if paging.then is None or paging.then_at is None:
        return now
    return f"{now}, {phrases.name(paging.then)} follows at {times.clock(paging.then_at, alert.as_of)}"


def _counts(alert: AlertFacts) -> str:
    """`12 alerts`, with what is over and how bad the rest is where the group holds several."""
    total = alert.firing + alert.resolved
    if total <= 1:
        return ""
    size = figures.plural(total, "alert")
    if alert.resolved:
        size = f"{figures.count(alert.firing)} of {size} firing"
    ranked = sorted(alert.by_priority.items(), key=lambda item: item[0].rank)
    mixed = [f"{figures.count(many)} {priority}" for priority, many in ranked if many]
    return f"{size}: {', '.join(mixed)}" if len(mixed) > 1 else size


def _again(alert: AlertFacts) -> str:
    return f"{figures.ordinal(alert.episode)} time today" if alert.episode > 1 else ""


def _buttons(alert: AlertFacts) -> list[Element | None]:
    """Slots: answer it, raise it, fix it, `⋯`. What is primary is what Next recommends."""
    return [_answer(alert), _raise(alert), _fix(alert), _more(alert)]


def _answer(alert: AlertFacts) -> Element:
    here = Ref(alert.id, alert.version).encode()
    if alert.holder is None:
        return blocks.button("Acknowledge", Action.ALERT_ACK, here, style="primary")
    spoken = plain(f"Take this alert over from {alert.holder.person.name}", 75)
    return blocks.button("Take over", Action.ALERT_TAKE, here, spoken=spoken)


def _raise(alert: AlertFacts) -> Element:
    incident = alert.incident
    if incident is None:
        return blocks.button("Declare incident…", Action.ALERT_DECLARE, Ref(alert.id, alert.version).encode())
    url = incident.room.url if incident.room else ""
    return blocks.button(f"Open {incident.id}", Action.INCIDENT_OPEN, Ref(incident.id).encode(), url=url)


def _fix(alert: AlertFacts) -> Element | None:
    if alert.runbook is not None:
        value = Ref(alert.id, alert.version, alert.runbook.name).encode()
        style = "primary" if alert.holder is not None and alert.incident is None else ""
        return blocks.button(blocks.asking(plain(alert.runbook.label)), Action.ALERT_RUNBOOK, value, style=style)
    if alert.runbooks == 0:
        return None
    return blocks.button("Run runbook…", Action.ALERT_PICK, Ref(alert.id, alert.version).encode())


def _more(alert: AlertFacts) -> Element | None:
    choices: list[tuple[str, AlertMore]] = []
    if alert.look:
        choices.append((f"Look at its {plain(alert.look, 20)}…", AlertMore.LOOK))
    if alert.holder is not None:
        choices.append(("Hand back…", AlertMore.HAND_BACK))
    if alert.runbook is not None and alert.runbooks > 1:
        choices.append(("Other runbooks…", AlertMore.RUNBOOKS))
    refs = [(label, Ref(alert.id, alert.version, choice.value)) for label, choice in choices]
    return blocks.overflow(Action.ALERT_MORE, blocks.carried(*refs))


def _silenced_words(alert: AlertFacts) -> str:
    if alert.silence is None:
        return ""
    until = figures.utc(alert.silence.until, alert.as_of)
    return fallback(f"Silenced by {alert.silence.by.name} until {until}: ", alert.title, f" ({alert.priority}).")


def _silenced(alert: AlertFacts) -> list[Block]:
    """Two lines: who, why, until when; it still fires."""
    silence = alert.silence
    if silence is None:
        return []
    until = times.clock(silence.until, alert.as_of)
    why = f": “{outside(silence.reason)}”" if silence.reason else ""
    burns = "No SLO is touched." if alert.budget is None else phrases.budget_line(alert.budget, alert.as_of)
    first = f"{SILENCED} *{capital(alert.priority)}, silenced until {until}: {outside(alert.title)}*"
    second = f"{phrases.name(silence.by)}, at {times.clock(silence.at, alert.as_of)}{why}. Still firing. {burns}"
    return [
        blocks.section(f"{first}\n{second}"),
        *blocks.actions(_raise(alert), _fix(alert)),
        blocks.context(
            outside(alert.id, 20), code(alert.service, 40), _counts(alert), _again(alert), phrases.as_of(alert.as_of)
        ),
    ]
