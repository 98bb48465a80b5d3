"""What is left of an incident's card once it is over: resolved waits for its post-mortem, the rest is two lines."""

from datetime import timedelta

from bot.domain import figures
from bot.domain.facts.incident import IncidentFacts, IncidentState
from bot.domain.plaintext import capital
from bot.slack.ids import Action, Event, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Message
from bot.slack.views.text import fallback, outside, plain
from bot.slack.views.words import DONE

_REVIEWED = frozenset({IncidentState.RESOLVED, IncidentState.POSTMORTEM})


def ended_card(incident: IncidentFacts) -> Message:
    """The card of an incident that is resolved, closed, a false alarm or merged."""
    drawn = _resolved(incident) if incident.state in _REVIEWED else closed(incident)
    return Message(_fallback(incident), tuple(drawn), Event.INCIDENT, Ref(incident.id, incident.version))


def _fallback(incident: IncidentFacts) -> str:
    if incident.state is IncidentState.FALSE_ALARM:
        return fallback(f"{incident.id} was a false alarm: ", incident.title, ". Nothing to do.")
    if incident.state is IncidentState.MERGED:
        return fallback(f"{incident.id} is part of {incident.merged_into} now: ", incident.title, ".")
    took = f" after {figures.duration(lasted(incident))}"
    end = ". The post-mortem draft is next." if incident.state in _REVIEWED else ". Closed."
    return fallback(f"{incident.id} resolved{took}: ", incident.title, end)


def lasted(incident: IncidentFacts) -> timedelta:
    """From the first error to the end."""
    return (incident.clocks.resolved or incident.as_of) - incident.clocks.began


def _resolved(incident: IncidentFacts) -> list[Block]:
    word = plain(incident.severity.name, 20)
    here = Ref(incident.id, incident.version).encode()
    draft = incident.draft
    return [
        blocks.header(f"{DONE} Resolved, {word}: {plain(incident.title, 62 - len(word))}"),
        blocks.section(phrases.joined(span(incident), fix(incident))),
        blocks.fields(*_times(incident)),
        blocks.section(f"*Next:* {_next(incident)}"),
        *blocks.actions(
            blocks.button(
                "Open draft" if draft else "Write post-mortem",
                Action.INCIDENT_POSTMORTEM,
                here,
                style="primary",
                url=draft.url if draft else "",
            ),
            blocks.button("Timeline", Action.INCIDENT_TIMELINE, here),
        ),
        blocks.context(
            outside(incident.id, 20),
            f"times count from the first error, {times.clock(incident.clocks.began, incident.as_of)}",
        ),
    ]


def span(incident: IncidentFacts) -> str:
    """`02:00 to 02:40.`"""
    began = times.clock(incident.clocks.began, incident.as_of)
    return f"{began} to {times.clock(incident.clocks.resolved or incident.as_of, incident.as_of)}."


def fix(incident: IncidentFacts) -> str:
    """How it ended, as a sentence, with the run that did it."""
    if not incident.fix:
        return ""
    run = f" ({phrases.thing(incident.run.run)})" if incident.run else ""
    return f"{outside(capital(incident.fix.rstrip('.')))}{run}."


def _times(incident: IncidentFacts) -> list[str]:
    clocks = incident.clocks
    named = [
        ("Detected after", clocks.detected),
        ("Acknowledged after", clocks.acknowledged),
        ("Mitigated after", clocks.mitigated),
        ("Resolved after", clocks.resolved),
    ]
    known = [f"*{label}:* {figures.duration(at - clocks.began)}" for label, at in named if at is not None]
    if incident.budget_spent is not None:
        remains = incident.budget.left if incident.budget else None
        left = f", {figures.share(remains)} left" if remains is not None and remains >= 0 else ""
        known.append(f"*Budget spent:* {figures.minutes(incident.budget_spent)}{left}")
    return known


def _next(incident: IncidentFacts) -> str:
    draft = incident.draft
    if draft is None:
        return "write the post-mortem; the timeline is already in it."
    who = phrases.name(draft.reviewer) if draft.reviewer else "somebody"
    by = f" by {times.clock(draft.review_by, incident.as_of)}" if draft.review_by else ""
    return f"{who} reviews the post-mortem draft{by}."


def closed(incident: IncidentFacts) -> list[Block]:
    """What was closed, called off or merged, in two lines."""
    title = outside(incident.title)
    level = outside(incident.severity.name, 20)
    if incident.state is IncidentState.FALSE_ALARM:
        by = f"{phrases.name(incident.resolved_by)} called it off. " if incident.resolved_by else ""
        lines = f"{DONE} *False alarm, {level}: {title}*\n{span(incident)} {by}{fix(incident)}".rstrip()
    elif incident.state is IncidentState.MERGED:
        lines = (
            f"*Merged into {outside(incident.merged_into, 20)}, {level}: {title}*\nEverything on record went with it."
        )
    else:
        lines = f"{DONE} *Closed, {level}: {title}*\n{phrases.joined(span(incident), fix(incident))}"
    return [blocks.section(lines), blocks.context(outside(incident.id, 20))]
