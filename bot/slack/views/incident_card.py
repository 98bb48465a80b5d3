"""The pinned first message of an incident's channel: what, how bad, what next, who. One message for life."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain import figures
from bot.domain.facts.incident import IncidentFacts, IncidentState, RunBrief, Trouble
from bot.domain.plaintext import capital
from bot.domain.run import VERDICTS as VERDICT_OF
from bot.domain.run import WORDS as RUN_WORDS
from bot.domain.run import RunState
from bot.slack.ids import Action, Event, IncidentMore, Ref
from bot.slack.views import blocks, phrases, times
from bot.slack.views.blocks import Block, Element, Message
from bot.slack.views.incident_ended import ended_card
from bot.slack.views.text import code, fallback, outside, plain
from bot.slack.views.words import ENDED_STATES, UNDER_WAY, WRONG, incident_shape

_TROUBLES_SHOWN = 3
_BY_RUN: Mapping[RunState, str] = {
    RunState.CONFIRMED: "is confirmed and about to start.",
    RunState.RUNNING: "is running.",
    RunState.VERIFYING: "is done; whether it helped is being measured.",
    RunState.UNSURE: "may or may not have happened. Look there and settle it.",
    RunState.FAILED: "failed. Look there: plan it again or undo it.",
    RunState.BETTER: "helped. Mark it mitigated if customers are fine.",
    RunState.WORSE: "made it worse. Undo it.",
}
_TOLD: Mapping[RunState, str] = {
    RunState.FAILED: "failed",
    RunState.ABORTED: "was aborted",
    **{state: f"is {RUN_WORDS[state]}" for state in VERDICT_OF.values()},
}
_WAITED_FOR = UNDER_WAY | {RunState.WAITING, RunState.FAILED, RunState.WORSE}
"""Next points to the run itself, so nothing on this card is recommended."""


def incident_card(incident: IncidentFacts) -> Message:
    """The card in every state of the incident."""
    if incident.state in ENDED_STATES:
        return ended_card(incident)
    return Message(
        text=fallback(
            f"{incident.id}, {incident.severity.name}, {incident.state}: ", incident.title, _next_words(incident)
        ),
        blocks=(
            blocks.header(_heading(incident)),
            blocks.section(_how_bad(incident)),
            blocks.section(f"*Next:* {_next(incident)}"),
            blocks.fields(*people(incident)),
            *_troubles(incident),
            *blocks.actions(*_buttons(incident)),
            blocks.context(*small_print(incident), phrases.as_of(incident.as_of)),
        ),
        event=Event.INCIDENT,
        subject=Ref(incident.id, incident.version),
    )


def _heading(incident: IncidentFacts) -> str:
    drill = "Drill, " if incident.drill else ""
    word = plain(f"{drill}{incident.severity.name}, {incident.state}", 30)
    return f"{incident_shape(incident)} {word}: {plain(incident.title, 73 - len(word))}"


def _how_bad(incident: IncidentFacts) -> str:
    began = f"Since {times.clock(incident.clocks.began, incident.as_of)}."
    impact = phrases.joined(phrases.sentence(incident.impact), began)
    budget = phrases.budget_line(incident.budget, incident.as_of) if incident.budget else ""
    spent, cost = incident.budget_spent, ""
    if spent is not None and budget:
        cost = capital(f"{figures.minutes(spent)} of it spent by this incident so far.")
    return "\n".join(filter(None, [impact, phrases.joined(budget, cost)]))


def _next(incident: IncidentFacts) -> str:
    """One recommendation: overdue update, open approval, running run, no commander, else the runbook that fits best."""
    due = incident.update_due
    if due is not None and due < incident.as_of:
        return f"the update was due at {times.clock(due, incident.as_of)}. Tell people what is known."
    mitigated = incident.state is IncidentState.MITIGATED
    if incident.run is not None and not (mitigated and incident.run.state is RunState.BETTER):
        told = _next_by_run(incident.run, incident.as_of)
        if told:
            return told
    if incident.commander is None:
        return "nobody leads this yet. Say in this channel who does."
    if mitigated:
        return "customers are fine, the cause is not gone. Mark it resolved once it is."
    if incident.runbook is not None:
        reason = phrases.sentence(capital(incident.runbook.reason))
        return phrases.joined(f"{outside(incident.runbook.label, 60)} fits best.", reason)
    return "look at the dashboard, and add what you find as a note."


def _next_by_run(brief: RunBrief, as_of: datetime) -> str:
    """What the latest run asks for; empty where it asks for nothing."""
    if brief.state is RunState.WAITING:
        who = figures.listed([outside(name, 40) for name in brief.deciders], 3) or "an approver"
        until = f", until {times.clock(brief.until, as_of)}" if brief.until else ""
        return f"{who} decides on the {outside(brief.doing, 60)} ({phrases.thing(brief.run)}){until}."
    words = _BY_RUN.get(brief.state, "")
    return f"the {outside(brief.doing, 60)} ({phrases.thing(brief.run)}) {words}" if words else ""


def _next_words(incident: IncidentFacts) -> str:
    brief = incident.run
    if brief is not None and brief.state is RunState.WAITING:
        return f". Next: the {brief.doing} waits for approval."
    if brief is not None and brief.state in UNDER_WAY:
        return f". Next: the {brief.doing} is under way."
    if brief is not None and brief.state in _TOLD:
        return f". The {brief.doing} {_TOLD[brief.state]}."
    if incident.commander is None:
        return ". Nobody leads it yet."
    return f". {incident.commander.name} leads."


def people(incident: IncidentFacts) -> list[str]:
    """One-line facts on who has what, and by when."""
    commander = phrases.name(incident.commander) if incident.commander else "nobody yet"
    known = [f"*Commander:* {commander}", f"*Declared by:* {phrases.name(incident.declared_by)}"]
    if incident.paging is not None:
        known.append(f"*Paging:* {phrases.name(incident.paging)}, no answer yet")
    if incident.update_due is not None:
        known.append(f"*Next update due:* {times.clock(incident.update_due, incident.as_of)}")
    return known


def _troubles(incident: IncidentFacts) -> list[Block]:
    """What is missing of the set-up, each with its own Retry."""
    shown = incident.troubles[:_TROUBLES_SHOWN]
    return [_trouble(incident, trouble, last=trouble is shown[-1]) for trouble in shown]


def _trouble(incident: IncidentFacts, trouble: Trouble, *, last: bool) -> Block:
    hidden = len(incident.troubles) - _TROUBLES_SHOWN
    if hidden > 0:
        rest = f"And {figures.count(hidden)} more."
    else:
        rest = "The rest is being set up." if incident.setting_up else "All else is set up."
    words = f"{WRONG} *{outside(trouble.what)}:* {phrases.sentence(trouble.why)}"
    value = Ref(incident.id, incident.version, trouble.step).encode()
    retry = blocks.button("Retry", Action.INCIDENT_RETRY, value, spoken=plain(f"Retry: {trouble.what}", 75))
    return blocks.section(phrases.joined(words, rest if last else ""), retry)


def _buttons(incident: IncidentFacts) -> list[Element | None]:
    here = Ref(incident.id, incident.version).encode()
    best = _recommended(incident)
    return [
        _state_button(incident, here, best),
        _runbook_button(incident, best),
        blocks.button("Add a note…", Action.INCIDENT_NOTE, here),
        blocks.overflow(Action.INCIDENT_MORE, blocks.carried(*_more(incident))),
    ]


def _state_button(incident: IncidentFacts, here: str, best: Action | None) -> Element:
    mitigated = incident.state is IncidentState.MITIGATED
    action = Action.INCIDENT_RESOLVE if mitigated else Action.INCIDENT_MITIGATE
    label = "Mark resolved…" if mitigated else "Mark mitigated…"
    return blocks.button(label, action, here, style="primary" if action is best else "")


def _runbook_button(incident: IncidentFacts, best: Action | None) -> Element:
    if incident.runbook is None or (incident.run is not None and incident.run.state is RunState.BETTER):
        return blocks.button("Run runbook…", Action.INCIDENT_PICK, Ref(incident.id, incident.version).encode())
    value = Ref(incident.id, incident.version, incident.runbook.name).encode()
    style = "primary" if best is Action.INCIDENT_RUNBOOK else ""
    return blocks.button(blocks.asking(plain(incident.runbook.label)), Action.INCIDENT_RUNBOOK, value, style=style)


def _recommended(incident: IncidentFacts) -> Action | None:
    """The action that Next asks the reader for; None while it waits for a run or for a person."""
    brief = incident.run
    if brief is not None and brief.state in _WAITED_FOR:
        return None
    if incident.state is IncidentState.MITIGATED:
        return Action.INCIDENT_RESOLVE
    if brief is not None and brief.state is RunState.BETTER:
        return Action.INCIDENT_MITIGATE
    return Action.INCIDENT_RUNBOOK if incident.runbook is not None and incident.commander is not None else None


def _more(incident: IncidentFacts) -> list[tuple[str, Ref]]:
    choices = [("Change severity…", IncidentMore.SEVERITY), ("Timeline", IncidentMore.TIMELINE)]
    if incident.state is not IncidentState.MITIGATED:
        choices.append(("Mark resolved…", IncidentMore.RESOLVE))
    if incident.runbook is not None:
        choices.append(("Other runbooks…", IncidentMore.RUNBOOKS))
    return [(label, Ref(incident.id, incident.version, choice.value)) for label, choice in choices]


def small_print(incident: IncidentFacts) -> list[str]:
    """The id, what it touches, and where to look."""
    services = ", ".join(code(service, 40) for service in incident.services[:5])
    origin = f"from alert {outside(incident.alert, 20)}" if incident.alert else ""
    private = "private: only its members see it" if incident.private else ""
    return [outside(incident.id, 20), services, origin, private, phrases.links(incident.links)]
