"""From the command to a connection to Slack, and what stays in memory then; the floor is the bare app's own start."""

import asyncio
from pathlib import Path

from bench.result import Result, quantile
from bench.scene import BOT, ECHO, Running, app
from tests.support.playground import Playground

WARM_UP, STARTS = 1, 7
START_MOST_S, RESIDENT_MOST_MIB = 1.5, 120.0
SETTLED_S = 3.0


async def start(directory: Path) -> list[Result]:
    """Both by turns, with the state of an earlier run; the bot once with none too, when the schema is made first."""
    ours, floor = [], []
    fresh_place, bare_place = directory / "fresh", directory / "bare"
    async with Playground() as slack:
        for _ in range(WARM_UP):
            await _seconds(ECHO, slack, bare_place)
        fresh = await _seconds(BOT, slack, fresh_place)
        for _ in range(STARTS):
            ours.append(await _seconds(BOT, slack, fresh_place))
            floor.append(await _seconds(ECHO, slack, bare_place))
    bare = quantile(floor, 0.5)
    return [
        Result("start → connected p50", quantile(ours, 0.5), "s", START_MOST_S, floor=bare, n=STARTS),
        Result("first start: schema made → connected", fresh, "s", floor=bare),
    ]


async def _seconds(command: tuple[str, ...], slack: Playground, directory: Path) -> float:
    async with app(command, slack, directory) as running:
        return running.start


async def memory(bot: Running, echo: Running) -> list[Result]:
    """The resident set of each once nothing is going on any more."""
    await asyncio.sleep(SETTLED_S)
    return [Result("idle RSS on SQLite", bot.resident_mib(), "MiB", RESIDENT_MOST_MIB, floor=echo.resident_mib())]
