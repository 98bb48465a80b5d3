"""What people can ask for in the chat: every command, button, form and shortcut, with its handler."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.catalog import Catalog
from bot.command import ClickHandler, Command, ShortcutEntry, SubmissionHandler
from bot.services.runs import Questions, RunHistory
from bot.settings import Settings
from bot.slack.ids import Action, AlertMore, IncidentMore
from bot.slack.manifest import manifest
from bot.store.db import Database
from bot.wiring.house import House
from commands.alerts import AlertClicks, AlertCommand
from commands.home import HomeTab
from commands.incident import IncidentCommand
from commands.incident_clicks import IncidentClicks
from commands.incident_forms import IncidentForms
from commands.more import More
from commands.planning import Planning
from commands.run_approvals import RunApprovals
from commands.run_clicks import RunClicks
from commands.run_history import History
from commands.run_looks import RunLooks
from commands.run_questions import RunQuestions
from commands.runbook import RunbookCommand
from commands.shortcuts import Shortcuts
from commands.slo import SloCommand
from commands.slo_freeze import SloFreeze
from commands.slo_lists import SloLists
from commands.slo_one import SloOne
from commands.slo_reports import SloPeriods


@dataclass(frozen=True)
class Desk:
    """The handlers, by what they are asked by."""

    commands: Sequence[Command]
    actions: Mapping[str, ClickHandler]
    submissions: Mapping[str, SubmissionHandler]
    shortcuts: Sequence[ShortcutEntry]
    home: HomeTab


def build_desk(house: House) -> Desk:
    """Every handler over the services of `house`."""
    planning = Planning(house.runs)
    questions = RunQuestions(Questions(house.bench), house.wishes, planning)
    runs = RunClicks(house.runs, house.run_facts, house.offers, house.wishes, planning, questions)
    approvals = RunApprovals(house.approvals, house.runs, house.run_facts)
    history = History(RunHistory(house.database))
    incidents = IncidentClicks(house.incidents, house.pictures, house.timelines, house.postmortems)
    alerts = AlertClicks(house.alerts, house.alert_pictures, house.pictures, house.paging, house.page_pictures)
    forms = IncidentForms(house.incidents, house.pictures, house.database.clock)
    freeze = SloFreeze(house.budget_policy, house.catalog, house.directory, house.clock)
    slo_one = SloOne(house.slo_pictures, house.slo_details, house.burndowns, house.directory)
    slo_lists = SloLists(house.slo_pictures, house.directory, house.clock, slo_one.one)
    slo_periods = SloPeriods(house.slo_reports, house.slo_posting, house.slo_pictures)
    looks = RunLooks(house.looks, house.wishes)
    slo = SloCommand(slo_lists, slo_one, slo_periods, freeze)
    incident_more = More({**incidents.more(), IncidentMore.RUNBOOKS: runs.pick})
    alert_more = More({**alerts.more(), AlertMore.RUNBOOKS: runs.pick, **looks.more()})
    more = (*approvals.subs(), history.sub(), looks.sub())
    runbook = RunbookCommand(house.runs, house.run_facts, house.offers, house.wishes, planning, questions, more)
    return Desk(
        commands=(
            IncidentCommand(house.incidents, house.pictures, house.timelines, house.postmortems).command(),
            slo.command(),
            runbook.command(),
            AlertCommand(house.alert_pictures).command(),
        ),
        actions={
            **incidents.actions(),
            **alerts.actions(),
            **runs.actions(),
            **approvals.actions(),
            **history.actions(),
            **slo.actions(),
            **looks.actions(),
            Action.INCIDENT_MORE: incident_more.chosen,
            Action.ALERT_MORE: alert_more.chosen,
        },
        submissions={
            **forms.submissions(),
            **alerts.submissions(),
            **runs.submissions(),
            **approvals.submissions(),
            **slo_one.submissions(),
        },
        shortcuts=Shortcuts(house.incidents, house.pictures).entries(),
        home=HomeTab(house.home),
    )


def manifest_of(settings: Settings) -> dict[str, object]:
    """The app's manifest, as its commands and shortcuts make it; needs neither catalog nor database."""
    desk = build_desk(House(settings, Database("sqlite:///never-opened.sqlite3"), Catalog))
    return manifest(desk.commands, desk.shortcuts, settings.command_prefix)
