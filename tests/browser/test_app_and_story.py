"""The app's Home tab and messages, the story panel, the inspector with its faults."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.listening import collect
from tests.browser.panel_target import PanelTarget
from tests.browser.window import Windows
from tests.playground.apps import ANA, RANDOM, Bolt, actions, button, section
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_home_tab_is_published_when_it_is_opened_and_its_buttons_work(bolt: Bolt, windows: Windows) -> None:
    clicks = collect(bolt.app.action("page.ack"))

    @bolt.app.event("app_home_opened")
    async def publish(event: Json, client: Any) -> None:
        blocks = [section("3 things wait for you"), actions(button("page.ack", "Acknowledge", value="P-88"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    await bolt.connect()
    window = await windows.open()
    await window.page.get_by_test_id("app-row").click()

    await expect(window.page.get_by_test_id("home")).to_contain_text("3 things wait for you")
    await window.action("page.ack").click()
    body = await clicks.next()
    assert (body["actions"][0]["value"], body["view"]["type"]) == ("P-88", "home")


async def test_an_app_without_a_home_says_so(windows: Windows) -> None:
    window = await windows.open(place="app=home")

    await expect(window.page.get_by_text("has not published a Home tab for you")).to_be_visible()
    await window.page.get_by_test_id("tab-about").click()
    await expect(window.page.get_by_role("tabpanel")).to_contain_text("/slo status or show NAME")


async def test_what_the_app_tells_one_person_is_under_its_messages(bolt: Bolt, windows: Windows) -> None:
    window = await windows.open()
    await bolt.client.chat_postMessage(channel=ANA, text="You are paged for INC-1")
    await expect(window.page.get_by_test_id("app-row").locator(".badge")).to_contain_text("1")

    await window.page.get_by_test_id("app-row").click()

    await expect(window.message("You are paged for INC-1")).to_be_visible()
    await expect(window.page.get_by_test_id("app-row").locator(".badge")).to_have_count(0)


async def test_a_step_of_the_story_asks_acts_and_tells(panel_target: PanelTarget, windows: Windows) -> None:
    window = await windows.open()
    step = window.page.get_by_test_id("panel-step-0")
    await expect(step.locator("code")).to_have_text("v42")

    await step.get_by_role("button", name="Release v42").click()
    await window.page.get_by_test_id("confirm-no").click()
    assert panel_target.calls.count("/break") == 0
    await step.get_by_role("button", name="Release v42").click()
    await window.page.get_by_test_id("confirm-yes").click()
    await expect(step.get_by_role("status")).to_have_text("v42 is out.")
    assert panel_target.calls.count("/break") == 1

    mend = window.page.get_by_test_id("panel-step-1")
    await mend.get_by_role("button", name="Mend").click()
    await expect(mend.locator(".step-failed")).to_have_text("There is nothing to mend.")
    await expect(window.page.get_by_role("link", name="The shop")).to_be_visible()


async def test_a_step_is_ticked_once_its_words_are_seen_and_stays_so(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    ticked = window.page.locator(".step-done")
    await slack.message("ana", "general", "79 % of the budget left")
    written = await slack.message("ana", "random", "79 % of the budget left")
    await expect(ticked).to_have_count(1)
    await expect(ticked).to_contain_text("Read on")

    await slack.act("delete", "ana", channel="random", ts=written.ts)
    await expect(window.message("79 %")).to_have_count(0)
    await expect(ticked).to_have_count(1)


async def test_the_story_can_be_put_away_and_brought_back(windows: Windows) -> None:
    window = await windows.open()
    await window.page.get_by_role("button", name="Hide this panel").click()
    await expect(window.page.get_by_test_id("panel")).to_have_count(0)
    await window.page.get_by_test_id("toggle-panel").click()
    await expect(window.page.get_by_test_id("panel")).to_be_visible()


async def test_the_inspector_shows_calls_envelopes_and_violations(bolt: Bolt, windows: Windows) -> None:
    await bolt.connect()
    window = await windows.open()
    await window.page.get_by_test_id("toggle-inspector").click()
    inspector = window.page.get_by_test_id("inspector")

    await bolt.client.chat_postMessage(channel=RANDOM, text="seen on the wire")
    entry = inspector.locator(".entry").filter(has_text="chat.postMessage").first
    await entry.get_by_role("button").click()
    await expect(entry.locator("pre")).to_contain_text("seen on the wire")

    too_long = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
    with pytest.raises(Exception, match="invalid_blocks"):
        await bolt.client.chat_postMessage(channel=RANDOM, text="x", blocks=[too_long])
    await inspector.get_by_role("button", name="Violations 1").click()
    await expect(inspector.locator(".entry")).to_have_count(1)


async def test_a_fault_is_caused_from_the_inspector(bolt: Bolt, slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    await window.page.get_by_test_id("toggle-inspector").click()
    await window.page.get_by_role("textbox", name="Method that is struck").fill("chat.postMessage")
    await window.page.get_by_role("button", name="429, wait 2 s").click()
    await expect(window.toast).to_contain_text("Next call: 429, wait 2 s: set.")
    assert (await bolt.client.auth_test())["ok"]

    with pytest.raises(Exception, match="429"):
        await bolt.client.chat_postMessage(channel=RANDOM, text="too fast")
    await slack.clear_faults()


async def test_time_is_made_to_fly_from_the_inspector(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    before = float((await slack.clock())["now"])
    await window.page.get_by_test_id("toggle-inspector").click()
    await window.page.get_by_role("button", name="30 minutes later").click()
    await expect(window.toast).to_contain_text("30 minutes later: set.")

    assert float((await slack.clock())["now"]) >= before + 1800
