"""Is it the same one? Asked after Declare, only where an open incident looks like it; nothing is created meanwhile."""

import json

from bot.domain import figures
from bot.domain.facts.incident import IncidentFacts, Precedent, SimilarFacts
from bot.slack.ids import Action, Choice, Field, Form, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message, View
from bot.slack.views.text import fallback, outside
from bot.slack.views.words import WARNING

_PRECEDENTS_SHOWN = 3


def similar_form(similar: SimilarFacts) -> View:
    """The second screen of the form. Nothing is preselected: it must be read. Its metadata is {"similar", "draft"}."""
    name = outside(similar.incident.id, 20)
    attach = " and attach this alert" if similar.alert else ""
    join = blocks.rich_option(f"*Join {name}*{attach}", Choice.JOIN, "Nobody is paged twice.")
    new = blocks.rich_option(
        "*Declare a new incident* and link the two", Choice.NEW, "Opens a channel; pages by severity."
    )
    return blocks.modal(
        Form.INCIDENT_SIMILAR,
        "Is it the same one?",
        [
            *_likeness(similar),
            blocks.field_input(Field.CHOICE, "What do you want to do?", blocks.radio([join, new])),
            *_precedents(similar),
        ],
        submit="Continue",
        close="Back",
        private=json.dumps({"similar": similar.incident.id, "draft": similar.draft}, ensure_ascii=False),
    )


def similar_answer(similar: SimilarFacts) -> Message:
    """The same question as an answer to one typed line."""
    incident = similar.incident
    join = Ref(incident.id, incident.version, similar.alert).encode()
    return Message(
        fallback(
            f"Nothing was created. {incident.id} looks like this: ", incident.title, ". Join it, or declare a new one?"
        ),
        (
            *_likeness(similar),
            blocks.section("*Next:* nothing was created yet. Is it the same one?"),
            *blocks.actions(
                blocks.button(f"Join {incident.id}", Action.INCIDENT_JOIN, join),
                blocks.button(
                    "Declare a new incident",
                    Action.INCIDENT_ANYWAY,
                    Ref(incident.id, incident.version, similar.draft).encode(),
                ),
            ),
            *_precedents(similar),
        ),
    )


def _likeness(similar: SimilarFacts) -> list[Block]:
    incident = similar.incident
    since = times.clock(incident.declared_at, incident.as_of)
    same = f"Same: {', '.join(outside(what, 40) for what in similar.same[:4])}." if similar.same else ""
    title = f"*{outside(incident.severity.name, 20)}, {incident.state}: {outside(incident.title)}*"
    return [
        blocks.section(f"{WARNING} *{outside(incident.id, 20)} looks like this.* It has been open since {since}."),
        blocks.section(f"{title}\n{phrases.joined(same, _people(incident, similar.people))}"),
    ]


def _people(incident: IncidentFacts, people: int) -> str:
    leader = f"Commander: {phrases.name(incident.commander)}" if incident.commander else "Nobody leads it yet"
    if incident.room is None:
        return f"{leader}."
    crowd = f"{figures.plural(people, 'person', 'people')} in " if people else ""
    return f"{leader}, {crowd}{phrases.room(incident.room)}."


def _precedents(similar: SimilarFacts) -> list[Block]:
    shown = similar.precedents[:_PRECEDENTS_SHOWN]
    if not shown:
        return []
    lines = "\n".join(_precedent(closed) for closed in shown)
    return [blocks.divider(), blocks.section(f"*Closed ones like it*\n{lines}")]


def _precedent(closed: Precedent) -> str:
    fixed = f" {outside(closed.fix)}," if closed.fix else ""
    took = figures.duration(closed.took)
    return f"{outside(closed.id, 20)} ({times.day(closed.at)}): {outside(closed.title)}.{fixed} {took}."
