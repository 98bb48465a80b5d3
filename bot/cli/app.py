"""The command line: every subcommand and its help."""

import typer

from bot.cli import checking, listing, running, story
from bot.cli.slo import slo

app = typer.Typer(
    help="Quarterdeck: a ChatOps bot for site reliability engineers. Start with: quarterdeck demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(running.run)
app.command("demo")(story.demo)
app.command("drill")(story.drill)
app.command("playground")(running.playground)
app.command("check")(checking.check_catalog)
app.command("manifest")(running.manifest)
app.command("migrate")(running.migrate)
app.add_typer(slo, name="slo")
app.add_typer(listing.incident, name="incident")
app.command("timeline")(listing.timeline)
app.command("postmortem")(listing.postmortem)
app.add_typer(listing.alerts, name="alerts")
app.add_typer(listing.runs, name="runs")
app.command("version")(running.version)
