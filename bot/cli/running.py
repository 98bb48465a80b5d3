"""`quarterdeck run`, `manifest`, `migrate`, `playground`, `version`.

What only one of them needs is imported there: the whole bot takes longer to load than most commands take to answer.
"""

import asyncio
import os
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.cli.asking import in_words
from bot.cli.output import BAD_USE, fail, print_json
from bot.cli.places import catalog_directory
from bot.settings import Settings, load
from bot.store.db import Database
from bot.store.migrating import migrate as migrate_database

ReadyFile = Annotated[Path | None, typer.Option("--ready-file", metavar="F", help="Written {pid, http} once it works.")]
Port = Annotated[int, typer.Option("--port", metavar="N", help="0 takes any free port.")]
ManifestFile = Annotated[
    Path | None, typer.Option("--manifest", metavar="F", help="The app's manifest, to be enforced.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Same seed, same ids and times.")]


def run(ready_file: ReadyFile = None) -> None:
    """Run the bot: connect to Slack, take alerts in, do what is owed. SIGTERM ends it within 10 seconds.

    Example: SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… quarterdeck run
    """
    from bot.lifecycle import run_bot
    from bot.slack.client import BadToken
    from bot.store.statelock import StateLocked

    with in_words():
        settings = load()
        logs.configure(settings.log_level)
        try:
            asyncio.run(run_bot(settings, catalog_directory(settings), os.environ, ready_file))
        except (BadToken, StateLocked) as error:
            raise fail(str(error), BAD_USE) from None


def manifest() -> None:
    """Print the Slack app's manifest, for https://api.slack.com/apps?new_app=1 → From a manifest.

    Example: quarterdeck manifest > manifest.json
    """
    from bot.wiring.desk import manifest_of

    with in_words():
        print_json(manifest_of(load()))


def migrate() -> None:
    """Bring the database's schema up to date. `run` does so by itself.

    Example: DATABASE_URL=postgresql://… quarterdeck migrate
    """
    with in_words():
        settings = load()
        settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        changed = asyncio.run(_migrate(settings))
    typer.echo("The schema was brought up to date." if changed else "The schema is up to date.")


async def _migrate(settings: Settings) -> bool:
    database = Database(settings.database)
    try:
        return await migrate_database(database)
    finally:
        await database.close()


def playground(port: Port = 0, manifest: ManifestFile = None, seed: Seed = 1) -> None:
    """A local Slack for any Bolt app, alone: prints one line of JSON with its addresses and tokens.

    Example: quarterdeck playground --port 3000
    """
    command = [sys.executable, "-m", "playground", "--port", str(port), "--seed", str(seed)]
    os.execv(sys.executable, command + (["--manifest", str(manifest)] if manifest else []))


def version() -> None:
    """Print the version."""
    typer.echo(installed_version("quarterdeck"))
