"""A hundred commands in the same moment, while every call of the Web API takes a second: Slack gives up at three."""

import asyncio

from bench.result import Result
from bench.scene import Running
from tests.support.playground import Playground

COMMANDS = 100
LATENCY_MS = 1_000
ACK_LIMIT_MS = 3_000.0


async def burst(bot: Running, echo: Running) -> list[Result]:
    """The longest acknowledgement of commands that write and commands that read, half each."""
    ours = [("/incident", f"open sev4 burst {number}") for number in range(COMMANDS // 2)]
    ours += [("/slo", "status")] * (COMMANDS - len(ours))
    slowest = await _slowest(bot.slack, ours)
    floor = await _slowest(echo.slack, [("/echo", f"burst {number}") for number in range(COMMANDS)])
    return [Result("slowest ack of 100 at once, 1 s per call", slowest, "ms", ACK_LIMIT_MS, floor=floor, n=COMMANDS)]


async def _slowest(slack: Playground, commands: list[tuple[str, str]]) -> float:
    """In milliseconds; infinite where one was not acknowledged."""
    await slack.fault("latency", ms=LATENCY_MS)
    try:
        seen = await asyncio.gather(
            *(slack.command("ana", "incidents", command, text, wait=0.0) for command, text in commands)
        )
    finally:
        await slack.clear_faults()
    return max(float("inf") if each.ack_ms is None else each.ack_ms for each in seen)
