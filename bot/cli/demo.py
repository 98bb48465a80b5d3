"""`quarterdeck demo`: the whole product on this machine, to be clicked through in a browser."""

import asyncio
import tempfile
from pathlib import Path

import typer

from bot.cli.output import BAD_USE, OK, PROBLEM
from bot.cli.scene import Scene
from bot.cli.stage import InUse, StageError, interruptible

_WELCOME = """
  Quarterdeck is ready:  {page}

  1. Open that address. You are Ana, on call; the story at the right says what to do.
  2. Click “Ship v42” there. An alert appears in #alerts within 20 s.
  3. On it click “Declare incident…”, and go on as you like.

  Everything is real but the 30 days of history, which are generated and labelled so.
  Logs, database and drafts: {directory}
  Stop with Ctrl-C.
"""


def demo(port: int = 0, directory: Path | None = None) -> int:
    """Play until Ctrl-C. `port` is that of the page, 0 for a free one; a named `directory` is gone on from.

    Exit code: 0 stopped by a signal, 1 something did not start or ended by itself, 2 the directory is in use; why is
    said on standard error.
    """
    return asyncio.run(_play(port, directory or Path(tempfile.mkdtemp(prefix="quarterdeck-demo-"))))


async def _play(port: int, directory: Path) -> int:
    task = asyncio.current_task()
    assert task is not None
    interruptible(task)
    typer.echo("Starting a shop, a local Slack and Quarterdeck …")
    try:
        async with Scene(directory, port, _tell) as scene:
            typer.echo(_WELCOME.format(page=scene.addresses.page, directory=scene.directory))
            ended = await scene.stage.one_ended()
            code = ended.process.returncode
            raise StageError(f"{ended.name} ended by itself with code {code}. Its last words:\n{ended.last_words()}")
    except InUse as error:
        typer.echo(str(error), err=True)
        return BAD_USE
    except StageError as error:
        typer.echo(f"{error}\nEverything was stopped. Logs: {directory}/logs", err=True)
        return PROBLEM
    except asyncio.CancelledError:
        typer.echo(f"Stopped. To go on from here: quarterdeck demo --dir {directory}")
        return OK


def _tell(line: str) -> None:
    typer.echo(f"  {line}")
