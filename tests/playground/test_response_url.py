"""Response urls: how often, how long, and what they do to the conversation."""

import asyncio
from typing import Any

import httpx
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, Bolt, actions, button, section
from tests.support.playground import Json, Playground


async def post(url: str, **body: object) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.post(url, json=body)


async def url_of_command(bolt: Bolt, slack: Playground, channel: str = "alerts") -> str:
    urls: asyncio.Queue[str] = asyncio.Queue()

    @bolt.app.command("/go")
    async def go(ack: Any, body: Json) -> None:
        await ack()
        await urls.put(body["response_url"])

    await bolt.connect()
    await slack.command("ana", channel, "/go", wait=0)
    return await asyncio.wait_for(urls.get(), 5)


async def clicked(bolt: Bolt, slack: Playground, message: Json) -> str:
    """Press the message's button; the response_url of that click."""
    urls: asyncio.Queue[str] = asyncio.Queue()

    @bolt.app.action("press")
    async def press(ack: Any, body: Json) -> None:
        await ack()
        await urls.put(body["response_url"])

    await bolt.connect()
    await slack.click("ana", message=message, action_id="press", wait=0)
    return await asyncio.wait_for(urls.get(), 5)


async def card(client: AsyncWebClient, slack: Playground) -> Json:
    blocks = [section("card"), actions(button("press", "Press"))]
    await client.chat_postMessage(channel=ALERTS, text="card", blocks=blocks)
    return (await slack.messages("alerts"))[-1]


async def test_answers_are_for_one_person_by_default(bolt: Bolt, slack: Playground) -> None:
    url = await url_of_command(bolt, slack)

    answer = await post(url, text="only for ana")

    assert (answer.status_code, answer.text) == (200, "ok")
    assert [message["plain"] for message in await slack.ephemerals("ana")] == ["only for ana"]
    assert await slack.messages("alerts") == []


async def test_in_channel_answers_are_for_all_even_where_the_bot_is_not(bolt: Bolt, slack: Playground) -> None:
    url = await url_of_command(bolt, slack, channel="random")

    await post(url, text="for all", response_type="in_channel")

    (message,) = await slack.messages("random")
    assert (message["plain"], message["bot_id"]) == ("for all", "B02QDBOT")


async def test_five_uses_and_no_more(bolt: Bolt, slack: Playground) -> None:
    url = await url_of_command(bolt, slack)

    statuses = [(await post(url, text=str(number))).status_code for number in range(6)]
    last = await post(url, text="again")

    assert statuses == [200, 200, 200, 200, 200, 404]
    assert last.json()["error"] == "used_url"
    assert len(await slack.ephemerals("ana")) == 5


async def test_thirty_minutes_and_no_longer(bolt: Bolt, slack: Playground) -> None:
    url = await url_of_command(bolt, slack)

    await slack.advance(29 * 60)
    assert (await post(url, text="in time")).status_code == 200
    await slack.advance(61)
    late = await post(url, text="late")

    assert (late.status_code, late.json()["error"]) == (404, "expired_url")
    assert (await post(f"{slack.url}/response/unknown", text="x")).status_code == 404


async def test_replacing_the_clicked_message(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    message = await card(client, slack)
    url = await clicked(bolt, slack, message)

    await post(url, text="acknowledged by Ana", replace_original=True)

    (replaced,) = await slack.messages("alerts")
    assert (replaced["ts"], replaced["plain"]) == (message["ts"], "acknowledged by Ana")
    assert "blocks" not in replaced


async def test_deleting_the_clicked_message(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    url = await clicked(bolt, slack, await card(client, slack))

    await post(url, delete_original="true")

    assert await slack.messages("alerts") == []


async def test_an_ephemeral_is_changed_only_through_its_response_url(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    blocks = [actions(button("press", "Press"))]
    await client.chat_postEphemeral(channel=ALERTS, user=ANA, text="choose", blocks=blocks)
    url = await clicked(bolt, slack, (await slack.ephemerals("ana"))[0])

    await post(url, text="chosen", replace_original=True)
    assert [message["plain"] for message in await slack.ephemerals("ana")] == ["chosen"]

    await post(url, delete_original=True)
    assert await slack.ephemerals("ana") == []


async def test_a_commands_original_cannot_be_replaced(bolt: Bolt, slack: Playground) -> None:
    url = await url_of_command(bolt, slack)

    await post(url, text="first")
    await post(url, text="second", replace_original=True)
    await post(url, delete_original=True)

    assert [message["plain"] for message in await slack.ephemerals("ana")] == ["first", "second"]


async def test_a_persons_message_cannot_be_replaced(bolt: Bolt, slack: Playground) -> None:
    urls: asyncio.Queue[str] = asyncio.Queue()

    @bolt.app.message_shortcut("note")
    async def note(ack: Any, body: Json) -> None:
        await ack()
        await urls.put(body["response_url"])

    await bolt.connect()
    written = await slack.message("ana", "alerts", "mine")
    await slack.shortcut("ana", "note", message={"channel": ALERTS, "ts": written.ts}, wait=0)
    await post(await asyncio.wait_for(urls.get(), 5), text="x", replace_original=True)

    assert [message["plain"] for message in await slack.messages("alerts")] == ["mine"]


async def test_an_answer_into_the_thread(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    message = await card(client, slack)
    url = await clicked(bolt, slack, message)

    await post(url, text="in the thread", response_type="in_channel", thread_ts=message["ts"], replace_original=False)

    thread = await slack.messages("alerts", thread=message["ts"])
    assert [each["plain"] for each in thread][1:] == ["in the thread"]


async def test_what_slack_would_refuse_is_refused(bolt: Bolt, slack: Playground) -> None:
    url = await url_of_command(bolt, slack)

    assert (await post(url)).json()["error"] == "no_text"
    assert (await post(url, text="x", blocks=[section("")])).json()["error"] == "invalid_blocks"
    assert (await slack.violations())[0]["where"] == "response_url"


async def test_bolts_respond_uses_it(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    @bolt.app.action("press")
    async def press(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="done", replace_original=True)

    await bolt.connect()
    message = await card(client, slack)
    seen = await slack.click("ana", message=message, text="Press", until="done")

    assert "done" in seen.text
    assert [call["args"]["text"] for call in await slack.calls("response_url")] == ["done"]
