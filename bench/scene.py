"""What is measured, each over a local Slack of its own: the bot, and the bare app that is its floor."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.playground import ROOT, Playground, clean_environment

STARTED_WITHIN, ENDED_WITHIN = 30.0, 15.0
_LOOK_EVERY = 0.002
BOT = ("-m", "bot", "run")
ECHO = ("-m", "bench.echo")


@dataclass(frozen=True, slots=True)
class Running:
    """An app at work: its local Slack, its process, and the seconds from its start until it was connected."""

    slack: Playground
    pid: int
    start: float

    def resident_mib(self) -> float:
        """What the process keeps in memory now, without its children."""
        told = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True
        )  # fmt: skip
        return int(told.stdout) / 1024


@asynccontextmanager
async def bot(directory: Path) -> AsyncIterator[Running]:
    """The bot with the shipped catalog and its state in `directory`, over a Slack that enforces its manifest."""
    async with Playground(manifest=_manifest(directory)) as slack, app(BOT, slack, directory) as running:
        yield running


@asynccontextmanager
async def echo(directory: Path) -> AsyncIterator[Running]:
    """The bare app with its database in `directory`, over a Slack that allows everything."""
    async with Playground() as slack, app(ECHO, slack, directory) as running:
        yield running


@asynccontextmanager
async def app(command: Sequence[str], slack: Playground, directory: Path) -> AsyncIterator[Running]:
    """Start one of the two over a Slack that runs, until it is connected. Raises RuntimeError with its last words."""
    ready, log = directory / "ready.json", directory / "log.txt"
    ready.unlink(missing_ok=True)
    env = _env(directory) | {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }
    with log.open("wb") as output:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, "--ready-file", str(ready), cwd=ROOT, env=env, stdout=output, stderr=output
        )
    try:
        await _until_there(ready, process, log, began)
        yield Running(slack, process.pid, time.monotonic() - began)
    finally:
        await _stop(process)


def _manifest(directory: Path) -> Path:
    command = [sys.executable, "-m", "bot", "manifest"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, env=_env(directory)).stdout
    path = directory / "manifest.json"
    path.write_bytes(printed)
    return path


def _env(directory: Path) -> dict[str, str]:
    env = clean_environment(
        {
            "QUARTERDECK_STATE_DIR": str(directory),
            "QUARTERDECK_CATALOG": str(ROOT / "config"),
            "QUARTERDECK_HTTP": "127.0.0.1:0",
            "DATABASE_URL": f"sqlite:///{directory / 'bench.sqlite3'}",
        }
    )
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is not compiled anew at each start
    return env


async def _until_there(ready: Path, process: asyncio.subprocess.Process, log: Path, began: float) -> None:
    while not _exists(ready):
        if process.returncode is not None or time.monotonic() - began > STARTED_WITHIN:
            raise RuntimeError(f"it did not start: {_words(log)}")
        await asyncio.sleep(_LOOK_EVERY)


def _exists(path: Path) -> bool:
    return path.exists()


def _words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), ENDED_WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
