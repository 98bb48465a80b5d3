"""A person's own page: what waits for them first, then what is open, how the SLOs stand and who is on call."""

from bot.domain import figures
from bot.domain.facts.answer import SourceSilent
from bot.domain.facts.home import HomeFacts
from bot.domain.facts.incident import IncidentFacts
from bot.domain.facts.page import PageFacts
from bot.domain.facts.person import Duty
from bot.domain.facts.run import RunFacts
from bot.domain.facts.slo import SloFacts
from bot.domain.plaintext import capital
from bot.domain.slo import State, worst_first
from bot.slack.ids import Action, Form, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, View
from bot.slack.views.run_words import change_marked, verb_of
from bot.slack.views.slo_words import title
from bot.slack.views.text import outside, plain
from bot.slack.views.words import DONE, SLO_COUNTED, SLO_SHAPES, STALE, WAITING, WARNING, incident_shape

_PAGES, _INCIDENTS, _SLOS, _DUTIES = 5, 10, 5, 10


def home(facts: HomeFacts) -> View:
    """The home tab, for views.publish."""
    return {"type": "home", "callback_id": Form.HOME.value, "blocks": _blocks(facts)}


def _blocks(facts: HomeFacts) -> list[Block]:
    pages = facts.pages[:_PAGES]
    return [
        blocks.header(_heading(facts)),
        *[_page(page, place) for place, page in enumerate(pages, start=1)],
        *[_approval(run, place, facts) for place, run in enumerate(facts.approvals[:_PAGES], start=len(pages) + 1)],
        *blocks.actions(
            blocks.button("Declare incident…", Action.INCIDENT_NEW),
            blocks.button("SLO status", Action.SLO_STATUS),
        ),
        blocks.divider(),
        *_incidents(facts),
        *_slos(facts),
        *_duties(facts),
        *[_silent(silent, facts) for silent in facts.silent[:3]],
        blocks.context(capital(phrases.as_of(facts.as_of))),
    ]


def _heading(facts: HomeFacts) -> str:
    waiting = len(facts.pages) + len(facts.approvals)
    if waiting:
        return f"{WAITING} {figures.plural(waiting, 'thing waits', 'things wait')} for you"
    trouble = facts.incidents or any(slo.status.state is not State.OK for slo in facts.slos)
    return "Nothing waits for you." if trouble else f"{DONE} All quiet. Nothing waits for you."


def _page(page: PageFacts, place: int) -> Block:
    by = f" By {times.clock(page.ack_by, page.as_of)}" if page.ack_by else ""
    follows = f", or {phrases.name(page.then)} is paged" if page.then and by else ""
    since = f" Since {times.clock(page.since, page.as_of)}." if not by else f"{by}{follows}."
    spoken = plain(f"Acknowledge the page: {page.title}", 75)
    acknowledge = blocks.button(
        "Acknowledge",
        Action.PAGE_ACK,
        Ref(page.id, page.version).encode(),
        style="primary" if place == 1 else "",
        spoken=spoken,
    )
    return blocks.section(f"*{place}  Page, not acknowledged:* {outside(page.title)}.{since}", acknowledge)


def _approval(run: RunFacts, place: int, facts: HomeFacts) -> Block:
    """Looked at from here, and decided on the run's own message."""
    until = f" Open until {times.clock(run.approval.until, facts.as_of)}." if run.approval else ""
    words = (
        f"*{place}  Approval:* {verb_of(run).base} {change_marked(run)}, asked by {phrases.name(run.asked_by)}.{until}"
    )
    spoken = plain(f"Look at {run.id}: {verb_of(run).base} {run.service}", 75)
    return blocks.section(words, blocks.button("Look", Action.RUN_LOOK_AT, Ref(run.id).encode(), spoken=spoken))


def _incidents(facts: HomeFacts) -> list[Block]:
    if not facts.incidents:
        last = facts.last
        ended = times.clock(last.clocks.resolved or last.as_of, facts.as_of) if last else ""
        lately = f" The last one, {outside(last.id, 20)}, was resolved {ended}." if last else ""
        return [blocks.section(f"*No open incidents.*{lately}")]
    lines = [_incident(incident, facts) for incident in facts.incidents[:_INCIDENTS]]
    hidden = len(facts.incidents) - len(lines)
    more = [f"and {figures.count(hidden)} more: `/incident list`"] if hidden > 0 else []
    return [blocks.section("\n".join(["*Open incidents*", *lines, *more]))]


def _incident(incident: IncidentFacts, facts: HomeFacts) -> str:
    commander = incident.commander
    if commander is None:
        leader = "Nobody leads it"
    else:
        leader = "*You*" if commander.id and commander.id == facts.person.id else phrases.name(commander)
    where = f"{phrases.room(incident.room)}: " if incident.room else ""
    name = f"{outside(incident.severity.name, 20)} {outside(incident.id, 20)}"
    return f"{incident_shape(incident)} {name} {where}{outside(incident.title)}. {leader}, {incident.state}"


def _slos(facts: HomeFacts) -> list[Block]:
    if not facts.slos:
        return []
    by_name = {slo.status.slo.name: slo for slo in facts.slos}
    ordered = [by_name[status.slo.name] for status in worst_first([slo.status for slo in facts.slos])]
    trouble = [slo for slo in ordered if slo.status.state is not State.OK]
    if not trouble:
        left = figures.share(ordered[0].status.budget.left or 0)
        many = figures.count(len(ordered))
        return [blocks.section(f"*SLOs*\n{many} healthy. Tightest: {title(ordered[0])}, {left} of budget left.")]
    states = [slo.status.state for slo in ordered]
    tally = ", ".join(f"{states.count(state)} {words}" for state, words in SLO_COUNTED.items() if state in states)
    show = blocks.button("All", Action.SLO_STATUS, spoken="Show all SLOs")
    return [blocks.section(f"*SLOs*  {tally}", show), *[_slo_row(slo, facts) for slo in trouble[:_SLOS]]]


def _slo_row(slo: SloFacts, facts: HomeFacts) -> Block:
    """One click shows it."""
    name = slo.status.slo.name
    spoken = plain(f"Show {slo.status.slo.display_name or name}", 75)
    return blocks.section(_slo(slo, facts), blocks.button("Show", Action.SLO_SHOW, Ref(name).encode(), spoken=spoken))


def _slo(slo: SloFacts, facts: HomeFacts) -> str:
    status = slo.status
    if status.state is State.AT_RISK and status.budget.left is not None:
        gone = f", gone by {times.clock(status.exhaustion, facts.as_of)}" if status.exhaustion else ""
        return f"{SLO_SHAPES[status.state]} {title(slo)}: {figures.share(status.budget.left)} left{gone}"
    words = {
        State.EXHAUSTED: "budget gone",
        State.NO_DATA: "no data",
        State.STALE: "stale",
        State.ERROR: "cannot be evaluated",
    }
    return f"{SLO_SHAPES[status.state]} {title(slo)}: {words.get(status.state, 'at risk')}"


def _duties(facts: HomeFacts) -> list[Block]:
    if not facts.duties:
        return []
    lines = [_duty(duty, facts) for duty in facts.duties[:_DUTIES]]
    return [blocks.section("\n".join(["*On call*", *lines]))]


def _duty(duty: Duty, facts: HomeFacts) -> str:
    until = f" until {times.clock(duty.until, facts.as_of)}" if duty.until else ""
    if duty.person is None:
        return f"{outside(duty.service, 60)}: {WARNING} nobody{until}"
    mine = duty.person.id and duty.person.id == facts.person.id
    return f"{outside(duty.service, 60)}: {'*you*' if mine else phrases.name(duty.person)}{until}"


def _silent(silent: SourceSilent, facts: HomeFacts) -> Block:
    since = times.clock(silent.since, facts.as_of)
    return blocks.section(
        f"{STALE} *{outside(silent.source, 60)} has not answered since {since}.* "
        "Its SLOs show their last known values. Everything else works."
    )
