"""`quarterdeck check`: what is wrong with a catalog, and what the workspace still lacks for it."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.catalog import Catalog, examine
from bot.cli import check_sources
from bot.cli.asking import in_words
from bot.cli.output import OK, PROBLEM
from bot.cli.places import catalog_directory
from bot.settings import Settings, SettingsError
from bot.settings import load as load_settings
from bot.slack.client import SlackClient
from bot.slack.missing import missing_channels
from bot.wiring.house import KNOWN

Directory = Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Default: QUARTERDECK_CATALOG, else config/.")]


Sources = Annotated[bool, typer.Option("--sources", help="Ask the sources too: what does each SLO's query give?")]


def check_catalog(directory: Directory = None, sources: Sources = False) -> None:
    """Read a catalog and say what is wrong with it: file:line, what, and what is allowed.

    With SLACK_BOT_TOKEN set, the channels that the catalog names are looked up too; with --sources every SLO is asked
    of its source, and each that has no figure is named with the reason.

    Example: quarterdeck check config
    """
    with in_words():
        settings = load_settings()
        place = directory or catalog_directory(settings)
        if not place.is_dir():
            raise SettingsError(f"{place} is no directory. Name one that holds a catalog, such as config.")
        catalog, report = examine(place, os.environ, KNOWN)
        for problem in report.errors:
            typer.echo(f"error: {problem}")
        for problem in report.warnings:
            typer.echo(f"warning: {problem}")
        if report.errors:
            typer.echo(f"{place}: {len(report.errors)} to mend. A running bot keeps the catalog it has.")
            raise typer.Exit(PROBLEM)
        absent = asyncio.run(_absent(settings, catalog)) if settings.slack_bot_token else ()
        answered = asyncio.run(check_sources.ask_sources(settings, catalog)) if sources else None
    for line in check_sources.lines(answered) if answered else ():
        typer.echo(line)
    for name in absent:
        typer.echo(f"error: Slack has no channel {name} that the bot can see. Create it, then /invite the bot to it.")
    slos, services = len(catalog.slos), len(catalog.services)
    typer.echo(
        f"{place}: {services} services, {slos} SLOs, {len(catalog.runbooks)} runbooks. No mistakes in the files."
    )
    failed = answered is not None and check_sources.wrong(answered)
    raise typer.Exit(PROBLEM if absent or failed else OK)


async def _absent(settings: Settings, catalog: Catalog) -> Sequence[str]:
    """The channels that the catalog names and the workspace does not have. Raises `OutsideError`."""
    bot, app = settings.slack_tokens()
    client = SlackClient(bot, app, settings.slack_api_url, settings.call_timeout)
    try:
        return await missing_channels(client, catalog)
    finally:
        await client.close()
