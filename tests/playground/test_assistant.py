"""Chats with an app that answers like an assistant, as Bolt's own middleware handles them."""

from pathlib import Path

import httpx
from slack_bolt.async_app import AsyncAssistant, AsyncSay, AsyncSetStatus, AsyncSetSuggestedPrompts, AsyncSetTitle
from slack_sdk.web.async_client import AsyncWebClient

from playground.operations.thread_status import STATUS_SECONDS
from tests.playground.apps import ALERTS, INCIDENTS, Bolt, error_of, section, web_client
from tests.support.playground import Json, Playground


def sre(contexts: list[object]) -> AsyncAssistant:
    """As Bolt's documentation writes one."""
    assistant = AsyncAssistant()

    @assistant.thread_started
    async def greet(say: AsyncSay, set_suggested_prompts: AsyncSetSuggestedPrompts) -> None:
        await say(text="What is wrong?", blocks=[section("What is wrong?")])
        await set_suggested_prompts(prompts=[{"title": "Budgets", "message": "How are the budgets?"}], title="Ask me")

    @assistant.user_message
    async def answer(
        payload: Json, say: AsyncSay, set_status: AsyncSetStatus, set_title: AsyncSetTitle, get_thread_context: object
    ) -> None:
        await set_title(payload["text"])
        await set_status("is reading the metrics…")
        contexts.append(await get_thread_context())  # type: ignore[operator]
        await say("59 % is left.")

    return assistant


async def test_bolts_assistant_greets_suggests_and_answers(slack: Playground, bolt: Bolt) -> None:
    contexts: list[object] = []
    bolt.app.assistant(sre(contexts))
    await bolt.connect()
    chat = (await slack.act("assistant", "ana", channel="alerts", until="What is wrong?", wait=5)).answer
    place = {"channel": chat["channel"], "ts": chat["ts"]}
    await slack.eventually(lambda: slack.calls("assistant.threads.setSuggestedPrompts"))
    await slack.act("assistant", "ana", channel="incidents", ts=chat["ts"], wait=0)
    await slack.eventually(lambda: slack.calls("chat.update"))
    await slack.act("message", "ana", channel=place["channel"], thread_ts=place["ts"], text="budgets?", wait=0)
    thread = await slack.eventually(
        lambda: slack.messages(place["channel"], thread=place["ts"]), lambda found: "59 %" in found[-1]["plain"]
    )

    assert [each["plain"] for each in thread] == ["budgets?", "What is wrong?", "budgets?", "59 % is left."]
    assert thread[0]["assistant_app_thread"]["title"] == "budgets?"
    assert [context["channel_id"] for context in contexts if isinstance(context, dict)] == [INCIDENTS]
    assert [call["ok"] for call in await slack.calls("assistant.threads.setStatus")] == [True]


async def test_the_app_hears_what_the_person_looks_at(slack: Playground, bolt: Bolt) -> None:
    started: list[Json] = []

    @bolt.app.event("assistant_thread_started")
    async def keep(event: Json) -> None:
        started.append(event["assistant_thread"])

    await bolt.connect()
    chat = (await slack.act("assistant", "ana", channel="alerts", wait=0)).answer
    await slack.eventually(lambda: _given(started))

    assert (started[0]["channel_id"], started[0]["thread_ts"]) == (chat["channel"], chat["ts"])
    assert started[0]["context"]["channel_id"] == ALERTS


async def test_a_status_goes_when_the_app_answers_or_says_no_more(slack: Playground, client: AsyncWebClient) -> None:
    await client.conversations_join(channel=ALERTS)
    asked = await slack.message("ana", "alerts", "what broke?")
    place: Json = {"channel_id": ALERTS, "thread_ts": asked.ts}

    async def status() -> object:
        async with httpx.AsyncClient(trust_env=False) as http:
            given = {"user": "ana", "channel": ALERTS, "ts": asked.ts}
            return (await http.get(f"{slack.url}/page/thread", params=given)).json()["assistant"]["status"]

    await client.assistant_threads_setStatus(**place, status="is thinking…", loading_messages=["Counting", "Reading"])
    assert await status() == "is thinking…"
    await client.chat_postMessage(channel=ALERTS, thread_ts=asked.ts, text="v42")
    assert await status() == ""
    await client.assistant_threads_setStatus(**place, status="is thinking…")
    await slack.advance(STATUS_SECONDS + 1)
    await slack.eventually(status, lambda found: found == "")


async def test_what_assistant_threads_refuses(slack: Playground, client: AsyncWebClient) -> None:
    asked = await slack.message("ana", "alerts", "what broke?")
    place: Json = {"channel_id": ALERTS, "thread_ts": asked.ts}
    prompts = [{"title": str(number), "message": "?"} for number in range(5)]

    nowhere = client.assistant_threads_setStatus(channel_id=ALERTS, thread_ts="1.0", status="x")
    assert await error_of(nowhere) == "invalid_thread_ts"
    assert await error_of(client.assistant_threads_setTitle(**place, title="x")) == "invalid_thread_ts"
    many = client.assistant_threads_setSuggestedPrompts(**place, prompts=prompts)
    assert await error_of(many) == "too_many_prompts"
    mute = client.assistant_threads_setSuggestedPrompts(**place, prompts=[{"title": "x"}])
    assert await error_of(mute) == "invalid_arguments"


async def test_an_app_without_an_assistant_view_takes_no_chats(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"display_information": {"name": "Quarterdeck"}}')
    async with Playground(manifest=manifest) as slack:
        refused = await slack.act("assistant", "ana", wait=0)
        named = web_client(slack).assistant_threads_setTitle(channel_id=ALERTS, thread_ts="1", title="x")

        assert refused.error == "no_assistant"
        assert await error_of(named) == "missing_scope"


async def _given(found: list[Json]) -> list[Json]:
    return found
