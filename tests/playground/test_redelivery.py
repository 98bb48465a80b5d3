"""Events: which ones are sent, how they look, and how they are delivered again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, BOT, RANDOM, Bolt, actions, button, section
from tests.playground.sockets import Socket
from tests.support.playground import Json, Playground


@pytest.fixture
async def socket(slack: Playground) -> AsyncIterator[Socket]:
    async with Socket(slack) as connection:
        yield connection


async def next_event(socket: Socket, kind: str, subtype: str | None = None) -> Json:
    """The next event of this type, acknowledging all on the way."""
    while True:
        envelope = await socket.frame()
        await socket.ack(envelope)
        event = envelope["payload"]["event"]
        if event["type"] == kind and (subtype is None or event.get("subtype") == subtype):
            return dict(event)


async def test_the_outer_event(slack: Playground, socket: Socket) -> None:
    await slack.message("ana", "alerts", "hello")
    envelope = await socket.frame()
    await socket.ack(envelope)

    outer = envelope["payload"]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("events_api", False)
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")
    assert (outer["type"], outer["api_app_id"], outer["team_id"]) == ("event_callback", "A02QD", "T02QD")
    assert outer["authorizations"][0]["user_id"] == BOT
    assert outer["event_id"].startswith("Ev")
    event = outer["event"]
    assert (event["type"], event["user"], event["channel"], event["channel_type"]) == (
        "message",
        ANA,
        ALERTS,
        "channel",
    )
    assert event["blocks"][0]["elements"][0]["elements"] == [{"type": "text", "text": "hello"}]
    assert event["client_msg_id"]
    assert event["event_ts"] == event["ts"]


async def test_an_event_without_ack_comes_again_at_once_after_a_minute_and_after_five() -> None:
    async with Playground(options=("--ack-timeout", "0.2")) as slack, Socket(slack) as socket:
        await slack.message("ana", "alerts", "again and again")
        attempts = [await socket.frame()]
        attempts.append(await socket.frame())
        assert await socket.silent(0.4)
        await slack.advance(60)
        attempts.append(await socket.frame())
        assert await socket.silent(0.4)
        await slack.advance(300)
        attempts.append(await socket.frame())
        assert await socket.silent(0.4)
        await slack.advance(10_000)
        assert await socket.silent(), "the fourth attempt was the last"

    assert [attempt["retry_attempt"] for attempt in attempts] == [0, 1, 2, 3]
    assert [attempt["retry_reason"] for attempt in attempts] == ["", "timeout", "timeout", "timeout"]
    assert len({attempt["payload"]["event_id"] for attempt in attempts}) == 1
    assert len({attempt["envelope_id"] for attempt in attempts}) == 4


async def test_events_wait_while_nobody_is_connected(slack: Playground) -> None:
    await slack.message("ana", "alerts", "anyone there?")

    async with Socket(slack) as late:
        assert await late.silent()
        await slack.advance(60)
        envelope = await late.frame()
        await late.ack(envelope)

    assert envelope["retry_attempt"] == 2
    assert envelope["payload"]["event"]["text"] == "anyone there?"


async def test_an_acknowledged_event_is_not_sent_again(slack: Playground, socket: Socket) -> None:
    await slack.message("ana", "alerts", "once")
    await socket.ack(await socket.frame())
    await slack.advance(1000)

    assert await socket.silent()


async def test_a_dropped_ack_means_redelivery(slack: Playground, socket: Socket) -> None:
    await slack.fault("drop_ack")
    await slack.message("ana", "alerts", "x")
    first = await socket.frame()
    await socket.ack(first)
    second = await socket.frame()
    await socket.ack(second)

    assert second["retry_attempt"] == 1
    assert second["payload"]["event_id"] == first["payload"]["event_id"]


async def test_a_duplicate_event_has_the_same_id_in_another_envelope(slack: Playground, socket: Socket) -> None:
    await slack.fault("duplicate_event")
    await slack.message("ana", "alerts", "x")
    envelopes = [await socket.frame(), await socket.frame()]
    for envelope in envelopes:
        await socket.ack(envelope)

    assert len({envelope["payload"]["event_id"] for envelope in envelopes}) == 1
    assert len({envelope["envelope_id"] for envelope in envelopes}) == 2


async def test_a_duplicate_envelope_is_the_very_same(slack: Playground, socket: Socket) -> None:
    await slack.fault("duplicate_envelope")
    command = asyncio.create_task(slack.command("ana", "alerts", "/n", wait=0))
    first, second = await socket.frame(), await socket.frame()
    await socket.ack(first)

    assert first == second
    assert (await command).acked


async def test_reordered_events_arrive_backwards(slack: Playground, socket: Socket) -> None:
    await slack.fault("reorder_events", times=2)
    for text in ("first", "second"):
        await slack.message("ana", "alerts", text)
    texts = []
    for _ in range(2):
        envelope = await socket.frame()
        await socket.ack(envelope)
        texts.append(envelope["payload"]["event"]["text"])

    assert texts == ["second", "first"]


async def test_the_bots_own_messages_are_events_too_and_bolt_ignores_them(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @bolt.app.event("message")
    async def message(event: Json) -> None:
        await heard.put(event["text"])

    await bolt.connect()
    await client.chat_postMessage(channel=ALERTS, text="from the bot")
    await slack.message("ana", "alerts", "from ana")

    assert await asyncio.wait_for(heard.get(), 5) == "from ana"
    own = [entry["detail"]["event"] for entry in await slack.look("events")]
    assert [event["text"] for event in own if event.get("bot_id")] == ["from the bot"]


async def test_only_channels_with_the_bot_are_told(slack: Playground, socket: Socket) -> None:
    await slack.message("ana", "random", "unheard")
    await slack.message("ana", "alerts", "heard")

    assert (await next_event(socket, "message"))["text"] == "heard"


async def test_a_mention_is_an_event_of_its_own(slack: Playground, socket: Socket) -> None:
    await slack.message("ana", "alerts", "@quarterdeck status?")

    mention = await next_event(socket, "app_mention")

    assert mention["text"] == f"<@{BOT}> status?"
    assert mention["user"] == ANA


async def test_edits_and_deletions_tell_before_and_after(
    client: AsyncWebClient, slack: Playground, socket: Socket
) -> None:
    written = await slack.message("ana", "alerts", "before")
    await slack.act("edit", "ana", channel=ALERTS, ts=written.ts, text="after", wait=0)
    changed = await next_event(socket, "message", "message_changed")
    await slack.act("delete", "ana", channel=ALERTS, ts=written.ts, wait=0)
    deleted = await next_event(socket, "message", "message_deleted")

    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("before", "after")
    assert changed["message"]["edited"]["user"] == ANA
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (written.ts, "after")
    assert changed["hidden"] is True


async def test_reactions_and_pins_are_events(slack: Playground, socket: Socket) -> None:
    written = await slack.message("ana", "alerts", "look")
    place = {"channel": ALERTS, "ts": written.ts}
    await slack.react("ben", place, "eyes")
    added = await next_event(socket, "reaction_added")
    await slack.react("ben", place, "eyes", remove=True)
    await next_event(socket, "reaction_removed")
    await slack.pin("ben", place)
    pinned = await next_event(socket, "pin_added")
    await slack.pin("ben", place, remove=True)
    await next_event(socket, "pin_removed")

    assert (added["reaction"], added["user"], added["item"]["ts"], added["item_user"]) == (
        "eyes",
        "U02BEN",
        written.ts,
        ANA,
    )
    assert (pinned["channel_id"], pinned["item"]["message"]["text"], pinned["pin_count"]) == (ALERTS, "look", "1")


async def test_the_life_of_a_channel_in_events(client: AsyncWebClient, slack: Playground, socket: Socket) -> None:
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    created = await next_event(socket, "channel_created")
    await client.conversations_invite(channel=channel, users=[ANA])
    while (joined := await next_event(socket, "member_joined_channel"))["user"] != ANA:
        pass
    await client.conversations_rename(channel=channel, name="inc-1-done")
    renamed = await next_event(socket, "channel_rename")
    await client.conversations_kick(channel=channel, user=ANA)
    left = await next_event(socket, "member_left_channel")
    await client.conversations_archive(channel=channel)
    archived = await next_event(socket, "channel_archive")

    assert created["channel"]["name"] == "inc-1"
    assert (joined["inviter"], joined["channel_type"]) == (BOT, "C")
    assert renamed["channel"]["name"] == "inc-1-done"
    assert left["user"] == ANA
    assert (archived["channel"], archived["user"]) == (channel, BOT)


async def test_opening_the_home_tab_is_an_event(client: AsyncWebClient, slack: Playground, socket: Socket) -> None:
    await slack.home("ana", wait=0)
    first = await next_event(socket, "app_home_opened")
    await client.views_publish(user_id=ANA, view={"type": "home", "blocks": [section("hi")]})
    await slack.home("ana", wait=0)
    second = await next_event(socket, "app_home_opened")

    assert (first["tab"], first["channel"]) == ("home", "D02ANA")
    assert "view" not in first
    assert second["view"]["type"] == "home"


async def test_a_direct_message_to_the_bot(slack: Playground, socket: Socket) -> None:
    opened = await slack.act("dm", "ana", wait=0, **{"with": "quarterdeck"})
    await slack.message("ana", opened.answer["channel"], "help")

    event = await next_event(socket, "message")
    assert (event["channel_type"], event["text"]) == ("im", "help")


async def test_bolt_sees_the_retry_headers(bolt: Bolt, slack: Playground) -> None:
    seen: asyncio.Queue[list[str]] = asyncio.Queue()

    @bolt.app.event("message")
    async def message(request: Any) -> None:
        await seen.put(request.headers["x-slack-retry-num"])

    await slack.message("ana", "alerts", "sent before the app was there")
    await bolt.connect()
    await slack.advance(60)

    assert (await asyncio.wait_for(seen.get(), 5))[0] == "2"


async def test_a_threaded_reply_and_a_broadcast(client: AsyncWebClient, slack: Playground, socket: Socket) -> None:
    blocks = [actions(button("a", "A"))]
    parent = (await client.chat_postMessage(channel=ALERTS, text="parent", blocks=blocks))["ts"]
    await client.chat_postMessage(channel=ALERTS, text="loud", thread_ts=parent, reply_broadcast=True)

    event = await next_event(socket, "message", "thread_broadcast")

    assert (event["thread_ts"], event["text"]) == (parent, "loud")


async def test_leaving_a_channel_ends_its_events(client: AsyncWebClient, slack: Playground, socket: Socket) -> None:
    await client.conversations_join(channel=RANDOM)
    await slack.message("ana", "random", "one")
    await client.conversations_leave(channel=RANDOM)
    await slack.message("ana", "random", "two")
    await slack.message("ana", "alerts", "end")

    texts = []
    while "end" not in texts:
        event = await next_event(socket, "message")
        texts.append(event["text"])
    assert "one" in texts
    assert "two" not in texts
