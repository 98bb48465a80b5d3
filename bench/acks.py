"""Command → acknowledgement, as Slack sees it, by turns with the floor: a bare Bolt echo that commits eight rows."""

import asyncio

from bench.result import Result, quantile
from bench.scene import Running
from tests.support.playground import Playground

WARM_UP, SAMPLES = 8, 60
MOST = 1.5
QUIET_S = 0.3
"""People pause between commands: what one of them set going has ended before the next."""


async def acks(bot: Running, echo: Running) -> list[Result]:
    """`/incident open …` and `/slo status`: p50 and p95, each against the same quantile of the floor."""
    opened: list[float] = []
    read: list[float] = []
    floor: list[float] = []
    pinned = len(await bot.slack.calls("pins.add"))
    for turn in range(WARM_UP + SAMPLES):
        floor.append(await acknowledged(echo.slack, "/echo", f"words of turn {turn}"))
        opened.append(await acknowledged(bot.slack, "/incident", f"open sev4 matter {turn} of the bench"))
        await until_set_up(bot.slack, pinned + turn + 1)
        floor.append(await acknowledged(echo.slack, "/echo", f"more words of turn {turn}"))
        read.append(await acknowledged(bot.slack, "/slo", "status"))
    floor = floor[2 * WARM_UP :]
    return [
        Result(f"ack {name} p{share:.0%}".rstrip("%"), quantile(ours[WARM_UP:], share), "ms", MOST,
               floor=quantile(floor, share), relative=True, n=SAMPLES)
        for name, ours in (("/incident open", opened), ("/slo status", read))
        for share in (0.50, 0.95)
    ]  # fmt: skip


async def until_set_up(slack: Playground, rooms: int) -> None:
    """Until so many rooms have their card pinned, the last step of their set-up, and its end is stored too."""
    await slack.eventually(lambda: slack.calls("pins.add"), lambda pins: len(pins) >= rooms)
    await asyncio.sleep(QUIET_S)


async def acknowledged(slack: Playground, command: str, text: str) -> float:
    """Milliseconds from the envelope's way out to the acknowledgement's way in. Raises where there is none."""
    seen = await slack.command("ana", "incidents", command, text, wait=0.0)
    if seen.ack_ms is None:
        raise RuntimeError(f"{command} {text} was not acknowledged: {seen.text or seen.error}")
    return seen.ack_ms
