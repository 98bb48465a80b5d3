"""The local Slack by itself: until it serves, what a call costs it, and what it adds to an envelope's way."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector

from bench.result import Result, quantile
from tests.support.playground import ROOT, Playground, PlaygroundProcess, clean_environment

WARM_UP, STARTS = 1, 7
START_MOST_S, CALL_MOST_MS, ENVELOPE_MOST_MS = 0.5, 2.0, 2.0
CALLS, AT_ONCE = 3000, 8
ENVELOPES = 300
CHANNEL = "C02RANDOM"
_IMPORT = (sys.executable, "-c", "import aiohttp.web")


async def local_slack() -> list[Result]:
    """A call is told in processor time, on one core: 2 ms are 500 calls a second."""
    results = await asyncio.to_thread(_starts)
    async with Playground() as slack:
        for method, arguments in (("auth.test", {}), ("chat.postMessage", {"channel": CHANNEL, "text": "a line"})):
            results += await _calls(slack, method, arguments)
        results.append(await _envelopes(slack))
    return results


def _starts() -> list[Result]:
    """From the command to its line with the addresses; the floor is a Python that only imports the web server."""
    took, spent, floor = [], [], []
    for _ in range(WARM_UP + STARTS):
        process, began = PlaygroundProcess(), time.monotonic()
        process.start()
        took.append(time.monotonic() - began)
        spent.append(_busy(process.pid))
        process.stop()
        began = time.monotonic()
        subprocess.run(_IMPORT, check=True, cwd=ROOT, env=clean_environment())
        floor.append(time.monotonic() - began)
    results = [
        Result("local Slack: start → serves p50", quantile(took[WARM_UP:], 0.5), "s", START_MOST_S,
               floor=quantile(floor[WARM_UP:], 0.5), n=STARTS)
    ]  # fmt: skip
    told = [each for each in spent[WARM_UP:] if each is not None]
    if told:
        results.append(Result("local Slack: start, processor time", quantile(told, 0.5), "s", START_MOST_S, n=STARTS))
    return results


async def _calls(slack: Playground, method: str, arguments: dict[str, str]) -> list[Result]:
    """Calls with kept connections, eight at a time; processor time where the system tells it, else the clock's."""
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    rest = iter(range(CALLS))
    async with ClientSession(connector=TCPConnector(limit=AT_ONCE), headers=headers, trust_env=False) as session:

        async def caller() -> None:
            for _ in rest:
                async with session.post(f"{slack.api_url}{method}", json=arguments) as response:
                    body = await response.json()
                    if not body["ok"]:
                        raise RuntimeError(f"{method}: {body['error']}")

        before, began = _busy(slack.pid), time.monotonic()
        await asyncio.gather(*(caller() for _ in range(AT_ONCE)))
        after, seconds = _busy(slack.pid), time.monotonic() - began
    spent = seconds if before is None or after is None else after - before
    return [Result(f"local Slack: {method}, processor time", spent / CALLS * 1000, "ms", CALL_MOST_MS, n=CALLS)]


def _busy(pid: int) -> float | None:
    """Seconds of processor time that a process has used so far; None where the system has no /proc."""
    told = Path(f"/proc/{pid}/stat")
    if not told.exists():
        return None
    user, system = told.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def _envelopes(slack: Playground) -> Result:
    """From the envelope's way out to its acknowledgement's way in, with an app that does nothing else."""
    times: list[float] = []
    async with ClientSession(trust_env=False) as session, session.ws_connect(await _address(slack, session)) as socket:
        answering = asyncio.create_task(_acknowledge(socket))
        await slack.wait_connected()
        for turn in range(ENVELOPES):
            seen = await slack.command("ana", "random", "/bench", str(turn), wait=0.0)
            if seen.ack_ms is None:
                raise RuntimeError(f"not acknowledged: {seen.error}")
            times.append(seen.ack_ms)
        answering.cancel()
    return Result("local Slack: envelope → ack p50", quantile(times, 0.5), "ms", ENVELOPE_MOST_MS, n=ENVELOPES)


async def _address(slack: Playground, session: ClientSession) -> str:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with session.post(f"{slack.api_url}apps.connections.open", headers=headers) as response:
        return str((await response.json())["url"])


async def _acknowledge(socket: ClientWebSocketResponse) -> None:
    async for message in socket:
        if "envelope_id" in (frame := message.json()):
            await socket.send_json({"envelope_id": frame["envelope_id"]})
