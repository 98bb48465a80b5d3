"""`quarterdeck drill`: the story of the demo played without a browser, as a person would, and timed: the smoke test."""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import httpx
import typer

from bot.cli.drill_story import STAGES, Story
from bot.cli.output import OK, PROBLEM
from bot.cli.person import Amiss
from bot.cli.scene import BOT, Scene
from bot.cli.stage import StageError, interruptible

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class StageResult:
    """One stage of the drill."""

    name: str
    ok: bool
    seconds: float


class Failed(Exception):
    """A stage failed, and it has been said how."""


class Transcript:
    """Says each stage as it ends, and remembers it."""

    def __init__(self) -> None:
        self.stages: list[StageResult] = []

    async def stage(self, name: str, play: Awaitable[Seen]) -> Seen:
        """Play one stage; what it returns is said where it is text. Raises Failed, with everything said."""
        began = time.monotonic()
        try:
            seen = await play
        except Amiss as amiss:
            self._failed(name, began, f"expected: {amiss.expected}\nseen: {amiss.seen}")
        except (StageError, httpx.HTTPError) as error:
            self._failed(name, began, str(error) or type(error).__name__)
        seconds = self._remember(name, began, ok=True)
        typer.echo(f"ok      {seconds:6.1f} s  {name}{f': {seen}' if isinstance(seen, str) else ''}")
        return seen

    def _failed(self, name: str, began: float, words: str) -> None:
        seconds = self._remember(name, began, ok=False)
        typer.echo(f"FAILED  {seconds:6.1f} s  {name}\n" + "\n".join(f"    {line}" for line in words.splitlines()))
        raise Failed

    def _remember(self, name: str, began: float, *, ok: bool) -> float:
        self.stages.append(StageResult(name, ok, round(time.monotonic() - began, 2)))
        return self.stages[-1].seconds


def drill(json_file: Path | None = None) -> int:
    """Play the story once. `json_file` gets `[{name, ok, seconds}]`. Exit code: 0 every stage went well, else 1."""
    transcript, directory = Transcript(), Path(tempfile.mkdtemp(prefix="quarterdeck-drill-"))
    began = time.monotonic()
    code = asyncio.run(_drill(transcript, directory))
    if json_file:
        json_file.write_text(json.dumps([asdict(stage) for stage in transcript.stages], indent=2) + "\n")
    _end(directory, code, time.monotonic() - began)
    return code


async def _drill(transcript: Transcript, directory: Path) -> int:
    task = asyncio.current_task()
    assert task is not None
    interruptible(task)
    try:
        await _play(transcript, directory)
    except Failed:
        return PROBLEM
    except asyncio.CancelledError:
        typer.echo("The drill was interrupted; everything was stopped.", err=True)
        return PROBLEM
    return OK


async def _play(transcript: Transcript, directory: Path) -> None:
    async with AsyncExitStack() as stack:
        scene = Scene(directory, show=lambda _: None)
        await transcript.stage("start", stack.enter_async_context(scene))
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=60, trust_env=False))
        story = Story(scene, http)
        for name, play in STAGES:
            await transcript.stage(name, play(story))
        await transcript.stage("stop", _stop(scene))


async def _stop(scene: Scene) -> str:
    ended = await scene.strike()
    odd = [f"{each.name} ended with code {each.code}" for each in ended if each.code != 0]
    if odd:
        raise Amiss("every process to end with code 0 when it is asked to", ", ".join(odd))
    seconds = next(each.seconds for each in ended if each.name == BOT)
    return f"all processes left, Quarterdeck within {seconds:.1f} s"


def _end(directory: Path, code: int, seconds: float) -> None:
    """What was played well leaves nothing behind; else the logs stay."""
    if code == OK:
        shutil.rmtree(directory)
        typer.echo(f"The drill went well, in {seconds:.0f} s.")
    else:
        typer.echo(f"The drill failed after {seconds:.0f} s. Logs, database and records: {directory}", err=True)
