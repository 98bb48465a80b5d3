"""Blocks that frame others or stand for a thing: alerts, cards, carousels, containers, calls, plans, data tables."""

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck

from tests.browser.window import Windows
from tests.playground.apps import ANA, RANDOM, Bolt, button, modal, plain, section
from tests.support.playground import Json, Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def card(title: str, *elements: Json) -> Json:
    body: Json = {"type": "card", "title": mrkdwn(title), "body": mrkdwn("Serving *v42*")}
    return {**body, "actions": list(elements)} if elements else body


async def test_a_button_of_a_card_in_a_carousel_reaches_the_app(bolt: Bolt, windows: Windows) -> None:
    clicked: list[str] = []

    @bolt.app.action("pick")
    async def pick(ack: AsyncAck, action: Json) -> None:
        clicked.append(action["value"])
        await ack()

    await bolt.connect()
    cards = [card(f"Replica {n}", button("pick", f"Pick {n}", value=str(n))) for n in range(3)]
    await bolt.client.chat_postMessage(channel=RANDOM, text="x", blocks=[{"type": "carousel", "elements": cards}])
    window = await windows.open()

    await window.page.get_by_role("button", name="Pick 2").click()

    await expect(window.message("Replica 0")).to_contain_text("Serving v42")
    await expect(window.page.locator(".button.busy")).to_have_count(0)
    assert clicked == ["2"]


async def test_a_container_folds_and_unfolds(bolt: Bolt, windows: Windows) -> None:
    folded = {
        "type": "container", "title": mrkdwn("*Details*"), "is_collapsible": True, "default_collapsed": True,
        "child_blocks": [section("the inner words")],
    }  # fmt: skip
    await bolt.client.chat_postMessage(channel=RANDOM, text="x", blocks=[folded])
    window = await windows.open()
    inner = window.page.get_by_text("the inner words")

    await expect(inner).to_have_count(0)
    await window.page.get_by_role("button", name="Details").click()
    await expect(inner).to_be_visible()


async def test_a_call_shows_its_title_and_the_way_in(bolt: Bolt, windows: Windows) -> None:
    added = await bolt.client.calls_add(
        external_unique_id="1", join_url="https://meet.example.com/inc-1", title="Bridge of INC-1", created_by=ANA
    )
    block = {"type": "call", "call_id": added["call"]["id"]}
    await bolt.client.chat_postMessage(channel=RANDOM, text="x", blocks=[block])
    window = await windows.open()

    message = window.message("Bridge of INC-1")
    await expect(message.get_by_role("link", name="Join")).to_have_attribute("href", "https://meet.example.com/inc-1")


async def test_plans_and_data_tables_are_drawn(bolt: Bolt, slack: Playground, windows: Windows) -> None:
    tasks = [
        {"task_id": "1", "title": "Drain replica 1", "status": "complete"},
        {"task_id": "2", "title": "Restart replica 1", "status": "in_progress"},
    ]
    cells = [[{"type": "raw_text", "text": word} for word in row] for row in (("Replica", "State"), ("1", "ready"))]
    await bolt.client.chat_postMessage(
        channel=RANDOM,
        text="x",
        blocks=[
            {"type": "plan", "title": "Rolling restart", "tasks": tasks},
            {"type": "data_table", "caption": "All replicas", "rows": cells},
        ],
    )
    window = await windows.open()
    message = window.message("Rolling restart")

    await expect(message).to_contain_text("Restart replica 1 under way")
    await expect(message.get_by_role("table", name="All replicas")).to_contain_text("ready")
    assert "- Drain replica 1 (complete)" in (await slack.message_with("random", "Rolling"))["plain"]


async def test_an_alert_in_a_modal_says_its_words(bolt: Bolt, windows: Windows) -> None:
    alert = {"type": "alert", "level": "warning", "text": plain("This cannot be undone.")}

    @bolt.app.command("/slo")
    async def show(ack: AsyncAck, body: Json) -> None:
        await ack()
        await bolt.client.views_open(trigger_id=body["trigger_id"], view=modal(alert))

    await bolt.connect()
    window = await windows.open()
    await window.write("/slo x")

    await expect(window.modal.get_by_role("note")).to_have_text("This cannot be undone.")


async def test_feedback_buttons_tell_which_was_pressed(bolt: Bolt, windows: Windows) -> None:
    pressed: list[str] = []

    @bolt.app.action("useful")
    async def keep(ack: AsyncAck, action: Json) -> None:
        pressed.append(action["value"])
        await ack()

    await bolt.connect()
    element = {
        "type": "feedback_buttons", "action_id": "useful",
        "positive_button": {"text": plain("Useful"), "value": "yes"},
        "negative_button": {"text": plain("Useless"), "value": "no"},
    }  # fmt: skip
    blocks = [section("A draft"), {"type": "context_actions", "elements": [element]}]
    await bolt.client.chat_postMessage(channel=RANDOM, text="x", blocks=blocks)
    window = await windows.open()

    async with window.page.expect_response("**/control/click"):
        await window.page.get_by_role("button", name="Useless").click()

    assert pressed == ["no"]
