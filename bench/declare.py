"""From `/incident open` to a room that is set up, while every call of the Web API takes a tenth of a second.

The floor of each figure is the latency alone: calls that depend on each other cannot take less. The chain's length is
read from the calls' times: a call depends at most on those that had ended when it began.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.acks import acknowledged
from bench.result import Result, quantile
from bench.scene import Running
from tests.support.playground import Json, Playground

LATENCY_MS = 100
WARM_UP, SAMPLES = 2, 15
ROOM_MOST_MS, DONE_MOST_MS, DEPTH_MOST = 250.0, 450.0, 4
PAUSE_S = 1.2
"""Between declarations: Slack takes one new message a second in a channel, and all are announced in the same one."""
ROOM_CALLS, DONE_CALLS = 2, 3
"""The least chains: create → invite; create → card → pin."""
_SETUP = {
    "conversations.create": 1, "conversations.invite": 1, "conversations.setTopic": 1, "conversations.setPurpose": 1,
    "chat.postMessage": 2, "pins.add": 1,
}  # fmt: skip
"""The calls of one declaration by somebody who commands it: the messages are the card and the announcement."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration: milliseconds from the command to the declarer in the room and to the last call's end."""

    room_ms: float
    done_ms: float
    depth: int


async def declare(bot: Running) -> list[Result]:
    """The median of each time, the worst of the depths."""
    slack = bot.slack
    await slack.fault("latency", ms=LATENCY_MS)
    try:
        seen = [await _declared(slack, turn) for turn in range(WARM_UP + SAMPLES)][WARM_UP:]
    finally:
        await slack.clear_faults()
    room, done = [each.room_ms for each in seen], [each.done_ms for each in seen]
    return [
        Result("declare → declarer in the room p50, 100 ms per call", quantile(room, 0.5), "ms", ROOM_MOST_MS,
               floor=ROOM_CALLS * LATENCY_MS, n=SAMPLES),
        Result("declare → all done p50, 100 ms per call", quantile(done, 0.5), "ms", DONE_MOST_MS,
               floor=DONE_CALLS * LATENCY_MS, n=SAMPLES),
        Result("declare: calls that depend on each other", max(each.depth for each in seen), "", DEPTH_MOST,
               floor=DONE_CALLS, n=SAMPLES),
    ]  # fmt: skip


async def _declared(slack: Playground, turn: int) -> Declared:
    since = max((call["n"] for call in await slack.calls()), default=0)
    before = time.monotonic()
    told = await slack.get("clock")
    assert isinstance(told, dict)
    skew = float(told["now"]) - (before + time.monotonic()) / 2
    began = time.monotonic() + skew
    await acknowledged(slack, "/incident", f"open sev4 declaration {turn} of the bench")

    async def setup() -> list[Json]:
        made = await slack.calls(since=since)
        return [call for call in made if call["method"] in _SETUP and call["status"] is not None]

    calls = await slack.eventually(setup, _complete)
    await asyncio.sleep(PAUSE_S)
    invited = max(ended(call) for call in calls if call["method"] == "conversations.invite")
    return Declared(1000 * (invited - began), 1000 * (max(map(ended, calls)) - began), depth(calls))


def _complete(calls: Sequence[Json]) -> bool:
    done = [call["method"] for call in calls]
    return all(done.count(method) >= count for method, count in _SETUP.items())


def ended(call: Json) -> float:
    """The instant a call was answered, by the playground's clock."""
    return float(call["at"]) + float(call["ms"]) / 1000


def depth(calls: Sequence[Json]) -> int:
    """The longest chain of calls of which each began after the one before had ended: no schedule could prove more."""
    longest: list[tuple[float, int]] = []
    for call in sorted(calls, key=lambda each: float(each["at"])):
        before = max((length for end, length in longest if end <= float(call["at"])), default=0)
        longest.append((ended(call), before + 1))
    return max(length for _, length in longest)
