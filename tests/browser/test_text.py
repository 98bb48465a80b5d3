"""How the text of messages is drawn: Slack's mrkdwn, mentions, times, and what must stay text."""

import pytest
from playwright.async_api import expect

from tests.browser.window import Windows
from tests.playground.apps import RANDOM, web_client
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_every_mark_of_mrkdwn_is_drawn(slack: Playground, windows: Windows) -> None:
    text = "*bold* _slanted_ ~gone~ `code` *_both_*\n> quoted\n```\nif x &lt; 1:\n    stop\n```\nlast line"
    await web_client(slack).chat_postMessage(channel=RANDOM, text=text)
    message = (await windows.open()).message("last line")

    await expect(message.locator("strong").first).to_have_text("bold")
    await expect(message.locator("em").first).to_have_text("slanted")
    await expect(message.locator("del")).to_have_text("gone")
    await expect(message.locator("code")).to_have_text("code")
    await expect(message.locator("strong em")).to_have_text("both")
    await expect(message.locator("blockquote")).to_have_text("quoted")
    await expect(message.locator("pre")).to_have_text("if x < 1:\n    stop")


async def test_marks_inside_words_and_unknown_shortcodes_stay_as_typed(slack: Playground, windows: Windows) -> None:
    await web_client(slack).chat_postMessage(channel=RANDOM, text="2*3*4 snake_case_name :no_such: 02:02:10 * a * b")
    message = (await windows.open()).message("snake_case_name")

    await expect(message).to_contain_text("2*3*4 snake_case_name :no_such: 02:02:10 * a * b")


async def test_mentions_show_names_and_ones_own_stands_out(slack: Playground, windows: Windows) -> None:
    text = "<@U02ANA> <@U02BEN> <#C02ALERTS> <!subteam^S02LEADS> :rotating_light:"
    await web_client(slack).chat_postMessage(channel=RANDOM, text=text)
    window = await windows.open()
    message = window.message("Ben Okafor")

    await expect(message.locator(".mention")).to_have_text(["@Ana Ruiz", "@Ben Okafor", "#alerts", "@payments-leads"])
    await expect(message.locator(".mention-me")).to_have_text("@Ana Ruiz")
    await expect(message.get_by_role("img", name="rotating light emoji")).to_have_text("🚨")
    await message.get_by_text("#alerts").click()
    await expect(window.page.get_by_role("heading", name="alerts").first).to_be_visible()


async def test_a_date_is_written_in_the_zone_of_the_viewer(slack: Playground, windows: Windows) -> None:
    await web_client(slack).chat_postMessage(channel=RANDOM, text="since <!date^1795226520^{time}|02:02 UTC>")
    message = (await windows.open()).message("since")

    await expect(message.locator("time").last).to_have_text("03:02")


async def test_a_malformed_date_shows_its_fallback(slack: Playground, windows: Windows) -> None:
    await web_client(slack).chat_postMessage(channel=RANDOM, text="due <!date^x^{time}|02:02 UTC>")

    await expect((await windows.open()).message("due")).to_contain_text("due 02:02 UTC")


async def test_links_open_apart_and_only_safe_ones_are_links(slack: Playground, windows: Windows) -> None:
    text = "<https://example.com/a|first> https://example.com/b?c=1. <javascript:alert(1)|third>"
    await web_client(slack).chat_postMessage(channel=RANDOM, text=text)
    links = (await windows.open()).message("first").locator("a")

    await expect(links).to_have_count(2)
    await expect(links.nth(0)).to_have_attribute("href", "https://example.com/a")
    await expect(links.nth(1)).to_have_attribute("href", "https://example.com/b?c=1")
    await expect(links.nth(0)).to_have_attribute("rel", "noopener noreferrer")


async def test_markup_from_outside_shows_as_text(slack: Playground, windows: Windows) -> None:
    hostile = '<script>window.owned = 1</script><img src=x onerror="window.owned = 1">'
    escaped = hostile.replace("<", "&lt;").replace(">", "&gt;")
    client = web_client(slack)
    await client.chat_postMessage(channel=RANDOM, text=f"told: {escaped}")
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": f"rich: {hostile}"}]}
    blocks: list[Json] = [{"type": "rich_text", "elements": [rich]}, {"type": "markdown", "text": f"block: {hostile}"}]
    await client.chat_postMessage(channel=RANDOM, text="x", blocks=blocks)
    window = await windows.open()

    await expect(window.message("told:")).to_contain_text(hostile)
    await expect(window.message("rich:")).to_contain_text(hostile)
    await expect(window.message("block:")).to_contain_text(hostile)
    assert await window.page.evaluate("window.owned") is None


async def test_a_ping_of_everyone_is_shown_as_an_alarm(slack: Playground, windows: Windows) -> None:
    await web_client(slack).chat_postMessage(channel=RANDOM, text="<!here> look")

    await expect((await windows.open()).message("look").locator(".alarm")).to_contain_text("@herenotifies")


async def test_verbatim_text_is_not_made_live(slack: Playground, windows: Windows) -> None:
    words = "at https://example.com @here #alerts"
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"kept {words}", "verbatim": True}},
        {"type": "section", "text": {"type": "mrkdwn", "text": f"made {words}"}},
    ]
    await web_client(slack).chat_postMessage(channel=RANDOM, text="x", blocks=blocks)
    sections = (await windows.open()).message("kept").locator(".section-text")

    await expect(sections.nth(0).locator("a, .mention, .alarm")).to_have_count(0)
    await expect(sections.nth(1).locator("a, .mention, .alarm")).to_have_count(3)
