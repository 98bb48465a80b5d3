"""Commands that read the record: incidents, timelines, drafts, alerts, runs; whether the bot runs or not."""

from typing import Annotated

import typer

from bot.cli.asking import answer, number_in
from bot.cli.output import print_json, print_rows
from bot.domain.facts.naming import Noun

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
OnlyOpen = Annotated[bool, typer.Option("--open", help="Only the open ones, worst first.")]
IncidentName = Annotated[str, typer.Argument(metavar="ID", help="Such as INC-1.")]

incident = typer.Typer(help="Incidents: list, show.", no_args_is_help=True)
alerts = typer.Typer(help="Alerts: list.", no_args_is_help=True)
runs = typer.Typer(help="Runs of runbooks: list.", no_args_is_help=True)


@incident.command("list")
def incident_list(as_json: AsJson = False, only_open: OnlyOpen = False) -> None:
    """Incidents, newest first.

    Example: quarterdeck incident list --open --json
    """
    rows = answer(lambda house: house.incident_records(only_open=only_open))
    if as_json:
        print_json(rows)
        return
    columns = ("id", "severity", "state", "title", "services", "declared_at", "channel_name")
    print_rows(rows, columns, "No open incidents." if only_open else "No incidents yet.")


@incident.command("show")
def incident_show(name: IncidentName, as_json: AsJson = False) -> None:
    """One incident in full.

    Example: quarterdeck incident show INC-1
    """
    number = number_in(Noun.INCIDENT, name)
    row = answer(lambda house: house.incident_record(number))
    if as_json:
        print_json(row)
        return
    print_rows([{"field": key, "value": value} for key, value in row.items()], ("field", "value"), "")


def timeline(name: IncidentName, as_json: AsJson = False) -> None:
    """What happened in an incident, line by line.

    Example: quarterdeck timeline INC-1
    """
    number = number_in(Noun.INCIDENT, name)
    rows = answer(lambda house: house.timelines.records(number))
    if as_json:
        print_json(list(rows))
        return
    print_rows(list(rows), ("at", "kind", "text", "permalink"), "Nothing is recorded.")


def postmortem(name: IncidentName, as_json: AsJson = False) -> None:
    """The post-mortem draft as Markdown, from the record as it is now.

    Example: quarterdeck postmortem INC-1 > INC-1.md
    """
    number = number_in(Noun.INCIDENT, name)
    text = answer(lambda house: house.postmortems.text(number))
    if as_json:
        print_json({"id": Noun.INCIDENT.name_of(number), "markdown": text})
        return
    typer.echo(text)


@alerts.command("list")
def alerts_list(as_json: AsJson = False, only_open: OnlyOpen = False) -> None:
    """Alerts, newest first.

    Example: quarterdeck alerts list --open --json
    """
    rows = answer(lambda house: house.alert_records(only_open=only_open))
    if as_json:
        print_json(list(rows))
        return
    columns = ("id", "priority", "state", "title", "service", "firing", "total", "started_at", "incident")
    print_rows(list(rows), columns, "No alert fires." if only_open else "No alerts yet.")


@runs.command("list")
def runs_list(as_json: AsJson = False) -> None:
    """The runs of runbooks, newest first.

    Example: quarterdeck runs list --json
    """
    rows = answer(lambda house: house.run_records())
    if as_json:
        print_json(list(rows))
        return
    columns = (
        "id",
        "action",
        "service",
        "environment",
        "before",
        "after",
        "state",
        "asked_by",
        "approved_by",
        "planned_at",
    )
    print_rows(list(rows), columns, "Nothing was run yet.")
