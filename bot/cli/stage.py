"""What stands on the stage of `demo` and `drill`: processes started in order, and stopped by pid in reverse order."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

STOP_WITHIN = 12.0
"""Seconds a process has to end after SIGTERM before it is killed; the bot's own bound is 10."""
_LOOK_EVERY = 0.05
_LAST_LINES = 12
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Ready = TypeVar("Ready")


class StageError(Exception):
    """Something did not start, or ended by itself; the text says what, with the end of its log."""


class InUse(StageError):
    """Another stage stands in the directory; nothing was touched."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A process of the stage. What it writes is in `log`."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self) -> str:
        return _end_of(self.log.read_text(encoding="utf-8", errors="replace"))


@dataclass(frozen=True, slots=True)
class Ended:
    """How an actor left: its exit code, negative for a signal, and the seconds it took."""

    name: str
    code: int
    seconds: float


class Stage:
    """Processes whose files are in `directory`; so are their pids, by which a later start finds what a kill left.

    Each command line must name the directory: by that a pid is known to be still the same process.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.logs = directory / "logs"
        self._pids = directory / "pids.json"
        self._actors: list[Actor] = []

    async def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        ready: Callable[[Actor], Ready | None],
        within: float = 30.0,
    ) -> Ready:
        """Start a process and wait until `ready` returns something. Raises StageError with its last words."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches only the stage, which then stops everything in order.
            process = await asyncio.create_subprocess_exec(
                *command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True,
            )  # fmt: skip
        actor = Actor(name, process, log)
        self._actors.append(actor)
        self._keep_pids()
        return await _until_ready(actor, ready, within)

    async def one_ended(self) -> Actor:
        """Wait until a process ends that nobody has stopped."""
        waits = {asyncio.create_task(actor.process.wait()): actor for actor in self._actors}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return waits[done.pop()]

    async def stop(self) -> list[Ended]:
        """SIGTERM in reverse order, each waited for, SIGKILL where that does not help; how each of them left."""
        ended = []
        while self._actors:
            actor = self._actors[-1]
            ended.append(await _stop(actor))
            self._actors.pop()
            self._keep_pids()
        return ended

    async def clear(self) -> list[str]:
        """Stop what an earlier stage in this directory left behind; the names of those."""
        found = [(name, pid) for name, pid in self._known_pids() if self._is_ours(pid)]
        for _, pid in reversed(found):
            await _stop_stranger(pid, partial(self._is_ours, pid))
        self._pids.unlink(missing_ok=True)
        return [name for name, _ in found]

    def _keep_pids(self) -> None:
        fresh = self._pids.with_suffix(".new")
        fresh.write_text(json.dumps([[actor.name, actor.process.pid] for actor in self._actors]))
        fresh.replace(self._pids)

    def _known_pids(self) -> list[tuple[str, int]]:
        try:
            return [(str(name), int(pid)) for name, pid in json.loads(self._pids.read_text())]
        except (FileNotFoundError, ValueError, TypeError):
            return []

    def _is_ours(self, pid: int) -> bool:
        return str(self.directory) in command_line(pid)


async def output_of(command: Sequence[str], environment: Mapping[str, str]) -> str:
    """What a command that ends by itself prints. Raises StageError with what it says when it fails.

    Cancelled, it lets the command end first: half a step would leave something behind.
    """
    process = await asyncio.create_subprocess_exec(
        *command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        output, errors = await process.communicate()
    except asyncio.CancelledError:
        await process.communicate()
        raise
    if process.returncode:
        said = (errors.strip() or output.strip()).decode(errors="replace")
        raise StageError(f"`{' '.join(command[1:4])}` failed with code {process.returncode}:\n{_end_of(said)}")
    return output.decode()


def command_line(pid: int) -> str:
    """The command line of a process; empty where there is none, or where it only waits to be reaped."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    told = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )  # fmt: skip
    return told.stdout


def _end_of(text: str) -> str:
    return "\n".join(text.splitlines()[-_LAST_LINES:]) or "(it wrote nothing)"


async def until(holds: Callable[[], bool], within: float) -> bool:
    """Whether it held within so many seconds."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_LOOK_EVERY)
    return True


async def _until_ready(actor: Actor, ready: Callable[[Actor], Ready | None], within: float) -> Ready:
    deadline = time.monotonic() + within
    while (found := ready(actor)) is None:
        if actor.process.returncode is not None:
            code = actor.process.returncode
            raise StageError(f"{actor.name} ended with code {code} before it was ready:\n{actor.last_words()}")
        if time.monotonic() > deadline:
            raise StageError(f"{actor.name} was not ready within {within:g} s. Its last words:\n{actor.last_words()}")
        await asyncio.sleep(_LOOK_EVERY)
    return found


async def _stop(actor: Actor) -> Ended:
    began = time.monotonic()
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            actor.process.send_signal(number)
        with suppress(TimeoutError):
            code = await asyncio.wait_for(actor.process.wait(), STOP_WITHIN)
            return Ended(actor.name, code, time.monotonic() - began)
    raise StageError(f"{actor.name} (pid {actor.process.pid}) outlived SIGKILL")


async def _stop_stranger(pid: int, alive: Callable[[], bool]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if await until(lambda: not alive(), STOP_WITHIN):
            return
    raise StageError(f"The process {pid} of an earlier start outlived SIGKILL")


def interruptible(task: "asyncio.Task[int]") -> None:
    """Ctrl-C, SIGTERM and a closed terminal cancel `task`, once: its cleaning up is not interrupted."""
    loop = asyncio.get_running_loop()

    def cancel() -> None:
        for number in _ENDING:
            loop.add_signal_handler(number, lambda: None)
        task.cancel()

    for number in _ENDING:
        loop.add_signal_handler(number, cancel)
