"""`quarterdeck demo` and `quarterdeck drill`, as commands."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import demo as front_door
from bot.cli import drill as smoke_test
from bot.cli.alone import Port

Folder = Annotated[
    Path | None, typer.Option("--dir", metavar="D", help="Keep everything here, and go on from it next time.")
]
JsonFile = Annotated[Path | None, typer.Option("--json", metavar="F", help="Write the stages as JSON.")]


def demo(port: Port = 0, folder: Folder = None) -> None:
    """Try it without a Slack account: a local Slack in the browser, a shop to break, and the bot.

    Example: quarterdeck demo --port 3000
    """
    raise typer.Exit(front_door.demo(port, folder))


def drill(json_file: JsonFile = None) -> None:
    """The demo's story without a browser, as a person would play it; ends with 1 where a stage fails.

    Example: quarterdeck drill --json stages.json
    """
    raise typer.Exit(smoke_test.drill(json_file))
