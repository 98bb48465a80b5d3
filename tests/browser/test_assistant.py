"""An app that answers like an assistant, and a message that grows while it is read."""

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAssistant, AsyncSay, AsyncSetStatus, AsyncSetSuggestedPrompts

from tests.browser.window import Windows
from tests.playground.apps import Bolt
from tests.support.playground import Json

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_chat_is_begun_a_suggestion_taken_and_the_answer_grows(bolt: Bolt, windows: Windows) -> None:
    assistant = AsyncAssistant()
    asked: list[Json] = []

    @assistant.thread_started
    async def greet(say: AsyncSay, set_suggested_prompts: AsyncSetSuggestedPrompts) -> None:
        await say("What is wrong?")
        await set_suggested_prompts(prompts=[{"title": "Budgets", "message": "How are the budgets?"}], title="Ask me")

    @assistant.user_message
    async def think(payload: Json, set_status: AsyncSetStatus) -> None:
        asked.append(payload)
        await set_status("is reading the metrics…")

    bolt.app.assistant(assistant)
    await bolt.connect()
    window = await windows.open(place="app=messages")
    await window.page.get_by_test_id("new-chat").click()
    await expect(window.thread).to_contain_text("What is wrong?")
    await window.thread.get_by_role("button", name="Budgets").click()

    await expect(window.thread).to_contain_text("How are the budgets?")
    await expect(window.thread.get_by_role("button", name="Budgets")).to_have_count(0)
    await expect(window.page.get_by_test_id("at-work")).to_have_text("Quarterdeck is reading the metrics…")

    place = {"channel": asked[0]["channel"], "thread_ts": asked[0]["thread_ts"]}
    begun = await bolt.client.chat_startStream(**place, markdown_text="**59 %** is left, ")
    growing = window.thread.get_by_test_id("message").last
    await expect(growing).to_contain_text("59 % is left,")
    await expect(growing.get_by_label("Still being written")).to_be_visible()
    await expect(window.page.get_by_test_id("at-work")).to_have_count(0)
    await bolt.client.chat_stopStream(channel=place["channel"], ts=str(begun["ts"]), markdown_text="and it holds.")
    await expect(growing).to_contain_text("59 % is left, and it holds.")
    await expect(growing.get_by_label("Still being written")).to_have_count(0)
