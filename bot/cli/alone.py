"""`quarterdeck playground` and `version`: what needs nothing of the bot."""

import os
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

Port = Annotated[int, typer.Option("--port", metavar="N", help="0 takes any free port.")]
ManifestFile = Annotated[
    Path | None, typer.Option("--manifest", metavar="F", help="The app's manifest, to be enforced.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="Same seed, same ids and times.")]


def playground(port: Port = 0, manifest: ManifestFile = None, seed: Seed = 1) -> None:
    """A local Slack for any Bolt app, alone: prints one line of JSON with its addresses and tokens.

    Example: quarterdeck playground --port 3000
    """
    command = [sys.executable, "-m", "playground", "--port", str(port), "--seed", str(seed)]
    os.execv(sys.executable, command + (["--manifest", str(manifest)] if manifest else []))


def version() -> None:
    """Print the version."""
    typer.echo(installed_version("quarterdeck"))
