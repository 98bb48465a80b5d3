"""Answers to a click on something that has moved on: the truth, that nothing was changed, and what fits now."""

from bot.domain.facts.alert import AlertFacts
from bot.domain.facts.incident import IncidentFacts
from bot.domain.facts.page import PageFacts
from bot.domain.facts.run import RunFacts
from bot.domain.plaintext import capital
from bot.domain.run import WORDS, RunState
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Element, Message
from bot.slack.views.run_words import change_marked, lock_screen, verb_of
from bot.slack.views.text import fallback, outside, plain, quoted
from bot.slack.views.words import (
    CHANGED,
    DONE,
    ENDED_STATES,
    EXPIRED,
    HELD,
    REFUSED,
    RUNNING,
    WAITING,
    incident_shape,
)

_DECIDED = frozenset({RunState.REFUSED, RunState.CONFIRMED, RunState.RUNNING})
"""Here who decided is the news."""
_SHAPES = {RunState.EXPIRED: EXPIRED, RunState.VOID: CHANGED, RunState.WAITING: WAITING, RunState.WITHDRAWN: REFUSED}
_NOTHING = "Your click changed nothing."


def alert_moved(alert: AlertFacts) -> Message:
    """The alert is held by somebody, over, or as it was: said as it is now."""
    if alert.end is not None:
        ended = times.clock(alert.end.at, alert.as_of)
        line = f"{DONE} *{outside(alert.id, 20)} is resolved* since {ended}. {_NOTHING}"
        return _answer(fallback(f"{alert.id} is resolved already. {_NOTHING}"), line, _to_incident(alert))
    if alert.holder is None:
        acknowledge = blocks.button("Acknowledge", Action.ALERT_ACK, Ref(alert.id, alert.version).encode())
        line = f"*Nobody has {outside(alert.id, 20)} now.* {_NOTHING}"
        return _answer(fallback(f"Nobody has {alert.id} now. {_NOTHING}"), line, acknowledge, _to_incident(alert))
    who, since = alert.holder.person, times.clock(alert.holder.since, alert.as_of)
    line = f"{HELD} *{phrases.name(who)} already has it*, since {since}. {_NOTHING}"
    text = fallback("", who.name, f" already has this alert. {_NOTHING}")
    return _answer(text, line, _take_over(alert), _to_incident(alert))


def card_moved(alert: AlertFacts, clicked: str, now: str) -> Message:
    """The card was redrawn under the finger: the click is not counted. Both are labels of buttons."""
    labels = f"{quoted(clicked, 40)} had become {quoted(now, 40)}"
    line = f"*The card changed just before you clicked*, so nothing was done: {labels}."
    button = _take_over(alert) if alert.holder is not None else None
    return _answer("The card changed under your finger. Your click was not counted.", line, button)


def _take_over(alert: AlertFacts) -> Element:
    return blocks.button("Take over", Action.ALERT_TAKE, Ref(alert.id, alert.version).encode())


def _to_incident(alert: AlertFacts) -> Element | None:
    if alert.incident is None:
        return None
    return blocks.button("Join the incident", Action.INCIDENT_JOIN, Ref(alert.incident.id).encode())


def already_declared(incident: IncidentFacts) -> Message:
    """The alert's group has an incident: it is linked, not asked and not doubled."""
    where = f" Join {phrases.room(incident.room)}." if incident.room else ""
    name = outside(incident.id, 20)
    line = f"{incident_shape(incident)} *{name} is open for this alert already.* Nothing new was declared.{where}"
    join = blocks.button(f"Join {incident.id}", Action.INCIDENT_JOIN, Ref(incident.id, incident.version).encode())
    return _answer(fallback(f"{incident.id} is open for this alert already. Nothing new was declared."), line, join)


def incident_moved(incident: IncidentFacts) -> Message:
    """The incident is in another state than the button thought."""
    since = f" since {times.clock(incident.state_since, incident.as_of)}" if incident.state_since else ""
    name, level = outside(incident.id, 20), outside(incident.severity.name, 20)
    line = f"{incident_shape(incident)} *{name} is {incident.state}*{since}, {level}. {_NOTHING}"
    text = fallback(f"{incident.id} is {incident.state}. {_NOTHING}")
    timeline = blocks.button("Timeline", Action.INCIDENT_TIMELINE, Ref(incident.id).encode())
    return _answer(text, line, _state_step(incident), timeline)


def _state_step(incident: IncidentFacts) -> Element | None:
    if incident.state in ENDED_STATES:
        return None
    return blocks.button("Mark resolved…", Action.INCIDENT_RESOLVE, Ref(incident.id, incident.version).encode())


def run_moved(run: RunFacts) -> Message:
    """The run went on without this click."""
    state = f"taken back by {outside(run.undone_by, 20)}" if run.undone_by else WORDS[run.state]
    words = f"{outside(run.id, 20)} ({verb_of(run).base} {change_marked(run)})"
    decided = run.approval.decided_by if run.approval else None
    if decided is not None and run.approval is not None and run.state in _DECIDED:
        verb = "approved" if run.started_at or run.state is RunState.CONFIRMED else "refused"
        at = f" at {times.clock(run.approval.decided_at, run.as_of)}" if run.approval.decided_at else ""
        said = f"{phrases.name(decided)} {verb} {words}{at}."
        return _answer(fallback("", decided.name, f" {verb} this already. {_NOTHING}"), f"*{said}* {_NOTHING}")
    line = f"{_SHAPES.get(run.state, RUNNING)} *{words} is {state}.* {_NOTHING}"
    return _answer(fallback(f"{capital(lock_screen(run))} is {state} already. {_NOTHING}"), line)


def page_moved(page: PageFacts) -> Message:
    """Somebody has it, or it is over."""
    if page.holder is None:
        line = f"{DONE} *{outside(page.title)}: it is over.* You need to do nothing."
        return _answer(fallback("Over: ", page.title, ". You need to do nothing."), line)
    who, since = phrases.name(page.holder.person), times.clock(page.holder.since, page.as_of)
    line = f"{HELD} *{who} already has it*, since {since}. You need to do nothing."
    return _answer(fallback("", page.holder.person.name, " already has it. You need to do nothing."), line)


def unknown_thing(name: str, kind: str, example: str) -> Message:
    """There is no such thing, or it is private: the same words in both cases."""
    line = f"*There is no {outside(kind, 30)} {outside(name, 60)}, or you are not in it.* Nothing was done."
    list_it = blocks.button(plain(example, 30), Action.HELP_RUN, example)
    return _answer(fallback(f"There is no {kind} ", name, ", or you are not in it. Nothing was done."), line, list_it)


def expired() -> Message:
    """Slack let the click's three seconds pass: nothing can be opened any more."""
    line = "*That took too long, so nothing could be opened.* Nothing was changed. *Next:* click again."
    return _answer("That took too long, so nothing could be opened. Nothing was changed.", line)


def _answer(text: str, line: str, *buttons: Element | None) -> Message:
    return Message(text, (blocks.section(line), *blocks.actions(*buttons)))
