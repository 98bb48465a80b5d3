"""Every type of block as it is drawn in a message."""

import pytest
from playwright.async_api import expect

from tests.browser.pictures import png, upload
from tests.browser.window import Look, Windows
from tests.playground.apps import ALERTS, RANDOM, button, plain, section, web_client
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def post(slack: Playground, *blocks: Json) -> None:
    await web_client(slack).chat_postMessage(channel=RANDOM, text="fallback", blocks=list(blocks))


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


async def test_header_divider_and_context(slack: Playground, windows: Windows) -> None:
    context = {"type": "context", "elements": [mrkdwn("as of *02:04*"), plain("plain :eyes:")]}
    await post(slack, {"type": "header", "text": plain(":eyes: Checkout fails")}, {"type": "divider"}, context)
    message = (await windows.open()).message("Checkout fails")

    await expect(message.get_by_role("heading")).to_contain_text("👀 Checkout fails")
    await expect(message.locator("hr")).to_be_visible()
    await expect(message.locator(".context strong")).to_have_text("02:04")
    await expect(message.locator(".context")).to_contain_text("plain 👀")


async def test_fields_stand_in_two_columns_and_on_a_phone_in_one(slack: Playground, windows: Windows) -> None:
    fields = [mrkdwn("*Commander:* Ana"), mrkdwn("*Scribe:* nobody"), mrkdwn("*Third:* 3")]
    await post(slack, {"type": "section", "text": mrkdwn("Roles"), "fields": fields})
    columns = "(grid) => getComputedStyle(grid).gridTemplateColumns.split(' ').length"

    wide = await windows.open()
    assert await wide.message("Roles").locator(".fields").evaluate(columns) == 2
    narrow = await windows.open(look=Look(size={"width": 390, "height": 844}))
    assert await narrow.message("Roles").locator(".fields").evaluate(columns) == 1


async def test_an_accessory_stands_right_of_its_section(slack: Playground, windows: Windows) -> None:
    await post(slack, {**section("Checkout: 70 % left"), "accessory": button("show", "Show")})
    window = await windows.open()

    text = await window.message("Checkout").locator(".section-text").bounding_box()
    shown = await window.action("show").bounding_box()
    assert text is not None
    assert shown is not None
    assert shown["x"] >= text["x"] + text["width"]


async def test_a_picture_opens_large_and_escape_closes_it(slack: Playground, windows: Windows) -> None:
    file_id = await upload(slack, "errors.png", png())
    image = {"type": "image", "slack_file": {"id": file_id}, "alt_text": "31 % until 02:13", "title": plain("Errors")}
    await post(slack, image)
    window = await windows.open()
    picture = window.message("Errors").get_by_role("img", name="31 % until 02:13")

    assert await picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 8
    await picture.click()
    lightbox = window.page.get_by_test_id("lightbox")
    await expect(lightbox).to_contain_text("Errors")
    await window.page.keyboard.press("Escape")
    await expect(lightbox).to_have_count(0)


async def test_a_picture_that_cannot_be_had_leaves_its_words(slack: Playground, windows: Windows) -> None:
    missing = f"{slack.url}/files/F0NONE/missing.png"
    await post(slack, {"type": "image", "image_url": missing, "alt_text": "falling to 0.2 %"})

    await expect((await windows.open()).page.get_by_text("Picture not available: falling to 0.2 %")).to_be_visible()


async def test_rich_text_is_drawn_literally_with_lists_and_quotes(slack: Playground, windows: Windows) -> None:
    def line(text: str, **style: bool) -> Json:
        return {"type": "rich_text_section", "elements": [{"type": "text", "text": text, "style": style}]}

    rich = {
        "type": "rich_text",
        "elements": [
            line("*not bold* &amp;", code=True),
            {"type": "rich_text_list", "style": "bullet", "elements": [line("one"), line("two", bold=True)]},
            {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [line("deeper")]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\n  b"}]},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
        ],
    }
    await post(slack, rich)
    message = (await windows.open()).message("not bold")

    await expect(message.locator("code")).to_have_text("*not bold* &amp;")
    await expect(message.locator("ul li")).to_have_text(["one", "two"])
    await expect(message.locator("ul strong")).to_have_text("two")
    await expect(message.locator("ol.indent-1 li")).to_have_text("deeper")
    await expect(message.locator("pre")).to_have_text("a\n  b")
    await expect(message.locator("blockquote")).to_have_text("said")


async def test_a_table_has_a_head_and_keeps_its_alignment(slack: Playground, windows: Windows) -> None:
    def cell(text: str) -> Json:
        return {"type": "raw_text", "text": text}

    rows = [[cell("SLO"), cell("Left")], [cell("Checkout"), cell("70 %")]]
    await post(slack, {"type": "table", "rows": rows, "column_settings": [{}, {"align": "right"}]}, section("above"))
    message = (await windows.open()).message("above")

    await expect(message.get_by_role("columnheader")).to_have_text(["SLO", "Left"])
    await expect(message.get_by_role("cell", name="70 %")).to_have_css("text-align", "right")
    await expect(message.locator(".block").last).to_contain_text("Checkout")


async def test_markdown_is_drawn_as_a_document(slack: Playground, windows: Windows) -> None:
    lists = "## Timeline\n\n- **one**\n- [ ] open\n\n1. first\n\n"
    text = f"{lists}| a | b |\n|---|--:|\n| x | 1 |\n\n```\ncode\n```\n~~old~~ *new*"
    await post(slack, {"type": "markdown", "text": text})
    message = (await windows.open()).message("Timeline")

    await expect(message.get_by_role("heading")).to_have_text("Timeline")
    await expect(message.locator("ul strong")).to_have_text("one")
    await expect(message.get_by_role("checkbox", name="open")).not_to_be_checked()
    await expect(message.locator("ol li")).to_have_text("first")
    await expect(message.get_by_role("cell", name="1")).to_have_css("text-align", "right")
    await expect(message.locator("pre")).to_have_text("code")
    await expect(message.locator("del")).to_have_text("old")
    await expect(message.locator("em")).to_have_text("new")


async def test_a_markdown_file_shows_its_beginning_and_opens_whole(slack: Playground, windows: Windows) -> None:
    draft = "# INC-1: checkout\n\n" + "\n".join(f"- line {n}" for n in range(40))
    await upload(slack, "INC-1.md", draft.encode(), channel=ALERTS, title="Post-mortem of INC-1")
    window = await windows.open(place="channel=alerts")
    file = window.page.get_by_test_id("file")

    await expect(file).to_contain_text("Post-mortem of INC-1")
    await expect(file.get_by_role("heading", name="INC-1: checkout")).to_be_visible()
    await file.get_by_role("button", name="Show all 42 lines").click()
    await expect(window.page.get_by_test_id("document")).to_contain_text("line 39")


async def test_an_edited_message_says_so(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    posted = await client.chat_postMessage(channel=RANDOM, text="first words")
    window = await windows.open()
    await expect(window.message("first words")).not_to_contain_text("(edited)")

    await client.chat_update(channel=RANDOM, ts=str(posted["ts"]), text="other words")

    await expect(window.message("other words")).to_contain_text("(edited)")
    await expect(window.message("other words").locator(".app-badge")).to_have_text("APP")


async def test_a_card_that_is_drawn_anew_carries_no_mark(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    posted = await client.chat_postMessage(channel=RANDOM, text="a card", blocks=[section("firing")])
    window = await windows.open()
    await client.chat_update(channel=RANDOM, ts=str(posted["ts"]), text="a card", blocks=[section("resolved")])

    await expect(window.message("resolved")).to_be_visible()
    await expect(window.message("resolved")).not_to_contain_text("(edited)")


async def test_a_custom_name_and_emoji_stand_in_for_the_app(slack: Playground, windows: Windows) -> None:
    await web_client(slack).chat_postMessage(channel=RANDOM, text="ring ring", username="Pager", icon_emoji=":bell:")
    window = await windows.open()
    message = window.message("ring ring")

    await expect(message.locator(".author")).to_have_text("Pager")
    await expect(message.locator(".avatar")).to_have_text("🔔")


async def test_what_a_notification_says_can_be_looked_at(slack: Playground, windows: Windows) -> None:
    await web_client(slack).chat_postMessage(
        channel=RANDOM, text="Checkout &lt;down&gt;", blocks=[section("*the card*")]
    )
    window = await windows.open()
    await window.menu_of("the card")
    await window.page.get_by_role("menuitem", name="Show its notification").click()

    await expect(window.toast).to_contain_text("Quarterdeck: Checkout <down>")
