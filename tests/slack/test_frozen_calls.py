"""A process that was frozen while it called Slack: what it had not sent by then is not sent when it wakes."""

import asyncio
import time
from contextlib import suppress

import httpx
import pytest

from bot.ports import OutsideError
from bot.slack.client import SlackClient
from tests.support.playground import Playground

TIMEOUT = 1.0


def freeze(slack: Playground) -> int:
    """Nothing of this process runs for longer than a call may take; how often Slack was asked to post until then."""
    time.sleep(1.2 * TIMEOUT)
    wanted = {"method": "chat.postMessage"}
    return len(httpx.get(f"{slack.url}/control/calls", params=wanted, trust_env=False).json())


@pytest.mark.parametrize("steps", range(1, 6))
@pytest.mark.parametrize("connected", [True, False], ids=["connected", "not connected yet"])
async def test_nothing_is_sent_after_waking(slack: Playground, steps: int, connected: bool) -> None:
    client = SlackClient(slack.bot_token, slack.app_token, slack.api_url, TIMEOUT)
    try:
        if connected:
            await client.call("auth.test")
        posting = asyncio.create_task(client.call("chat.postMessage", channel="alerts", text="once"))
        for _ in range(steps):
            await asyncio.sleep(0)
        arrived = freeze(slack)
        with suppress(OutsideError):
            await posting
        await client.call("auth.test")
        assert len(await slack.calls("chat.postMessage")) == arrived
    finally:
        await client.close()
