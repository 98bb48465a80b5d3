"""Faults: each strikes as often as asked, and leaves the truth of what happened in the record."""

import asyncio
import time
from typing import Any

import aiohttp
import httpx
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, INCIDENTS, Bolt, error_of, web_client
from tests.playground.sockets import Socket
from tests.support.playground import Playground


async def post(client: AsyncWebClient, text: str = "x", channel: str = ALERTS) -> str:
    return str((await client.chat_postMessage(channel=channel, text=text))["ts"])


async def test_a_429_carries_retry_after_and_has_no_effect(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("ratelimited", method="chat.postMessage", times=2, retry_after=7)

    for _ in range(2):
        with pytest.raises(SlackApiError) as limited:
            await post(client)
        assert limited.value.response.status_code == 429
        assert limited.value.response.headers["Retry-After"] == "7"
        assert limited.value.response["error"] == "ratelimited"
    await post(client, "third time")

    assert [message["plain"] for message in await slack.messages("alerts")] == ["third time"]


async def test_a_500_has_no_effect(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("http_500")

    with pytest.raises(SlackApiError) as failed:
        await post(client)

    assert failed.value.response.status_code == 500
    assert await slack.messages("alerts") == []


async def test_an_error_before_and_an_error_after_look_alike(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("error", error="internal_error")
    assert await error_of(client.chat_postMessage(channel=ALERTS, text="never")) == "internal_error"
    await slack.fault("error_after")
    assert await error_of(client.chat_postMessage(channel=ALERTS, text="all the same")) == "internal_error"

    assert [message["plain"] for message in await slack.messages("alerts")] == ["all the same"]
    before, after = await slack.calls("chat.postMessage")
    assert (before["effect"], after["effect"]) == (False, True)


async def test_any_error_code_can_be_asked_for(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("error", method="conversations.create", error="restricted_action")

    assert await error_of(client.conversations_create(name="inc-1")) == "restricted_action"


@pytest.mark.parametrize(("kind", "happened"), [("lost_before", False), ("lost_after", True)])
async def test_a_lost_connection_before_or_after_the_effect(
    client: AsyncWebClient, slack: Playground, kind: str, happened: bool
) -> None:
    await slack.fault(kind, method="chat.postMessage")

    with pytest.raises(aiohttp.ClientError):
        await post(client)

    (call,) = await slack.calls("chat.postMessage")
    assert (call["status"], call["effect"], call["fault"]) == (None, happened, kind)
    assert len(await slack.messages("alerts")) == int(happened)


async def test_the_sdks_default_retry_posts_twice_after_a_lost_answer(slack: Playground) -> None:
    """The trap that makes apps set their own retry handlers."""
    trusting = web_client(slack, retry_handlers=[AsyncConnectionErrorRetryHandler()])
    await slack.fault("lost_after", method="chat.postMessage")

    await post(trusting, "twice")

    assert [message["plain"] for message in await slack.messages("alerts")] == ["twice", "twice"]


async def test_a_call_held_before_its_effect_goes_on_when_released(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("hold_before", method="chat.postMessage")
    posting = asyncio.create_task(post(client))
    (held,) = await slack.wait_held()

    assert (held["method"], held["when"]) == ("chat.postMessage", "before")
    assert await slack.messages("alerts") == []
    assert await slack.release(held["id"]) == 1
    await posting
    assert len(await slack.messages("alerts")) == 1
    assert await slack.look("held") == []


async def test_a_call_held_after_its_effect_has_happened(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("hold_after", method="chat.postMessage")
    posting = asyncio.create_task(post(client))
    await slack.wait_held()

    assert len(await slack.messages("alerts")) == 1
    assert not posting.done()
    await slack.release()
    await posting


@pytest.mark.parametrize(("kind", "happened"), [("hold_before", False), ("hold_after", True)])
async def test_a_client_that_dies_while_held(slack: Playground, kind: str, happened: bool) -> None:
    await slack.fault(kind, method="conversations.create")
    async with httpx.AsyncClient(trust_env=False) as dying:
        headers = {"Authorization": f"Bearer {slack.bot_token}"}
        request = dying.post(f"{slack.api_url}conversations.create", params={"name": "inc-1"}, headers=headers)
        calling = asyncio.create_task(request)
        await slack.wait_held()
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)

    await slack.eventually(lambda: slack.look("held"), lambda held: held == [])
    (call,) = await slack.calls("conversations.create")
    assert (call["status"], call["effect"]) == (None, happened)
    assert ("inc-1" in await slack.channels()) is happened


async def test_a_fault_may_wait_for_one_channel(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("error", channel="incidents", error="fatal_error")

    await post(client, channel=ALERTS)
    assert await error_of(client.chat_postMessage(channel=INCIDENTS, text="x")) == "fatal_error"


async def test_a_hanging_call_ends_when_faults_are_cleared(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("hang", method="chat.postMessage")
    posting = asyncio.create_task(post(client))
    await slack.eventually(lambda: slack.calls("chat.postMessage"))
    await asyncio.sleep(0.1)
    assert not posting.done()

    await slack.clear_faults()
    await posting


async def test_latency_lasts_until_cleared(client: AsyncWebClient, slack: Playground) -> None:
    await slack.fault("latency", method="chat.postMessage", ms=120)

    started = time.monotonic()
    await post(client)
    await post(client)
    slow = time.monotonic() - started
    await slack.clear_faults()
    await post(client)

    assert slow >= 0.24
    assert (await slack.calls("chat.postMessage"))[-1]["ms"] < 120


async def test_offline_refuses_everything_until_cleared(client: AsyncWebClient, slack: Playground) -> None:
    async with Socket(slack) as socket:
        await slack.fault("offline")
        assert await socket.frame() == {"closed": True}
        with pytest.raises(aiohttp.ClientError):
            await post(client)
        with pytest.raises(aiohttp.ClientError):
            await post(client)

    await slack.clear_faults()
    await post(client)


async def test_response_urls_can_be_struck_too(bolt: Bolt, slack: Playground) -> None:
    urls: asyncio.Queue[str] = asyncio.Queue()

    async def go(ack: Any, body: dict[str, str]) -> None:
        await ack()
        await urls.put(body["response_url"])

    bolt.app.command("/go")(go)
    await bolt.connect()
    await slack.command("ana", "alerts", "/go", wait=0)
    url = await urls.get()
    await slack.fault("hold_after", method="response_url")
    async with httpx.AsyncClient(trust_env=False) as http:
        answering = asyncio.create_task(http.post(url, json={"text": "held"}))
        await slack.wait_held()
        assert [message["plain"] for message in await slack.ephemerals("ana")] == ["held"]
        await slack.release()
        assert (await answering).status_code == 200


async def test_an_unknown_fault_is_explained(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{slack.url}/control/fault", json={"kind": "earthquake"})

    assert answer.status_code == 400
    assert "hold_before" in answer.json()["text"]
