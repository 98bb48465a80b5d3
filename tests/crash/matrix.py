"""The matrix of one story in one setting: found by an undisturbed play, then struck at each point, side by side."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.crash.bots import Program
from tests.crash.databases import Databases
from tests.crash.lane import Lane, Played
from tests.crash.points import Point, Setting, chosen, in_order, points_of
from tests.crash.stories import Story
from tests.support.playground import ROOT, clean_environment

SEED = int(os.environ.get("SEED") or random.randrange(1_000_000))
POINT = os.environ.get("POINT", "")
"""The point, or the beginning of the points, that alone is played; all are where it is empty."""
LANES = int(os.environ.get("LANES") or 4)
"""Points that are played at the same time: two matrices at a time fill two cores, and more would only get in each
other's way."""
SUMMARY = "crash matrix"
_WORDS = 40_000
"""So much is told of each failing point."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """What came of it."""

    name: str
    seed: int
    points: Sequence[Point]
    played: Sequence[Played]
    seconds: float

    @property
    def failed(self) -> list[Played]:
        return [each for each in self.played if each.problem]

    @property
    def missed(self) -> list[Played]:
        """Points that the story passed by: what runs side by side does not always commit in the same portions."""
        return [each for each in self.played if not each.struck and not each.problem]

    @property
    def summary(self) -> str:
        """One line, and one for each point that failed or was passed by."""
        counts = f"{len(self.played)} points, {len(self.failed)} failed, {len(self.missed)} passed by"
        lines = [f"{self.name}: {counts}, {self.seconds:.0f} s, SEED={self.seed}"]
        lines += [f"  FAILED  make crash SEED={self.seed} POINT='{each.point}'" for each in self.failed]
        lines += [f"  passed by  {each.point}" for each in self.missed]
        return "\n".join(lines)

    @property
    def failures(self) -> str:
        return "\n\n".join([self.summary, *(f"{each.point}\n{each.problem[:_WORDS]}" for each in self.failed)])


async def run_matrix(story: Story, setting: Setting, folder: Path, server: str, seed: int, wanted: str) -> Matrix:
    """Find the points and play them. Fails where the undisturbed play does."""
    began = time.monotonic()
    manifest = folder / "manifest.json"
    manifest.write_text(await asyncio.to_thread(bot_manifest), encoding="utf-8")
    program = Program()
    databases = Databases(setting, folder, server)
    try:
        await databases.prepare()
        async with AsyncExitStack() as stack:
            lanes = [
                await stack.enter_async_context(Lane(number, program, databases, folder, manifest, shop=story.shop))
                for number in range(1, LANES + 1)
            ]
            calm = await lanes[0].play(story, None)
            assert not calm.problem, f"the story fails without any crash: {calm.problem}"
            points = points_of(story.name, setting, calm.calls, calm.commits)
            played = await _through(lanes, story, in_order(chosen(points, wanted), seed))
    finally:
        await asyncio.to_thread(program.stop)
    return Matrix(f"{story.name}/{setting}", seed, points, played, time.monotonic() - began)


async def _through(lanes: Sequence[Lane], story: Story, points: Sequence[Point]) -> list[Played]:
    waiting = list(reversed(points))
    played: list[Played] = []

    async def one_after_the_other(lane: Lane) -> None:
        while waiting:
            point = waiting.pop()
            once = await lane.play(story, point)
            if not once.struck and not once.problem:
                once = await lane.play(story, point)
            played.append(once)
            if os.environ.get("PROGRESS"):
                print(
                    f"{once.seconds:5.1f} {'' if once.struck else 'MISSED '}{point} {once.problem[:40000]}", flush=True
                )

    await asyncio.gather(*(one_after_the_other(lane) for lane in lanes))
    return played


def bot_manifest() -> str:
    """The app manifest, as the command prints it."""
    command = [sys.executable, "-m", "bot", "manifest"]
    done = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=True)
    return done.stdout
