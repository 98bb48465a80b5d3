"""The message in the incidents channel, for onlookers: what is going on, who leads, where to help."""

from bot.domain import figures
from bot.domain.facts.incident import IncidentFacts, IncidentState
from bot.domain.plaintext import capital
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message
from bot.slack.views.incident_ended import closed, fix, lasted, span
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import DONE, ENDED_STATES, shape


def announcement(incident: IncidentFacts) -> Message:
    """One message for life; two lines once the incident is over. Never drawn for a private incident."""
    over = incident.state in ENDED_STATES
    return Message(
        _ended_words(incident) if over else _open_words(incident),
        tuple(_ended(incident) if over else _open(incident)),
        Event.ANNOUNCEMENT,
        Ref(incident.id, incident.version),
    )


def resolved_notice(incident: IncidentFacts) -> Message:
    """One line under the announcement, shown to the channel once, for those who stopped looking."""
    words = phrases.joined(f"after {figures.duration(lasted(incident))}.", fix(incident))
    line = f"{DONE} *{outside(incident.id, 20)} is resolved* {words}"
    return Message(_ended_words(incident), (blocks.section(line),), Event.NOTICE, Ref(f"{incident.id}/resolved", 1))


def _open_words(incident: IncidentFacts) -> str:
    leads = f". {incident.commander.name} leads." if incident.commander else ". Nobody leads it yet."
    due = f" Next update by {figures.utc(incident.update_due, incident.as_of)}." if incident.update_due else ""
    return fallback(f"{incident.severity.name}, {incident.id}: ", incident.title, leads + due)


def _open(incident: IncidentFacts) -> list[Block]:
    word = plain(f"{'Drill, ' if incident.drill else ''}{incident.severity.name}", 25)
    since = times.clock(incident.state_since or incident.declared_at, incident.as_of)
    commander = phrases.name(incident.commander) if incident.commander else "nobody yet"
    state = f"*{capital(incident.state)}* since {since}. Commander: {commander}."
    origin = f" from alert {outside(incident.alert, 20)}" if incident.alert else ""
    return [
        blocks.header(f"{shape(incident.severity.rank)} {word}: {plain(incident.title, 73 - len(word))}"),
        blocks.section(phrases.joined(state, phrases.sentence(incident.impact))),
        blocks.section(_how_to_help(incident)),
        *blocks.actions(
            blocks.button(
                "Join",
                Action.INCIDENT_JOIN,
                Ref(incident.id, incident.version).encode(),
                spoken=plain(f"Join {incident.id}: {incident.title}", 75),
            )
            if incident.room
            else None
        ),
        blocks.context(
            outside(incident.id, 20),
            f"declared by {phrases.name(incident.declared_by)}{origin}",
            phrases.as_of(incident.as_of),
        ),
    ]


def _how_to_help(incident: IncidentFacts) -> str:
    due = f"*Next update by {times.clock(incident.update_due, incident.as_of)}.*" if incident.update_due else ""
    if incident.room is None:
        return phrases.joined(due, "*Next:* its channel is being opened; the way in shows here.")
    return phrases.joined(
        due, f"Can you help, or do you know something? Join {phrases.room(incident.room)}. Everything else: watch here."
    )


def _ended_words(incident: IncidentFacts) -> str:
    if incident.state is IncidentState.FALSE_ALARM:
        return fallback(f"False alarm, {incident.id}: ", incident.title, ".")
    if incident.state is IncidentState.MERGED:
        return fallback(f"{incident.id} is part of {incident.merged_into} now: ", incident.title, ".")
    return fallback(f"Resolved after {figures.duration(lasted(incident))}, {incident.id}: ", incident.title, ".")


def _ended(incident: IncidentFacts) -> list[Block]:
    """Two lines; what ended without a cure looks as it does on the incident's own card."""
    if incident.state in (IncidentState.FALSE_ALARM, IncidentState.MERGED):
        return closed(incident)
    leader = f"Commander: {phrases.name(incident.commander)}." if incident.commander else ""
    first = f"{DONE} *Resolved, {outside(incident.severity.name, 20)}: {outside(incident.title)}*"
    took = f"{span(incident).removesuffix('.')} ({figures.duration(lasted(incident))})."
    return [
        blocks.section(f"{first}\n{phrases.joined(took, fix(incident), leader)}"),
        blocks.context(outside(incident.id, 20)),
    ]
