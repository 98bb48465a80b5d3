"""Modals: filling in, the client's own checks, the app's field errors, updates, stacks, closing."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.listening import collect, opens
from tests.browser.window import Window, Windows
from tests.playground.apps import Bolt, actions, button, modal, plain, section, text_input
from tests.support.playground import Json

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def entry(block_id: str, label: str, element: Json, **more: object) -> Json:
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text}


FORM = modal(
    text_input("title", "What do customers notice?", min_length=8, max_length=80, placeholder=plain("Checkout fails")),
    entry("sev", "How bad is it?", {"type": "radio_buttons", "action_id": "s", "options": [option("1"), option("2")]}),
    entry(
        "services",
        "Which services?",
        {
            "type": "multi_static_select",
            "action_id": "v",
            "options": [option("checkout"), option("search")],
            "initial_options": [option("checkout")],
        },
    ),
    entry("lead", "Who leads?", {"type": "users_select", "action_id": "l", "initial_user": "U02ANA"}, optional=True),
    entry("mail", "Mail", {"type": "email_text_input", "action_id": "m"}, optional=True),
    entry("site", "Page", {"type": "url_text_input", "action_id": "u"}, optional=True),
    entry("count", "Pods", {"type": "number_input", "action_id": "n", "is_decimal_allowed": False}, optional=True),
    entry("day", "Day", {"type": "datepicker", "action_id": "d"}, optional=True, hint=plain("When it began.")),
    notify_on_close=True,
)


async def opened(bolt: Bolt, windows: Windows, view: Json = FORM) -> Window:
    opens(bolt.app, "/incident", view)
    await bolt.connect()
    window = await windows.open()
    await window.write("/incident open")
    await expect(window.modal).to_be_visible()
    return window


async def fill_in(window: Window) -> None:
    await window.action("title").fill("31 % of checkouts failing")
    await window.page.get_by_role("radio", name="2").check()


async def test_what_is_filled_in_reaches_the_app_and_the_modal_closes(bolt: Bolt, windows: Windows) -> None:
    submissions = collect(bolt.app.view("declare"))
    window = await opened(bolt, windows)

    await fill_in(window)
    await window.pick("v", "search")
    await window.page.keyboard.press("Escape")
    await window.pick("l", "Ben Okafor")
    await window.action("m").fill("ana@example.com")
    await window.action("u").fill("https://status.example.com")
    await window.action("n").fill("6")
    await window.action("d").click()
    await window.page.locator(".day-today").click()
    await window.page.get_by_test_id("modal-submit").click()

    values = (await submissions.next())["view"]["state"]["values"]
    assert values["title"]["title"]["value"] == "31 % of checkouts failing"
    assert values["sev"]["s"]["selected_option"]["value"] == "2"
    assert [chosen["value"] for chosen in values["services"]["v"]["selected_options"]] == ["checkout", "search"]
    assert values["lead"]["l"]["selected_user"] == "U02BEN"
    assert values["mail"]["m"]["value"] == "ana@example.com"
    assert values["site"]["u"]["value"] == "https://status.example.com"
    assert values["count"]["n"]["value"] == "6"
    assert len(values["day"]["d"]["selected_date"]) == len("2026-11-21")
    await expect(window.modal).to_have_count(0)


async def test_the_page_itself_refuses_what_slack_would_refuse(bolt: Bolt, windows: Windows) -> None:
    submissions = collect(bolt.app.view("declare"))
    window = await opened(bolt, windows)

    await window.action("title").fill("short")
    await window.action("m").fill("nobody")
    await window.page.get_by_test_id("modal-submit").click()

    await expect(window.page.get_by_test_id("block-title").get_by_role("alert")).to_contain_text("at least 8")
    await expect(window.page.get_by_test_id("block-sev").get_by_role("alert")).to_contain_text("required")
    await expect(window.page.get_by_test_id("block-mail").get_by_role("alert")).to_contain_text("email")
    await expect(window.action("title")).to_be_focused()
    await expect(window.action("title")).to_have_attribute("aria-invalid", "true")
    assert submissions.empty


async def test_errors_of_the_app_stand_under_their_fields_and_go_when_it_is_content(
    bolt: Bolt, windows: Windows
) -> None:
    @bolt.app.view("declare")
    async def check(ack: Any, view: Json) -> None:
        title = view["state"]["values"]["title"]["title"]["value"]
        if "checkout" in title:
            await ack()
        else:
            await ack(response_action="errors", errors={"title": "Name the service."})

    window = await opened(bolt, windows)
    await fill_in(window)
    await window.action("title").fill("something is broken")
    await window.page.get_by_test_id("modal-submit").click()
    await expect(window.page.get_by_test_id("block-title").get_by_role("alert")).to_have_text("Name the service.")
    await expect(window.action("title")).to_have_value("something is broken")

    await window.action("title").fill("the checkout is broken")
    await window.page.get_by_test_id("modal-submit").click()
    await expect(window.modal).to_have_count(0)


async def test_enter_in_a_one_line_field_submits(bolt: Bolt, windows: Windows) -> None:
    submissions = collect(bolt.app.view("declare"))
    window = await opened(bolt, windows, modal(text_input("title", "What?")))

    await window.action("title").fill("checkout")
    await window.action("title").press("Enter")

    assert (await submissions.next())["view"]["state"]["values"]["title"]["title"]["value"] == "checkout"


async def test_an_update_keeps_what_was_typed_and_a_push_waits_above_it(bolt: Bolt, windows: Windows) -> None:
    buttons = actions(button("redraw", "Redraw"), button("deeper", "Deeper"))
    view = modal(text_input("title", "What?"), buttons)

    @bolt.app.action("redraw")
    async def redraw(ack: Any, body: Json, client: Any) -> None:
        await ack()
        changed = {**view, "blocks": [section("Redrawn"), *view["blocks"]]}
        await client.views_update(view_id=body["view"]["id"], view=changed)

    @bolt.app.action("deeper")
    async def deeper(ack: Any, body: Json, client: Any) -> None:
        await ack()
        above = modal(section("On top"), title="Second", callback_id="second")
        await client.views_push(trigger_id=body["trigger_id"], view=above)

    window = await opened(bolt, windows, view)
    await window.action("title").fill("kept words")
    await window.action("redraw").click()
    await expect(window.modal).to_contain_text("Redrawn")
    await expect(window.action("title")).to_have_value("kept words")

    await window.action("deeper").click()
    await expect(window.page.get_by_role("dialog", name="Second")).to_contain_text("On top")
    await window.page.get_by_role("button", name="Back to the view below").click()
    await expect(window.page.get_by_role("dialog", name="Declare")).to_contain_text("Redrawn")
    await expect(window.action("title")).to_have_value("kept words")


async def test_cancel_and_the_cross_tell_the_app_apart(bolt: Bolt, windows: Windows) -> None:
    closed = collect(bolt.app.view_closed("declare"))
    window = await opened(bolt, windows)

    await window.page.get_by_test_id("modal-cancel").click()
    assert (await closed.next())["is_cleared"] is False
    await window.write("/incident open")
    await window.page.get_by_test_id("modal-close").click()
    assert (await closed.next())["is_cleared"] is True
    await expect(window.modal).to_have_count(0)


async def test_the_keyboard_stays_inside_and_escape_closes(bolt: Bolt, windows: Windows) -> None:
    window = await opened(bolt, windows, modal(text_input("title", "What?")))
    inside = "document.querySelector('[data-testid=modal]').contains(document.activeElement)"

    await expect(window.action("title")).to_be_focused()
    for _ in range(8):
        await window.page.keyboard.press("Tab")
        assert await window.page.evaluate(inside)
    await window.page.keyboard.press("Escape")

    await expect(window.modal).to_have_count(0)
    await expect(window.composer).to_be_focused()


async def test_a_field_that_dispatches_tells_the_app_on_enter(bolt: Bolt, windows: Windows) -> None:
    typed = collect(bolt.app.action("query"))
    field = {"type": "plain_text_input", "action_id": "query"}
    window = await opened(bolt, windows, modal(entry("q", "Search", field, dispatch_action=True)))

    await window.action("query").fill("orders")
    await window.action("query").press("Enter")

    assert (await typed.next_action())["value"] == "orders"
    await expect(window.modal).to_be_visible()
