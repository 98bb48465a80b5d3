"""Light and dark, phone width, the keyboard, and what a screen reader needs."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.listening import opens
from tests.browser.window import PHONE, Look, Windows
from tests.playground.apps import ANA, RANDOM, Bolt, actions, button, modal, plain, section, text_input
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")


async def grave_faults(page: Page) -> list[str]:
    """What axe finds serious or worse, as lines for people."""
    await page.evaluate(AXE)
    found: Json = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_grave(bolt: Bolt, windows: Windows, theme: str) -> None:
    choices = {"placeholder": plain("Silence…"), "options": [{"text": plain("1 hour"), "value": "1"}]}
    await bolt.client.chat_postMessage(
        channel=RANDOM,
        text="<@U02ANA> <@U02BEN> `code` <https://example.com|link> <!here> ~gone~ :eyes:\n> quoted",
    )
    buttons = [button("a", "Plain"), button("b", "Go", style="primary"), button("c", "Undo", style="danger")]
    select = {"type": "static_select", "action_id": "s", **choices}
    context = {"type": "context", "elements": [{"type": "mrkdwn", "text": "as of `02:04`"}]}
    await bolt.client.chat_postMessage(
        channel=RANDOM, text="card", blocks=[section("*Card*"), actions(*buttons, select), context]
    )
    opens(bolt.app, "/incident", modal({**text_input("title", "What?"), "hint": plain("One line.")}, section("More")))
    await bolt.connect()
    window = await windows.open(look=Look(theme=theme))
    page = window.page

    await window.message("Card").hover()
    assert await grave_faults(page) == []
    await window.composer.fill("/")
    assert await grave_faults(page) == []
    await window.composer.fill("")
    await window.action("s").click()
    assert await grave_faults(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_test_id("toggle-inspector").click()
    await expect(page.get_by_test_id("inspector").locator(".entry").first).to_be_visible()
    assert await grave_faults(page) == []
    await window.write("/incident open")
    await page.get_by_test_id("modal-submit").click()
    await expect(window.modal.get_by_role("alert")).to_be_visible()
    assert await grave_faults(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_grave_in_dialogs_panes_and_the_home(bolt: Bolt, windows: Windows, theme: str) -> None:
    await bolt.client.conversations_join(channel=RANDOM)
    posted = await bolt.client.chat_postMessage(channel=RANDOM, text="a thread begins")
    await bolt.client.chat_postMessage(channel=RANDOM, text="a reply", thread_ts=posted["ts"])
    await bolt.client.pins_add(channel=RANDOM, timestamp=posted["ts"])
    home = {"type": "home", "blocks": [section("*Welcome*"), actions(button("a", "Declare", style="primary"))]}
    await bolt.client.views_publish(user_id=ANA, view=home)
    page = (await windows.open(look=Look(theme=theme))).page

    await page.get_by_test_id("thread-summary").click()
    await expect(page.get_by_test_id("thread-pane")).to_contain_text("a reply")
    assert await grave_faults(page) == []
    await page.get_by_test_id("pins").click()
    assert await grave_faults(page) == []
    await page.keyboard.press("Escape")
    for opener in ("open-search", "members", "browse-channels"):
        await page.get_by_test_id(opener).click()
        await expect(page.get_by_role("dialog").first).to_be_visible()
        assert await grave_faults(page) == []
        await page.keyboard.press("Escape")
    await page.get_by_test_id("channel-menu").click()
    assert await grave_faults(page) == []
    await page.keyboard.press("Escape")
    await page.get_by_test_id("app-row").click()
    await expect(page.get_by_text("Welcome")).to_be_visible()
    assert await grave_faults(page) == []


async def test_axe_finds_nothing_grave_on_a_phone(bolt: Bolt, windows: Windows) -> None:
    await bolt.client.chat_postMessage(
        channel=RANDOM, text="hello", blocks=[section("*Card*"), actions(button("a", "Go"))]
    )
    page = (await windows.open(look=Look(size=PHONE))).page

    assert await grave_faults(page) == []
    await page.get_by_test_id("open-drawer").click()
    await expect(page.locator(".sidebar")).to_be_in_viewport()
    assert await grave_faults(page) == []


async def test_dark_and_light_follow_the_system_until_one_is_chosen(windows: Windows) -> None:
    dark, light = await windows.open(look=Look(theme="dark")), await windows.open()
    background = "background-color"
    await expect(dark.page.locator("body")).to_have_css(background, "rgb(26, 29, 33)")
    await expect(light.page.locator("body")).to_have_css(background, "rgb(255, 255, 255)")

    switch = light.page.get_by_test_id("theme")
    await switch.click()
    await expect(switch).to_have_attribute("aria-label", "Theme: light")
    await switch.click()
    await expect(light.page.locator("body")).to_have_css(background, "rgb(26, 29, 33)")
    await light.page.reload()
    await expect(light.page.locator("body")).to_have_css(background, "rgb(26, 29, 33)")


async def test_on_a_phone_the_sidebar_is_a_drawer(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "incidents", "look here")
    window = await windows.open(look=Look(size=PHONE))
    sidebar = window.page.locator(".sidebar")
    await expect(sidebar).not_to_be_in_viewport()

    await window.page.get_by_test_id("open-drawer").click()
    await expect(sidebar).to_be_in_viewport()
    await window.channel("incidents").click()

    await expect(window.message("look here")).to_be_visible()
    await expect(sidebar).not_to_be_in_viewport()


async def test_nothing_is_wider_than_a_phone(bolt: Bolt, windows: Windows) -> None:
    wide = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x" * 400}]}
    cells = [[{"type": "raw_text", "text": f"a rather long cell {n}"} for n in range(8)]] * 3
    blocks = [
        section("`" + "y" * 200 + "`"),
        {"type": "rich_text", "elements": [wide]},
        actions(*[button(f"b{n}", f"A button with words {n}") for n in range(5)]),
        {"type": "table", "rows": cells},
    ]
    await bolt.client.chat_postMessage(channel=RANDOM, text="wide", blocks=blocks)
    opens(bolt.app, "/incident", modal(text_input("title", "What?")))
    await bolt.connect()
    window = await windows.open(look=Look(size=PHONE))
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    scroller = "(list) => list.scrollWidth - list.clientWidth"

    await expect(window.action("b4")).to_be_visible()
    assert await window.page.evaluate(overflow) == 0
    assert await window.page.locator(".scroller").evaluate(scroller) == 0
    await window.write("/incident open")
    box = await window.modal.bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, PHONE["width"])


async def test_control_k_jumps_by_a_few_letters(windows: Windows) -> None:
    window = await windows.open()
    await window.page.keyboard.press("Control+k")
    await window.page.get_by_role("combobox", name="Jump to").fill("inci")
    await window.page.keyboard.press("Enter")

    await expect(window.page.get_by_role("heading", name="incidents").first).to_be_visible()
    await expect(window.page.get_by_test_id("switcher")).to_have_count(0)


async def test_arrow_keys_walk_from_message_to_message(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "random", "older")
    await slack.message("dev", "random", "newer")
    window = await windows.open()
    await expect(window.message("newer")).to_be_visible()

    await window.page.get_by_role("region", name="Messages in random").focus()
    await window.page.keyboard.press("ArrowUp")
    await expect(window.message("newer")).to_be_focused()
    await window.page.keyboard.press("ArrowUp")
    await expect(window.message("older")).to_be_focused()
    await expect(window.message("older").get_by_role("toolbar")).to_be_visible()


async def test_back_returns_to_the_channel_before(windows: Windows) -> None:
    window = await windows.open()
    await window.channel("incidents").click()
    await expect(window.page.get_by_role("heading", name="incidents").first).to_be_visible()

    await window.page.go_back()

    await expect(window.page.get_by_role("heading", name="random").first).to_be_visible()
