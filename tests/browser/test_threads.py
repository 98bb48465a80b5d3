"""Threads: the summary under a message, the pane beside it, replies as they come, permalinks."""

import pytest
from playwright.async_api import expect

from tests.browser.window import Windows
from tests.playground.apps import RANDOM, web_client
from tests.support.playground import Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_replies_are_counted_and_shown_in_the_pane_as_they_come(slack: Playground, windows: Windows) -> None:
    parent = await slack.message("ben", "random", "what changed?")
    await slack.message("dev", "random", "release v42", thread_ts=parent.ts)
    window = await windows.open()
    await expect(window.page.get_by_test_id("thread-summary")).to_contain_text("1 reply")

    await window.page.get_by_test_id("thread-summary").click()
    await expect(window.thread).to_contain_text("release v42")
    await slack.message("ben", "random", "at two o'clock", thread_ts=parent.ts)
    await expect(window.thread).to_contain_text("at two o'clock")
    await expect(window.page.get_by_test_id("thread-summary")).to_contain_text("2 replies")


async def test_a_reply_is_written_in_the_pane(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "random", "what changed?")
    window = await windows.open()
    await window.message("what changed?").hover()
    await window.page.get_by_test_id("reply-in-thread").click()
    await expect(window.thread).to_contain_text("No replies yet")

    composer = window.page.get_by_test_id("thread-composer")
    await composer.fill("nothing, I think")
    await composer.press("Enter")

    await expect(window.thread).to_contain_text("nothing, I think")
    await expect(window.thread).to_contain_text("1 reply")
    await expect(window.message("nothing, I think")).to_have_count(0)


async def test_a_reply_is_shown_in_the_channel_too_when_it_is_said_so(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "random", "what changed?")
    window = await windows.open()
    await window.message("what changed?").hover()
    await window.page.get_by_test_id("reply-in-thread").click()
    await window.page.get_by_label("Also send to #random").check()
    await window.page.get_by_test_id("thread-composer").fill("release v42")
    await window.page.get_by_test_id("thread-composer").press("Enter")

    await expect(window.message("release v42")).to_contain_text("replied to a thread")
    await expect(window.page.get_by_label("Also send to #random")).not_to_be_checked()
    assert (await slack.message_with("random", "release v42"))["subtype"] == "thread_broadcast"


async def test_commands_do_not_work_in_threads(slack: Playground, windows: Windows) -> None:
    parent = await slack.message("ben", "random", "what changed?")
    await slack.message("dev", "random", "hm", thread_ts=parent.ts)
    window = await windows.open()
    await window.page.get_by_test_id("thread-summary").click()
    await window.page.get_by_test_id("thread-composer").fill("/slo status")
    await window.page.get_by_test_id("thread-send").click()

    await expect(window.toast).to_contain_text("/slo is not supported in threads")
    await expect(window.page.get_by_test_id("thread-composer")).to_have_value("/slo status")


async def test_escape_closes_the_thread(slack: Playground, windows: Windows) -> None:
    parent = await slack.message("ben", "random", "what changed?")
    await slack.message("dev", "random", "hm", thread_ts=parent.ts)
    window = await windows.open()
    await window.page.get_by_test_id("thread-summary").click()
    await expect(window.page.get_by_test_id("thread-composer")).to_be_focused()

    await window.page.keyboard.press("Escape")

    await expect(window.thread).to_have_count(0)


async def test_a_reply_shown_to_the_channel_says_what_it_is(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    parent = await client.chat_postMessage(channel=RANDOM, text="the card")
    reply = {"channel": RANDOM, "thread_ts": parent["ts"], "reply_broadcast": True}
    await client.chat_postMessage(text="it got worse", **reply)
    window = await windows.open()

    await expect(window.message("it got worse")).to_contain_text("replied to a thread")


async def test_a_permalink_opens_the_message_and_one_of_a_reply_its_thread(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    parent = await client.chat_postMessage(channel=RANDOM, text="the card")
    reply = await client.chat_postMessage(channel=RANDOM, text="the reply", thread_ts=str(parent["ts"]))
    to_card = await client.chat_getPermalink(channel=RANDOM, message_ts=str(parent["ts"]))
    to_reply = await client.chat_getPermalink(channel=RANDOM, message_ts=str(reply["ts"]))
    window = await windows.open(place="channel=general")

    await window.page.goto(str(to_card["permalink"]))
    await expect(window.message("the card").locator(".flash")).to_have_count(1)
    await expect(window.thread).to_have_count(0)
    await window.page.goto(str(to_reply["permalink"]))
    await expect(window.thread).to_contain_text("the reply")


async def test_a_permalink_in_a_message_opens_in_place(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    card = await client.chat_postMessage(channel=RANDOM, text="the card")
    link = await client.chat_getPermalink(channel=RANDOM, message_ts=str(card["ts"]))
    await client.chat_postMessage(channel="C02GENERAL", text=f"<{link['permalink']}|see there>")
    window = await windows.open(place="channel=general")

    await window.message("see there").get_by_role("link").click()

    await expect(window.message("the card")).to_be_visible()
    assert len(window.page.context.pages) == 1
