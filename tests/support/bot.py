"""The real bot as a process over a local Slack: started, read by its addresses, stopped by its process id."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.playground import ROOT, Playground, clean_environment

STARTED_WITHIN, ENDED_WITHIN = 60.0, 20.0
TOKEN = "intake-token"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot at work. `http` is its address, `env` what it and every command beside it was started with."""

    process: asyncio.subprocess.Process
    http: str
    env: Mapping[str, str]

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(ENDED_WITHIN):
            return await self.process.wait()


def environment(directory: Path, slack: Playground | None = None, **more: str) -> dict[str, str]:
    """An environment of its own: state in `directory`, the shipped catalog, any free port."""
    env = clean_environment() | {
        "QUARTERDECK_STATE_DIR": str(directory / "state"),
        "QUARTERDECK_CATALOG": str(ROOT / "config"),
        "QUARTERDECK_HTTP": "127.0.0.1:0",
        "QUARTERDECK_INTAKE_TOKEN": TOKEN,
        "QUARTERDECK_CARD_INTERVAL": "0.2",
    }
    if slack is not None:
        env |= {
            "SLACK_API_URL": slack.api_url,
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
        }
    return env | more


def command(env: Mapping[str, str], *words: str, cwd: Path = ROOT) -> Ended:
    """Run one subcommand to its end."""
    line = [sys.executable, "-m", "bot", *words]
    path = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, env={**env, **path}, cwd=cwd, capture_output=True, text=True, timeout=60, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


@asynccontextmanager
async def running(env: Mapping[str, str], directory: Path, words: Sequence[str] = ("run",)) -> AsyncIterator[Bot]:
    """The bot, from its ready file on until the end of the block. Fails with its last words where it ends before."""
    ready, log = directory / "ready.json", directory / "bot.log"
    ready.unlink(missing_ok=True)
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *words, "--ready-file", str(ready), cwd=ROOT, env=env, stderr=output
        )
    try:
        async with asyncio.timeout(STARTED_WITHIN):
            while not ready.exists():
                assert process.returncode is None, log.read_text(encoding="utf-8")[-2000:]
                await asyncio.sleep(0.02)
        told = json.loads(ready.read_text(encoding="utf-8"))
        assert told["pid"] == process.pid
        bot = Bot(process, f"http://{told['http']}", env)
        yield bot
        await bot.stop()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
