"""Commands, clicks, choices and shortcuts, as a Bolt app receives them."""

import asyncio
from collections.abc import Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, Bolt, actions, button, modal, plain, section
from tests.support.playground import Json, Playground


def collect(bolt: Bolt, register: Callable[[Any], Any]) -> "asyncio.Queue[Json]":
    """Acknowledge what `register` listens for, and keep the bodies."""
    bodies: asyncio.Queue[Json] = asyncio.Queue()

    async def listener(ack: Any, body: Json) -> None:
        await ack()
        await bodies.put(body)

    register(listener)
    return bodies


async def next_body(bodies: "asyncio.Queue[Json]") -> Json:
    return await asyncio.wait_for(bodies.get(), 5)


async def test_a_command_arrives_with_all_its_fields(bolt: Bolt, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.command("/slo"))
    await bolt.connect()

    seen = await slack.command("ana", "alerts", "/slo", "status checkout", wait=0)

    body = await next_body(bodies)
    expected = {
        "command": "/slo",
        "text": "status checkout",
        "user_id": ANA,
        "user_name": "ana",
        "channel_id": ALERTS,
        "channel_name": "alerts",
        "team_id": "T02QD",
        "team_domain": "playground",
        "api_app_id": "A02QD",
        "is_enterprise_install": "false",
    }
    assert {key: body[key] for key in expected} == expected
    assert body["response_url"].startswith(slack.url)
    assert body["trigger_id"]
    assert (seen.ok, seen.acked) == (True, True)
    assert seen.ack_ms is not None
    assert seen.text == "", "an empty ack shows nothing"


async def test_the_words_of_an_ack_are_seen_by_the_person_alone(bolt: Bolt, slack: Playground) -> None:
    @bolt.app.command("/slo")
    async def slo(ack: Any) -> None:
        await ack("79 % left")

    await bolt.connect()
    seen = await slack.command("ana", "alerts", "/slo")

    assert [message["plain"] for message in seen.ephemerals] == ["79 % left"]
    assert await slack.ephemerals("ben") == []
    assert await slack.messages("alerts") == []


async def test_an_ack_may_speak_to_the_channel(bolt: Bolt, slack: Playground) -> None:
    @bolt.app.command("/slo")
    async def slo(ack: Any) -> None:
        await ack(text="for all", response_type="in_channel")

    await bolt.connect()
    seen = await slack.command("ana", "alerts", "/slo")

    assert [message["plain"] for message in seen.messages] == ["for all"]
    assert len(await slack.messages("alerts")) == 1


async def test_illegal_blocks_in_an_ack_are_refused(bolt: Bolt, slack: Playground) -> None:
    @bolt.app.command("/slo")
    async def slo(ack: Any) -> None:
        await ack(text="x", blocks=[section("")])

    await bolt.connect()
    seen = await slack.command("ana", "alerts", "/slo")

    assert seen.toasts == ["/slo failed with the error “invalid_blocks”."]
    assert (await slack.violations())[0]["where"] == "ack of /slo"


async def test_commands_are_not_for_threads(slack: Playground) -> None:
    parent = await slack.message("ana", "alerts", "parent")
    seen = await slack.act("command", "ana", channel="alerts", command="/slo", thread_ts=parent.ts)

    assert seen.error == "not_in_threads"


async def test_a_person_must_be_there_to_use_a_command(bolt: Bolt, slack: Playground) -> None:
    await bolt.connect()
    await slack.act("leave", "ana", channel="random", wait=0)

    assert (await slack.command("ana", "random", "/slo")).error == "not_in_channel"


async def card(client: AsyncWebClient, slack: Playground, *blocks: Json) -> Json:
    await client.chat_postMessage(channel=ALERTS, text="card", blocks=list(blocks))
    return (await slack.messages("alerts"))[-1]


async def test_a_click_on_a_message_tells_where_and_what(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("acknowledge"))
    await bolt.connect()
    message = await card(client, slack, actions(button("acknowledge", "Acknowledge", value="A-7", style="primary")))

    await slack.click("ana", message=message, text="Acknowledge", wait=0)

    body = await next_body(bodies)
    assert body["container"] == {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": ALERTS,
        "is_ephemeral": False,
    }
    assert body["message"]["ts"] == message["ts"]
    assert body["channel"] == {"id": ALERTS, "name": "alerts"}
    assert body["user"] == {"id": ANA, "username": "ana", "name": "ana", "team_id": "T02QD"}
    (action,) = body["actions"]
    assert (action["type"], action["action_id"], action["value"]) == ("button", "acknowledge", "A-7")
    assert (action["block_id"], action["style"], action["text"]["text"]) == ("actions", "primary", "Acknowledge")


async def test_a_click_on_an_ephemeral_does_not_send_it_back(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    bodies = collect(bolt, bolt.app.action("join"))
    await bolt.connect()
    await client.chat_postEphemeral(channel=ALERTS, user=ANA, text="x", blocks=[actions(button("join", "Join INC-41"))])
    (ephemeral,) = await slack.ephemerals("ana")

    await slack.click("ana", message=ephemeral, action_id="join", wait=0)

    body = await next_body(bodies)
    assert body["container"]["is_ephemeral"] is True
    assert "message" not in body


async def test_a_refused_confirmation_sends_nothing(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("rollback"))
    await bolt.connect()
    confirm = {"title": plain("Sure?"), "text": plain("v42 to v41"), "confirm": plain("Yes"), "deny": plain("No")}
    message = await card(client, slack, actions(button("rollback", "Roll back", confirm=confirm)))

    refused = await slack.click("ana", message=message, text="Roll back", confirm=False, wait=0)
    await slack.click("ana", message=message, text="Roll back", wait=0)

    assert refused.acked is None
    assert (await next_body(bodies))["actions"][0]["confirm"]["title"]["text"] == "Sure?"
    assert bodies.empty()


async def test_a_link_button_opens_its_link_and_still_tells_the_app(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    bodies = collect(bolt, bolt.app.action("open"))
    await bolt.connect()
    message = await card(client, slack, actions(button("open", "Dashboard", url="https://grafana.example.com")))

    seen = await slack.click("ana", message=message, text="Dashboard", wait=0)

    assert seen.answer["opened"] == "https://grafana.example.com"
    assert (await next_body(bodies))["actions"][0]["action_id"] == "open"


async def test_a_click_in_an_attachment_names_it(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("press"))
    await bolt.connect()
    attachment = {"color": "#ff0000", "fallback": "f", "blocks": [actions(button("press", "Press"))]}
    await client.chat_postMessage(channel=ALERTS, text="x", attachments=[attachment])
    (message,) = await slack.messages("alerts")

    await slack.click("ana", message=message, text="Press", wait=0)

    container = (await next_body(bodies))["container"]
    assert (container["type"], container["attachment_id"]) == ("message_attachment", 1)


async def test_an_overflow_menu_sends_its_option(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("more"))
    await bolt.connect()
    options = [{"text": plain("Silence 1 h"), "value": "silence"}, {"text": plain("History"), "value": "history"}]
    row = {**section("row"), "accessory": {"type": "overflow", "action_id": "more", "options": options}}
    message = await card(client, slack, row)

    await slack.click("ana", message=message, text="History", wait=0)
    await slack.click("ana", message=message, action_id="more", value="silence", wait=0)

    chosen = [(await next_body(bodies))["actions"][0]["selected_option"]["value"] for _ in range(2)]
    assert chosen == ["history", "silence"]


async def test_a_choice_in_a_message_carries_its_state(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("severity"))
    pressed = collect(bolt, bolt.app.action("save"))
    await bolt.connect()
    options = [{"text": plain(word), "value": word} for word in ("sev1", "sev2")]
    select = {"type": "static_select", "action_id": "severity", "options": options}
    message = await card(client, slack, actions(select, button("save", "Save")))

    await slack.select("ana", "sev2", message=message, action_id="severity", wait=0)
    await slack.click("ana", message=message, text="Save", wait=0)

    assert (await next_body(bodies))["actions"][0]["selected_option"]["value"] == "sev2"
    state = (await next_body(pressed))["state"]["values"]
    assert state["actions"]["severity"]["selected_option"]["value"] == "sev2"


async def test_input_blocks_speak_only_when_asked_to(bolt: Bolt, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("quiet"))
    loud = collect(bolt, bolt.app.action("loud"))
    options = [{"text": plain(word), "value": word} for word in ("a", "b")]

    def field(block_id: str, **more: object) -> Json:
        element = {"type": "static_select", "action_id": block_id, "options": options}
        return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, **more}

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = modal(field("quiet"), field("loud", dispatch_action=True))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")
    silent = await slack.select("ana", "b", label="quiet", wait=0)
    await slack.select("ana", "b", label="loud", wait=0)

    body = await next_body(loud)
    assert silent.acked is None
    assert bodies.empty()
    assert body["container"]["type"] == "view"
    assert body["view"]["state"]["values"]["quiet"]["quiet"]["selected_option"]["value"] == "b"


async def test_typing_dispatches_on_enter_or_on_each_character(bolt: Bolt, slack: Playground) -> None:
    bodies = collect(bolt, bolt.app.action("q"))

    def field(block_id: str, *moments: str) -> Json:
        config = {"dispatch_action_config": {"trigger_actions_on": list(moments)}} if moments else {}
        element = {"type": "plain_text_input", "action_id": "q", **config}
        label = plain(block_id)
        return {"type": "input", "block_id": block_id, "label": label, "element": element, "dispatch_action": True}

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        view = modal(field("enter"), field("each", "on_character_entered"))
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")
    quiet = await slack.type("ana", "ab", label="enter")
    entered = await slack.type("ana", "abc", label="enter", enter=True)
    each = await slack.type("ana", "x", label="each")

    assert (quiet.acked, entered.acked, each.acked) == (None, True, True)
    assert [(await next_body(bodies))["actions"][0]["value"] for _ in range(2)] == ["abc", "x"]


async def test_rich_text_may_be_typed_or_given(bolt: Bolt, slack: Playground) -> None:
    received: asyncio.Queue[Json] = asyncio.Queue()
    element = {"type": "rich_text_input", "action_id": "n"}
    field = {"type": "input", "block_id": "n", "label": plain("Note"), "element": element}

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(field))

    @bolt.app.view("declare")
    async def submitted(ack: Any, view: Json) -> None:
        await ack()
        await received.put(view["state"]["values"]["n"]["n"]["rich_text_value"])

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")
    await slack.submit("ana", {"Note": "see *this*"})

    (part,) = (await next_body(received))["elements"]
    assert part["elements"] == [
        {"type": "text", "text": "see "},
        {"type": "text", "text": "this", "style": {"bold": True}},
    ]


async def test_shortcuts_global_and_on_messages(bolt: Bolt, slack: Playground) -> None:
    opened = collect(bolt, bolt.app.global_shortcut("declare"))
    noted = collect(bolt, bolt.app.message_shortcut("to_timeline"))
    await bolt.connect()
    written = await slack.message("ana", "alerts", "we saw it first at 02:01")

    await slack.shortcut("ana", "declare", wait=0)
    await slack.shortcut("ben", "to_timeline", message={"channel": ALERTS, "ts": written.ts}, wait=0)

    first, second = await next_body(opened), await next_body(noted)
    assert (first["type"], first["callback_id"]) == ("shortcut", "declare")
    assert "channel" not in first
    assert "response_url" not in first
    assert second["type"] == "message_action"
    assert second["message"]["text"] == "we saw it first at 02:01"
    assert (second["message_ts"], second["user"]["id"]) == (written.ts, "U02BEN")


async def test_a_click_on_the_home_tab_comes_from_its_view(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    bodies = collect(bolt, bolt.app.action("refresh"))
    await bolt.connect()
    home = {"type": "home", "blocks": [actions(button("refresh", "Refresh"))], "callback_id": "home"}
    await client.views_publish(user_id=ANA, view=home)

    await slack.click("ana", home=True, text="Refresh", wait=0)

    body = await next_body(bodies)
    assert body["container"]["type"] == "view"
    assert (body["view"]["type"], body["hash"]) == ("home", body["view"]["hash"])
    assert "response_url" not in body


async def test_nobody_can_click_what_is_not_there(client: AsyncWebClient, slack: Playground) -> None:
    message = await card(client, slack, actions(button("a", "Same"), button("b", "Same")))

    missing = await slack.click("ana", message=message, text="Other")
    unclear = await slack.click("ana", message=message, text="Same")

    assert (missing.ok, missing.error) == (False, "no_such_element")
    assert "a “Same”; b “Same”" in missing.text
    assert unclear.error == "ambiguous_element"


async def test_a_late_answer_is_an_error_the_person_sees(bolt: Bolt, slack: Playground) -> None:
    """No listener matches, so Bolt never acknowledges."""
    await bolt.connect()

    seen = await slack.command("ana", "alerts", "/unheard")

    assert (seen.ok, seen.acked, seen.error) == (False, False, "no_ack")
    assert seen.toasts == ["/unheard failed because the app did not respond."]


async def test_without_a_connection_commands_and_clicks_fail_at_once(client: AsyncWebClient, slack: Playground) -> None:
    message = await card(client, slack, actions(button("a", "Press")))

    command = await slack.command("ana", "alerts", "/slo")
    click = await slack.click("ana", message=message, text="Press")

    assert (command.error, click.error) == ("not_connected", "not_connected")
    assert "dispatch_failed" in command.text
