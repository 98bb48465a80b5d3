"""Two people in two windows: what one does the other sees, without reload."""

import pytest
from playwright.async_api import expect

from tests.browser.window import Windows
from tests.playground.apps import INCIDENTS, RANDOM, web_client
from tests.support.playground import Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_one_writes_the_other_sees(windows: Windows) -> None:
    ana, ben = await windows.open("ana"), await windows.open("ben")

    await ana.write("is it the release?")
    await expect(ben.message("is it the release?")).to_contain_text("Ana Ruiz")
    await ben.write("looks so")
    await expect(ana.message("looks so")).to_contain_text("Ben Okafor")


async def test_unread_channels_are_bold_and_mentions_are_counted_until_read(
    slack: Playground, windows: Windows
) -> None:
    window = await windows.open("ben")
    await expect(window.channel("incidents")).not_to_contain_text("unread")

    await slack.message("ana", "incidents", "something")
    await expect(window.channel("incidents")).to_contain_text("unread")
    await expect(window.channel("incidents")).to_have_css("font-weight", "900")
    await slack.message("ana", "incidents", "for you, @ben")
    await expect(window.channel("incidents").locator(".badge")).to_contain_text("1")
    await expect(window.page).to_have_title("(1) random · Playground")

    await window.channel("incidents").click()
    await expect(window.channel("incidents").locator(".badge")).to_have_count(0)
    await expect(window.channel("incidents")).not_to_contain_text("unread")


async def test_a_line_shows_where_the_new_messages_begin(slack: Playground, windows: Windows) -> None:
    old = await slack.message("ana", "incidents", "old news")
    await slack.act("read", "ben", channel="incidents", ts=old.ts)
    await slack.message("ana", "incidents", "fresh news")
    window = await windows.open("ben")
    await window.channel("incidents").click()

    row = window.page.get_by_role("listitem").filter(has=window.page.locator(".new-divider"))
    await expect(row).to_contain_text("fresh news")


async def test_a_message_for_one_person_is_seen_by_that_one_only(slack: Playground, windows: Windows) -> None:
    ana, ben = await windows.open("ana"), await windows.open("ben")
    client = web_client(slack)
    await client.conversations_join(channel=RANDOM)

    await client.chat_postEphemeral(channel=RANDOM, user="U02BEN", text="you are paged")

    await expect(ben.message("you are paged")).to_contain_text("Only visible to you")
    await expect(ana.message("joined")).to_be_visible()
    await expect(ana.message("you are paged")).to_have_count(0)


async def test_reactions_count_people_and_a_second_click_takes_ones_own_away(
    slack: Playground, windows: Windows
) -> None:
    message = await slack.message("ben", "random", "fixed")
    await slack.react("ben", {"channel": RANDOM, "ts": message.ts}, "tada")
    window = await windows.open()
    reaction = window.page.get_by_test_id("reaction-tada")

    await reaction.click()
    await expect(reaction).to_have_text("🎉2")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await reaction.click()
    await expect(reaction).to_have_text("🎉1")

    await window.message("fixed").hover()
    await window.page.get_by_role("button", name="React with eyes").click()
    await expect(window.page.get_by_test_id("reaction-eyes")).to_have_text("👀1")


async def test_a_reaction_is_found_by_name_in_the_picker(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "random", "fixed")
    window = await windows.open()
    await window.message("fixed").hover()
    await window.page.get_by_role("toolbar", name="Message actions").get_by_label("Add a reaction").click()
    await window.page.get_by_label("Search emoji").fill("rocket")
    await window.page.keyboard.press("Enter")

    await expect(window.page.get_by_test_id("reaction-rocket")).to_have_text("🚀1")


async def test_direct_messages_reach_the_other_with_a_badge(windows: Windows) -> None:
    ana, ben = await windows.open("ana"), await windows.open("ben")

    await ana.page.get_by_test_id("dm-ben").click()
    await expect(ana.composer).to_have_attribute("placeholder", "Message Ben Okafor")
    await ana.write("are you awake?")

    await expect(ben.page.get_by_test_id("dm-ana").locator(".badge")).to_contain_text("1")
    await ben.page.get_by_test_id("dm-ana").click()
    await expect(ben.message("are you awake?")).to_be_visible()


async def test_the_switcher_changes_through_whose_eyes_one_looks(windows: Windows) -> None:
    window = await windows.open("ana", "channel=incidents")

    await window.page.get_by_test_id("person-switcher").click()
    await window.page.get_by_test_id("person-dev").click()

    await expect(window.page.get_by_test_id("person-switcher")).to_contain_text("Dev Patel")
    await expect(window.page.get_by_role("heading", name="incidents").first).to_be_visible()


async def test_a_channel_one_is_not_in_can_be_read_and_joined(slack: Playground, windows: Windows) -> None:
    created = await web_client(slack).conversations_create(name="inc-1-checkout")
    channel = str(created["channel"]["id"])
    await web_client(slack).chat_postMessage(channel=channel, text="the card")
    window = await windows.open(place=f"channel={channel}")

    await expect(window.message("the card")).to_be_visible()
    await expect(window.composer).to_have_count(0)
    await expect(window.channel("inc-1-checkout")).to_have_count(0)
    await window.page.get_by_test_id("join").click()
    await expect(window.composer).to_be_visible()
    await expect(window.channel("inc-1-checkout")).to_be_visible()


async def test_pins_and_bookmarks_stand_under_the_head(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    card = await client.chat_postMessage(channel=INCIDENTS, text="*SEV1* checkout")
    await client.bookmarks_add(channel_id=INCIDENTS, title="Dashboard", type="link", link="https://example.com/d")
    await client.conversations_setTopic(channel=INCIDENTS, topic="Led by *Ana*")
    window = await windows.open(place="channel=incidents")
    await expect(window.page.get_by_role("link", name="Dashboard")).to_have_attribute("href", "https://example.com/d")
    await expect(window.page.locator(".topic")).to_have_text("Led by *Ana*")
    await expect(window.page.get_by_test_id("pins")).to_have_count(0)

    await client.pins_add(channel=INCIDENTS, timestamp=str(card["ts"]))
    await window.page.get_by_test_id("pins").click()
    await expect(window.page.get_by_role("dialog", name="Pinned messages")).to_contain_text("SEV1 checkout")
    await window.page.keyboard.press("Escape")
    await window.menu_of("SEV1")
    await window.page.get_by_test_id("message-pin").click()
    await expect(window.page.get_by_test_id("pins")).to_have_count(0)
