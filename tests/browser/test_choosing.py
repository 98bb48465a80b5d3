"""Selects of every source, pickers, checkboxes and radio buttons in a message: chosen by eye, told to the app."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.listening import collect
from tests.browser.window import Windows
from tests.playground.apps import RANDOM, Bolt, actions, plain, section
from tests.support.playground import Json

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


_WITHOUT_PLACEHOLDER = ("checkboxes", "radio_buttons", "datetimepicker")


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


async def post(bolt: Bolt, element: Json) -> None:
    placeholder = {} if element["type"] in _WITHOUT_PLACEHOLDER else {"placeholder": plain("Choose…")}
    block = actions({"action_id": "choice", **placeholder, **element})
    await bolt.client.chat_postMessage(channel=RANDOM, text="card", blocks=[section("Card"), block])


async def test_a_static_select_is_searched_by_typing(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    groups = [
        {"label": plain("Hours"), "options": [option("1 hour"), option("4 hours")]},
        {"label": plain("Days"), "options": [option("1 day")]},
    ]
    await post(bolt, {"type": "static_select", "option_groups": groups})
    window = await windows.open()

    await window.action("choice").click()
    await expect(window.page.get_by_role("option")).to_have_count(3)
    await expect(window.page.locator(".option-group")).to_have_text(["Hours", "Days"])
    await window.page.get_by_role("combobox", name="Search options").fill("day")
    await expect(window.page.get_by_role("option")).to_have_count(1)
    await window.page.keyboard.press("Enter")

    assert (await choices.next_action())["selected_option"]["value"] == "1 day"
    await expect(window.action("choice")).to_have_text("1 day")


async def test_an_external_select_asks_the_app_once_enough_is_typed(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))

    @bolt.app.options("choice")
    async def offer(ack: Any, payload: Json) -> None:
        await ack(options=[option(f"{payload['value']}-api"), option(f"{payload['value']}-db")])

    await bolt.connect()
    await post(bolt, {"type": "external_select", "min_query_length": 2})
    window = await windows.open()

    await window.action("choice").click()
    await expect(window.page.get_by_role("status").filter(has_text="Type at least 2 characters")).to_be_visible()
    await window.page.get_by_role("combobox", name="Search options").fill("orders")
    await window.option("orders-db").click()

    assert (await choices.next_action())["selected_option"]["value"] == "orders-db"
    await expect(window.action("choice")).to_have_text("orders-db")


@pytest.mark.parametrize(
    ("kind", "words", "field", "value"),
    [
        ("users_select", "Ben Okafor", "selected_user", "U02BEN"),
        ("channels_select", "#incidents", "selected_channel", "C02INCIDENTS"),
        ("conversations_select", "#alerts", "selected_conversation", "C02ALERTS"),
    ],
)
async def test_people_and_channels_are_chosen_by_name(
    bolt: Bolt, windows: Windows, kind: str, words: str, field: str, value: str
) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    await post(bolt, {"type": kind})
    window = await windows.open()

    await window.pick("choice", words)

    assert (await choices.next_action())[field] == value
    await expect(window.action("choice")).to_have_text(words)


async def test_several_are_chosen_and_taken_away_again(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    element = {"type": "multi_static_select", "options": [option("one"), option("two"), option("three")]}
    block = {**section("Card"), "accessory": {"action_id": "choice", "placeholder": plain("Some"), **element}}
    await bolt.client.chat_postMessage(channel=RANDOM, text="card", blocks=[block])
    window = await windows.open()

    await window.pick("choice", "one")
    assert [chosen["value"] for chosen in (await choices.next_action())["selected_options"]] == ["one"]
    await window.option("three").click()
    assert [chosen["value"] for chosen in (await choices.next_action())["selected_options"]] == ["one", "three"]
    await window.page.keyboard.press("Escape")
    await window.page.get_by_role("button", name="Remove one").click()
    assert [chosen["value"] for chosen in (await choices.next_action())["selected_options"]] == ["three"]


async def test_checkboxes_and_radio_buttons(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    options = [{**option("Status page"), "description": plain("customers read this")}, option("Email")]
    await post(bolt, {"type": "checkboxes", "options": options, "initial_options": [options[0]]})
    window = await windows.open()

    await expect(window.page.get_by_role("checkbox", name="Status page")).to_be_checked()
    await window.page.get_by_role("checkbox", name="Email").check()
    values = [chosen["value"] for chosen in (await choices.next_action())["selected_options"]]
    assert values == ["status page", "email"]

    await post(bolt, {"type": "radio_buttons", "options": [option("SEV1"), option("SEV2")]})
    await window.page.get_by_role("radio", name="SEV2").check()
    assert (await choices.next_action())["selected_option"]["value"] == "sev2"


async def test_a_day_is_picked_from_a_calendar_with_the_arrow_keys(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    await post(bolt, {"type": "datepicker", "initial_date": "2026-11-28"})
    window = await windows.open()
    await expect(window.action("choice")).to_have_text("28 November 2026")

    await window.action("choice").click()
    await expect(window.page.locator("[data-day='2026-11-28']")).to_be_focused()
    await window.page.keyboard.press("ArrowDown")
    await expect(window.page.get_by_text("December 2026", exact=True)).to_be_visible()
    await window.page.keyboard.press("Enter")

    assert (await choices.next_action())["selected_date"] == "2026-12-05"
    await expect(window.action("choice")).to_have_text("5 December 2026")


async def test_a_time_is_picked_from_the_list_or_typed_exactly(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    await post(bolt, {"type": "timepicker", "initial_time": "09:00"})
    window = await windows.open()

    await window.pick("choice", "14:30")
    assert (await choices.next_action())["selected_time"] == "14:30"
    await window.action("choice").click()
    await window.page.get_by_label("Exact time").fill("02:14")
    await window.page.get_by_role("button", name="Set", exact=True).click()
    assert (await choices.next_action())["selected_time"] == "02:14"


async def test_a_moment_is_picked_as_day_and_time_of_the_viewer(bolt: Bolt, windows: Windows) -> None:
    choices = collect(bolt.app.action("choice"))
    await bolt.connect()
    await post(bolt, {"type": "datetimepicker", "initial_date_time": 1795226520})
    window = await windows.open()
    await expect(window.action("choice")).to_contain_text("21 November 2026")
    await expect(window.action("choice")).to_contain_text("03:02")

    await window.page.get_by_test_id("action-choice-time").click()
    await window.option("04:00").click()

    assert (await choices.next_action())["selected_date_time"] == 1795226520 + 58 * 60
