"""How long nobody is heard after every connection was cut without a word, beside the SDK's own client."""

import asyncio
import time

from bench.result import Result
from bench.scene import Running
from tests.support.playground import Playground

CUTS = 5
MOST_S = 5.0
GIVEN_UP_S = 90.0


async def deaf(bot: Running, echo: Running) -> list[Result]:
    """The longest of five cuts for the bot, one cut for the SDK's client: it may take a minute."""
    ours, peer = await asyncio.gather(_worst(bot.slack), _deaf_after_cut(echo.slack, "/echo", "heard"))
    return [Result("deaf after a cut, worst (floor: the SDK's client)", ours, "s", MOST_S, floor=peer, n=CUTS)]


async def _worst(slack: Playground) -> float:
    return max([await _deaf_after_cut(slack, "/slo", "status") for _ in range(CUTS)])


async def _deaf_after_cut(slack: Playground, command: str, text: str) -> float:
    """Seconds from the cut until a command is acknowledged again; infinite after a minute and a half."""
    await slack.fault("socket_cut")
    cut = time.monotonic()
    while time.monotonic() - cut < GIVEN_UP_S:
        seen = await slack.command("ana", "incidents", command, text, wait=0.0)
        if seen.acked:
            return time.monotonic() - cut
        await asyncio.sleep(0.02)
    return float("inf")
