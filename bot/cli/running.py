"""`quarterdeck run`."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.cli.asking import in_words
from bot.cli.output import BAD_USE, fail
from bot.cli.places import catalog_directory
from bot.lifecycle import run_bot
from bot.settings import load
from bot.slack.client import BadToken
from bot.store.statelock import StateLocked

ReadyFile = Annotated[Path | None, typer.Option("--ready-file", metavar="F", help="Written {pid, http} once it works.")]


def run(ready_file: ReadyFile = None) -> None:
    """Run the bot: connect to Slack, take alerts in, do what is owed. SIGTERM ends it within 10 seconds.

    Example: SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… quarterdeck run
    """
    with in_words():
        settings = load()
        logs.configure(settings.log_level)
        try:
            asyncio.run(run_bot(settings, catalog_directory(settings), os.environ, ready_file))
        except (BadToken, StateLocked) as error:
            raise fail(str(error), BAD_USE) from None
