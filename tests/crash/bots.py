"""Bots as processes: started by the forking program, watched, struck and stopped by their process ids."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.crash.program import COMMITS, LOG, READY, STRIKE
from tests.support.playground import ROOT, clean_environment

_POLL = 0.02
READY_WITHIN = 60.0
ENDED_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Bot:
    """One process of the bot; everything it writes beside its database is in `folder`."""

    pid: int
    folder: Path

    @property
    def state(self) -> str:
        """As /proc has it: R or S for alive, T for stopped, empty once it has ended."""
        with suppress(OSError):
            return Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
        return ""

    @property
    def ended(self) -> bool:
        return self.state in ("", "Z", "X")

    @property
    def struck(self) -> bool:
        """It was killed, or is frozen."""
        return self.ended or self.state in ("T", "t")

    async def ready(self) -> str:
        """Until it is connected; its HTTP address. Fails with its log where it ends before."""
        async with asyncio.timeout(READY_WITHIN):
            while not (self.folder / READY).exists():
                assert not self.ended, f"the bot did not start:\n{self.log}"
                await asyncio.sleep(_POLL)
        return str(json.loads((self.folder / READY).read_text(encoding="utf-8"))["http"])

    def order(self, **order: object) -> None:
        """Have its commits noted from now on, and strike at the one that is named, if any."""
        fresh = self.folder / f"{STRIKE}.new"
        fresh.write_text(json.dumps(order), encoding="utf-8")
        fresh.replace(self.folder / STRIKE)

    @property
    def commits(self) -> list[str]:
        """The names of its commits since the order, oldest first."""
        noted = self.folder / COMMITS
        return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []

    @property
    def log(self) -> str:
        return (self.folder / LOG).read_text(encoding="utf-8", errors="replace")

    def send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def gone(self) -> None:
        """Kill it and wait until it is not there any more."""
        self.send(signal.SIGKILL)
        async with asyncio.timeout(ENDED_WITHIN):
            while not self.ended:
                await asyncio.sleep(_POLL)


class Program:
    """The forking program: imports once what each bot needs."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.program"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
            env=clean_environment(), text=True,
        )  # fmt: skip
        self._one_at_a_time = threading.Lock()

    async def start(self, env: Mapping[str, str], folder: Path) -> Bot:
        """A new process with exactly this environment."""
        folder.mkdir(parents=True, exist_ok=True)
        return Bot(await asyncio.to_thread(self._fork, {"env": dict(env), "folder": str(folder)}), folder)

    def _fork(self, order: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._one_at_a_time:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def stop(self) -> None:
        """End it by the end of its input; bots are stopped by whoever started them."""
        self._process.communicate(timeout=10)
