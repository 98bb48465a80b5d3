"""Buttons, confirm dialogs, overflow menus, and what people are told when the app does not answer."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.listening import collect
from tests.browser.window import Windows
from tests.playground.apps import RANDOM, Bolt, actions, button, plain, section
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CONFIRM: Json = {
    "title": plain("Abort the rollback?"),
    "text": {"type": "mrkdwn", "text": "4 of 6 pods run *v41*."},
    "confirm": plain("Abort here"),
    "deny": plain("Keep going"),
    "style": "danger",
}


async def post(bolt: Bolt, *elements: Json) -> None:
    blocks = [section("A-1187"), actions(*elements)]
    await bolt.client.chat_postMessage(channel=RANDOM, text="card", blocks=blocks)


async def test_a_click_reaches_the_app_and_its_update_is_seen_at_once(bolt: Bolt, windows: Windows) -> None:
    @bolt.app.action("ack")
    async def acknowledge(ack: Any, body: Json, client: Any) -> None:
        await ack()
        words = f"{body['user']['id']} has it, {body['actions'][0]['value']}"
        await client.chat_update(channel=RANDOM, ts=body["message"]["ts"], text=words, blocks=[section(words)])

    await bolt.connect()
    await post(bolt, button("ack", "Acknowledge", value="A-1187:3", style="primary"))
    window = await windows.open()

    await window.action("ack").click()

    await expect(window.message("U02ANA has it, A-1187:3")).to_be_visible()
    await expect(window.action("ack")).to_have_count(0)


async def test_styles_are_seen(bolt: Bolt, windows: Windows) -> None:
    await post(bolt, button("a", "Plain"), button("b", "Do it", style="primary"), button("c", "Undo", style="danger"))
    window = await windows.open()

    await expect(window.action("b")).to_have_css("background-color", "rgb(0, 122, 90)")
    await expect(window.action("c")).to_have_css("background-color", "rgb(212, 20, 86)")
    await expect(window.action("a")).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_no_in_a_confirm_dialog_sends_nothing_and_yes_sends_the_click(bolt: Bolt, windows: Windows) -> None:
    clicks = collect(bolt.app.action("abort"))
    await bolt.connect()
    await post(bolt, button("abort", "Abort…", value="R-17", style="danger", confirm=CONFIRM))
    window = await windows.open()

    await window.action("abort").click()
    dialog = window.page.get_by_test_id("confirm")
    await expect(dialog).to_contain_text("Abort the rollback?")
    await expect(dialog.locator("strong")).to_have_text("v41")
    await expect(window.page.get_by_test_id("confirm-no")).to_have_text("Keep going")
    await window.page.get_by_test_id("confirm-no").click()
    await expect(dialog).to_have_count(0)
    assert clicks.empty

    await window.action("abort").click()
    await window.page.get_by_test_id("confirm-yes").click()
    assert (await clicks.next_action())["value"] == "R-17"


async def test_an_overflow_menu_is_worked_by_arrow_keys(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("more"))
    await bolt.connect()
    options = [{"text": plain(text), "value": text.lower()} for text in ("Escalate", "Why", "Export")]
    await post(bolt, {"type": "overflow", "action_id": "more", "options": options})
    window = await windows.open()

    await window.action("more").click()
    await expect(window.page.get_by_role("menuitem", name="Escalate")).to_be_focused()
    await window.page.keyboard.press("ArrowDown")
    await expect(window.page.get_by_role("menuitem", name="Why")).to_be_focused()
    await window.page.keyboard.press("Enter")

    assert (await choices.next_action())["selected_option"]["value"] == "why"
    await expect(window.page.get_by_role("menu")).to_have_count(0)


async def test_a_link_button_opens_its_page_and_still_tells_the_app(
    bolt: Bolt, slack: Playground, windows: Windows
) -> None:
    clicks = collect(bolt.app.action("report"))
    await bolt.connect()
    await post(bolt, button("report", "Full report", url=f"{slack.url}/control/app"))
    window = await windows.open()

    async with window.page.context.expect_page() as opened:
        await window.action("report").click()

    assert (await opened.value).url.endswith("/control/app")
    assert (await clicks.next_action())["action_id"] == "report"


async def test_without_an_app_a_banner_says_so_and_a_click_is_answered(bolt: Bolt, windows: Windows) -> None:
    await post(bolt, button("ack", "Acknowledge"))
    window = await windows.open()

    await expect(window.page.get_by_test_id("banner")).to_contain_text("Quarterdeck is not connected")
    await window.action("ack").click()
    await expect(window.toast).to_contain_text(re.compile("“Acknowledge” failed"))

    await bolt.connect()
    await expect(window.page.get_by_test_id("banner")).to_have_count(0)
