"""Answers about incidents: which are open, and how one stands."""

from bot.domain import figures
from bot.domain.facts.incident import IncidentFacts, IncidentListFacts
from bot.slack.ids import Action, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.incident_card import incident_card
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import DONE, ENDED_STATES, incident_shape

_SHOWN = 10


def incident_list(facts: IncidentListFacts) -> Message:
    """The open ones, worst first; where there is none, the last one."""
    new = blocks.button("Declare incident…", Action.INCIDENT_NEW)
    if not facts.incidents:
        return Message("No open incidents.", (blocks.section(_nothing_open(facts)), *blocks.actions(new)))
    shown = facts.incidents[:_SHOWN]
    total = len(facts.incidents) + facts.more
    hidden = total - len(shown)
    worst = shown[0]
    head = f"{figures.plural(total, 'open incident')}"
    return Message(
        fallback(f"{head}. Worst: {worst.severity.name}, {worst.id}, ", worst.title, "."),
        (
            blocks.section(f"*{head}*"),
            *[_row(incident) for incident in shown],
            *([blocks.section(f"and {figures.count(hidden)} more, less severe or newer")] if hidden > 0 else []),
            *blocks.actions(new),
            blocks.context(phrases.as_of(facts.as_of)),
        ),
    )


def _nothing_open(facts: IncidentListFacts) -> str:
    last = facts.last
    if last is None:
        return f"{DONE} *No open incidents.* There has not been one yet."
    ended = times.clock(last.clocks.resolved or last.as_of, facts.as_of)
    return f"{DONE} *No open incidents.* The last one, {outside(last.id, 20)}, was resolved {ended}."


def _two_lines(incident: IncidentFacts) -> str:
    """One incident in two lines: how bad and what, then state, commander and room."""
    leader = f"Commander: {phrases.name(incident.commander)}" if incident.commander else "Nobody leads it yet"
    where = f", {phrases.room(incident.room)}" if incident.room else ""
    name = f"{outside(incident.id, 20)}, {outside(incident.severity.name, 20)}"
    since = times.clock(incident.declared_at, incident.as_of)
    title = f"{incident_shape(incident)} *{name}: {outside(incident.title)}*"
    return f"{title}\n{incident.state}, open since {since}. {leader}{where}."


def _row(incident: IncidentFacts) -> Block:
    show = blocks.button(
        "Show",
        Action.INCIDENT_STATUS,
        Ref(incident.id, incident.version).encode(),
        spoken=plain(f"Show {incident.id}: {incident.title}", 75),
    )
    return blocks.section(_two_lines(incident), show)


def incident_status(incident: IncidentFacts) -> Message:
    """How one incident stands, for the person who asked: its card's facts without the buttons that change it."""
    card = incident_card(incident)
    kept = [block for block in card.blocks if block["type"] != "actions" and "accessory" not in block]
    return Message(card.text, (*kept[:-1], *blocks.actions(*_ways_on(incident)), kept[-1]))


def _ways_on(incident: IncidentFacts) -> list[Element | None]:
    here = Ref(incident.id, incident.version).encode()
    room = incident.room
    over = incident.state in ENDED_STATES
    return [
        blocks.button(f"Open {incident.id}", Action.INCIDENT_OPEN, here, url=room.url) if room and room.url else None,
        blocks.button("Join", Action.INCIDENT_JOIN, here) if room and not over else None,
        blocks.button("Timeline", Action.INCIDENT_TIMELINE, here),
    ]
