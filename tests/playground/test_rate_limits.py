"""Rate limits: off, real and strict, on the virtual clock."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from playground.options import Options
from playground.rate_limits import EVENTS_PER_HOUR
from playground.slack import Slack
from tests.playground.apps import ALERTS, INCIDENTS, Bolt
from tests.support.playground import Playground


@pytest.fixture(autouse=True)
async def frozen(slack: Playground) -> AsyncIterator[None]:
    """Time stands still, so that buckets fill only when a test says so."""
    await slack.clock(speed=0)
    yield
    await slack.clock(speed=1)


async def passed(call: Callable[[], Awaitable[object]], tries: int) -> int:
    """How many of these calls get through; the others must be refused with 429."""
    answers = [await asyncio.gather(call(), return_exceptions=True) for _ in range(tries)]
    refused = [answer for (answer,) in answers if isinstance(answer, SlackApiError)]
    assert {error.response.status_code for error in refused} <= {429}
    return tries - len(refused)


async def test_off_lets_everything_through(client: AsyncWebClient) -> None:
    assert await passed(lambda: client.chat_postMessage(channel=ALERTS, text="x"), 30) == 30


async def test_real_allows_a_burst_into_a_channel_then_one_a_second(client: AsyncWebClient, slack: Playground) -> None:
    await slack.rate_limits("real")

    assert await passed(lambda: client.chat_postMessage(channel=ALERTS, text="x"), 10) == 5
    assert await passed(lambda: client.chat_postMessage(channel=INCIDENTS, text="x"), 2) == 2, "each channel for itself"
    await slack.advance(2)
    assert await passed(lambda: client.chat_postMessage(channel=ALERTS, text="x"), 5) == 2


async def test_strict_allows_hardly_any_burst(client: AsyncWebClient, slack: Playground) -> None:
    await slack.rate_limits("strict")

    assert await passed(lambda: client.chat_postMessage(channel=ALERTS, text="x"), 5) == 1
    assert await passed(lambda: client.conversations_list(), 5) == 2


async def test_tiers_allow_their_calls_a_minute(client: AsyncWebClient, slack: Playground) -> None:
    await slack.rate_limits("real")

    assert await passed(lambda: client.conversations_list(), 30) == 20
    assert await passed(lambda: client.users_info(user="U02ANA"), 105) == 100, "one method's limit is not another's"


async def test_retry_after_is_the_wait_in_whole_seconds(client: AsyncWebClient, slack: Playground) -> None:
    await slack.rate_limits("real")
    await passed(lambda: client.conversations_list(), 20)

    with pytest.raises(SlackApiError) as limited:
        await client.conversations_list()

    assert limited.value.response.headers["Retry-After"] == "3"
    await slack.advance(3)
    assert (await client.conversations_list())["ok"]


async def test_the_limit_of_posts_counts_response_urls_too(bolt: Bolt, slack: Playground) -> None:
    async def go(ack: Any, respond: Callable[[str], Awaitable[object]]) -> None:
        await ack()
        await respond("x")

    bolt.app.command("/go")(go)
    await bolt.connect()
    await slack.rate_limits("strict")
    for _ in range(3):
        await slack.command("ana", "alerts", "/go", wait=0)

    calls = await slack.eventually(
        lambda: slack.calls("response_url"), lambda calls: sum(call["status"] is not None for call in calls) == 3
    )
    assert sorted(call["status"] for call in calls) == [200, 429, 429]


async def test_events_beyond_the_hours_share_are_dropped_and_the_app_is_told_once_a_minute() -> None:
    slack = Slack(Options(rate_limits="strict"))
    slack.clock.set_speed(0)
    share = EVENTS_PER_HOUR // 10
    for _ in range(share + 5):
        slack.events.emit("app_mention", {"type": "app_mention"})
    slack.clock.advance(60)
    slack.events.emit("app_mention", {"type": "app_mention"})
    events = [entry for entry in slack.inspector.since(0) if entry["kind"] == "event"]
    dropped = [entry["detail"] for entry in events if "dropped" in entry["title"]]

    assert len(events) - len(dropped) == share
    assert [told["type"] for told in dropped] == ["app_rate_limited"] * 2
    assert dropped[1]["minute_rate_limited"] - dropped[0]["minute_rate_limited"] == 60
    slack.clock.advance(3600)
    slack.events.emit("app_mention", {"type": "app_mention"})
    assert "dropped" not in slack.inspector.since(0)[-1]["title"]
    await slack.stop()
