"""The composer: sending, completion of commands and names, commands that fail, one's own messages."""

import re
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.listening import collect
from tests.browser.window import Windows
from tests.playground.apps import RANDOM, Bolt
from tests.support.playground import Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_enter_sends_and_shift_enter_begins_a_line(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    await window.composer.fill("a < b & *c*")
    await window.composer.press("Shift+Enter")
    await window.composer.press_sequentially("second line")
    await window.composer.press("Enter")

    await expect(window.message("second line")).to_contain_text("a < b & c")
    await expect(window.composer).to_have_value("")
    assert (await slack.message_with("random", "second line"))["text"] == "a &lt; b &amp; *c*\nsecond line"


async def test_a_slash_shows_the_commands_with_their_usage(bolt: Bolt, windows: Windows) -> None:
    commands = collect(bolt.app.command("/slo"))
    await bolt.connect()
    window = await windows.open()

    await window.composer.press_sequentially("/")
    entries = window.page.get_by_test_id("completion").get_by_role("option")
    await expect(entries).to_have_count(2)
    await expect(entries.first).to_contain_text("/slo status or show NAMEError budgets")
    await window.composer.press("ArrowDown")
    await window.composer.press("ArrowUp")
    await window.composer.press("Tab")
    await expect(window.composer).to_have_value("/slo ")
    await expect(window.page.locator(".usage")).to_contain_text("status or show NAME")
    await window.composer.press_sequentially("status")
    await window.composer.press("Enter")

    assert (await commands.next())["text"] == "status"
    await expect(window.composer).to_have_value("")


async def test_names_and_channels_are_completed_and_sent_as_mentions(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    await window.composer.press_sequentially("@oka")
    await expect(window.page.get_by_test_id("completion")).to_contain_text("Ben Okafor")
    await window.composer.press("Enter")
    await window.composer.press_sequentially("see #inc")
    await window.composer.press("Enter")
    await window.composer.press_sequentially(":rota")
    await window.composer.press("Enter")
    await window.composer.press("Enter")

    await expect(window.message("@Ben Okafor see #incidents")).to_be_visible()
    wire = (await slack.message_with("random", "see"))["text"]
    assert wire == "<@U02BEN> see <#C02INCIDENTS|incidents> :rotating_light:"


async def test_a_command_nobody_knows_is_answered_in_words(windows: Windows) -> None:
    window = await windows.open()
    await window.write("/nonsense now")

    await expect(window.toast).to_contain_text("/nonsense is not a valid command")


async def test_a_space_before_the_slash_makes_it_a_message(windows: Windows) -> None:
    window = await windows.open()
    await window.write(" /nonsense now")

    await expect(window.message("/nonsense now")).to_be_visible()


async def test_a_command_without_an_app_is_answered_and_kept_to_send_again(windows: Windows) -> None:
    window = await windows.open()
    await window.write("/slo status")

    await expect(window.toast).to_contain_text("/slo failed")
    await expect(window.composer).to_have_value("/slo status")


async def test_a_draft_waits_in_its_channel(windows: Windows) -> None:
    window = await windows.open()
    await window.composer.fill("half a thought")
    await window.channel("general").click()
    await expect(window.composer).to_have_value("")
    await window.channel("random").click()

    await expect(window.composer).to_have_value("half a thought")


async def test_ones_own_message_is_edited_and_deleted(slack: Playground, windows: Windows) -> None:
    window = await windows.open()
    await window.write("first for @ben")
    await window.menu_of("first")
    await window.page.get_by_role("menuitem", name="Edit message").click()
    editor = window.page.get_by_label("Edit message")
    await expect(editor).to_have_value("first for @ben")
    await editor.fill("second for @ben")
    await editor.press("Enter")
    await expect(window.message("second for @Ben Okafor")).to_contain_text("(edited)")

    await window.menu_of("second")
    await window.page.get_by_role("menuitem", name="Delete message").click()
    await window.page.get_by_test_id("confirm-yes").click()
    await expect(window.page.get_by_test_id("message").filter(has_text="second")).to_have_count(0)
    assert not [each for each in await slack.messages("random") if "second" in each["text"]]


async def test_others_messages_offer_no_edit(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "random", "by Ben")
    window = await windows.open()
    await window.menu_of("by Ben")

    await expect(window.page.get_by_role("menuitem", name="Copy link")).to_be_visible()
    await expect(window.page.get_by_role("menuitem", name=re.compile("Edit|Delete"))).to_have_count(0)


async def test_shortcuts_start_from_anywhere_and_from_a_message(
    bolt: Bolt, slack: Playground, windows: Windows
) -> None:
    from_anywhere = collect(bolt.app.global_shortcut("declare"))
    from_message = collect(bolt.app.message_shortcut("keep"))
    await bolt.connect()
    await slack.message("ben", "random", "it began at two")
    window = await windows.open()

    await window.page.get_by_test_id("shortcuts-menu").click()
    await window.page.get_by_role("menuitem", name="Declare incident").click()
    assert (await from_anywhere.next())["callback_id"] == "declare"

    await window.menu_of("it began")
    await window.page.get_by_role("menuitem", name="Add to timeline").click()
    body = await from_message.next()
    assert (body["message"]["text"], body["channel"]["id"]) == ("it began at two", RANDOM)


async def test_an_answer_for_one_person_is_marked_and_can_be_dismissed(bolt: Bolt, windows: Windows) -> None:
    @bolt.app.command("/slo")
    async def slo(ack: Any) -> None:
        await ack("79 % left")

    await bolt.connect()
    window = await windows.open()
    other = await windows.open("ben")
    await window.write("/slo status")

    answer = window.message("79 % left")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(other.message("79 % left")).to_have_count(0)
    await answer.get_by_role("button", name="Dismiss message").click()
    await expect(window.message("79 % left")).to_have_count(0)
