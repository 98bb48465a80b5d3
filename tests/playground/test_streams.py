"""Messages that an app writes bit by bit, through the SDK's own streamer and call by call."""

from slack_sdk.models.messages.chunk import MarkdownTextChunk, PlanUpdateChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from playground.operations.streams import STREAM_SECONDS
from tests.playground.apps import ALERTS, ANA, Bolt, error_of, section, user_client
from tests.support.playground import Json, Playground

TEAM = "T02PLAYGROUND"


async def asked(slack: Playground) -> tuple[str, str]:
    """Channel and ts of what a person asked in a direct message."""
    opened = await slack.act("dm", "ana", **{"with": "quarterdeck"}, wait=0)
    written = await slack.act("message", "ana", channel=opened.answer["channel"], text="what broke?", wait=0)
    return str(opened.answer["channel"]), written.ts


async def shown(slack: Playground, place: tuple[str, str]) -> Json:
    """The newest reply."""
    return (await slack.messages(place[0], thread=place[1]))[-1]


async def test_the_sdks_streamer_writes_one_message(slack: Playground, client: AsyncWebClient) -> None:
    channel, ts = await asked(slack)
    streamer = await client.chat_stream(channel=channel, thread_ts=ts, buffer_size=4)
    await streamer.append(markdown_text="**Checkout** ")
    await streamer.append(markdown_text="broke with v42.")
    meanwhile = await shown(slack, (channel, ts))
    await streamer.stop(blocks=[section("Was this of use?")], metadata={"event_type": "answer", "event_payload": {}})
    ended = await shown(slack, (channel, ts))

    assert (meanwhile["text"], meanwhile["streaming_state"]) == ("**Checkout** broke with v42.", "in_progress")
    assert [block["type"] for block in ended["blocks"]] == ["markdown", "section"]
    assert (ended["ts"], ended["streaming_state"]) == (meanwhile["ts"], "completed")
    assert "edited" not in ended
    assert ended["metadata"]["event_type"] == "answer"


async def test_tasks_keep_their_place_and_change_in_it(slack: Playground, client: AsyncWebClient) -> None:
    channel, ts = await asked(slack)
    begun = await client.chat_startStream(
        channel=channel, thread_ts=ts, task_display_mode="plan",
        chunks=[
            PlanUpdateChunk(title="Looking"),
            TaskUpdateChunk(id="1", title="Read the metrics", status="in_progress"),
            TaskUpdateChunk(id="2", title="Read the releases", status="pending"),
        ],
    )  # fmt: skip
    await client.chat_appendStream(
        channel=channel, ts=str(begun["ts"]),
        chunks=[
            TaskUpdateChunk(id="1", title="Read the metrics", status="complete", output="31 % errors"),
            MarkdownTextChunk(text="v42 it is."),
        ],
    )  # fmt: skip
    plan, words = (await shown(slack, (channel, ts)))["blocks"]

    assert plan["title"] == "Looking"
    assert [(task["task_id"], task["status"]) for task in plan["tasks"]] == [("1", "complete"), ("2", "pending")]
    assert "31 % errors" in str(plan["tasks"][0]["output"])
    assert words["text"] == "v42 it is."


async def test_a_timeline_shows_tasks_one_by_one(slack: Playground, client: AsyncWebClient) -> None:
    channel, ts = await asked(slack)
    task = TaskUpdateChunk(id="1", title="Read the metrics", status="pending")
    await client.chat_startStream(channel=channel, thread_ts=ts, chunks=[task])

    assert [block["type"] for block in (await shown(slack, (channel, ts)))["blocks"]] == ["task_card"]


async def test_in_a_channel_it_must_be_said_for_whom(slack: Playground, client: AsyncWebClient) -> None:
    await client.conversations_join(channel=ALERTS)
    written = await slack.message("ana", "alerts", "what broke?")
    place: Json = {"channel": ALERTS, "thread_ts": written.ts}

    assert await error_of(client.chat_startStream(**place)) == "missing_recipient_user_id"
    assert await error_of(client.chat_startStream(**place, recipient_user_id=ANA)) == "missing_recipient_team_id"
    assert (await client.chat_startStream(**place, recipient_user_id=ANA, recipient_team_id=TEAM))["ok"]


async def test_what_a_stream_does_not_take(slack: Playground, client: AsyncWebClient) -> None:
    channel, ts = await asked(slack)
    begin = client.chat_startStream
    task = TaskUpdateChunk(id="1", title="x", status="pending")
    assert await error_of(begin(channel=channel, thread_ts="1.0")) == "invalid_thread_ts"
    assert await error_of(begin(channel=channel, thread_ts=ts, task_display_mode="tree")) == "invalid_arguments"
    both = await error_of(begin(channel=channel, thread_ts=ts, markdown_text="a", chunks=[task]))
    assert both == "cannot_provide_both_markdown_text_and_chunks"
    for wrong in ({"type": "song"}, {"type": "task_update", "id": "1", "title": "x", "status": "lost"}, {"text": "x"}):
        given = {"channel": channel, "thread_ts": ts, "chunks": [wrong]}
        assert await error_of(client.api_call("chat.startStream", json=given)) == "invalid_chunks"

    text = {"channel": channel, "ts": str((await begin(channel=channel, thread_ts=ts, markdown_text="a"))["ts"])}
    assert await error_of(client.chat_appendStream(**text, chunks=[task])) == "streaming_mode_mismatch"
    assert await error_of(client.chat_appendStream(**text, markdown_text="x" * 12_001)) == "msg_too_long"
    assert await error_of(client.chat_appendStream(**text)) == "no_text"
    assert await error_of(client.chat_update(**text, text="b")) == "streaming_state_conflict"


async def test_a_stream_ends_once_and_belongs_to_its_app(slack: Playground, client: AsyncWebClient) -> None:
    channel, ts = await asked(slack)
    written = {"channel": channel, "ts": str((await client.chat_startStream(channel=channel, thread_ts=ts))["ts"])}
    assert await error_of(user_client(slack, ANA).chat_stopStream(**written)) == "message_not_owned_by_app"
    await client.chat_stopStream(**written, markdown_text="done")

    assert await error_of(client.chat_appendStream(**written, markdown_text="x")) == "message_not_in_streaming_state"
    assert await error_of(client.chat_stopStream(**written)) == "message_not_in_streaming_state"
    assert (await client.chat_update(**written, text="b"))["ok"]


async def test_a_stream_that_nobody_stops_ends_by_itself(slack: Playground, client: AsyncWebClient) -> None:
    channel, ts = await asked(slack)
    begun = await client.chat_startStream(channel=channel, thread_ts=ts, markdown_text="half")
    await slack.advance(STREAM_SECONDS + 1)
    await slack.eventually(lambda: shown(slack, (channel, ts)), lambda found: found["streaming_state"] == "completed")

    late = client.chat_appendStream(channel=channel, ts=str(begun["ts"]), markdown_text="x")
    assert await error_of(late) == "message_not_in_streaming_state"


async def test_the_app_hears_of_the_end_only(slack: Playground, bolt: Bolt) -> None:
    changes: list[Json] = []

    @bolt.app.event({"type": "message", "subtype": "message_changed"})
    async def changed(event: Json) -> None:
        changes.append(event["message"])

    await bolt.connect()
    channel, ts = await asked(slack)
    begun = await bolt.client.chat_startStream(channel=channel, thread_ts=ts, markdown_text="a")
    await bolt.client.chat_appendStream(channel=channel, ts=str(begun["ts"]), markdown_text="b")
    await bolt.client.chat_stopStream(channel=channel, ts=str(begun["ts"]), markdown_text="c")
    events = await slack.eventually(
        lambda: slack.look("events"), lambda found: any("message_changed" in each["title"] for each in found)
    )

    assert len([each for each in events if "message_changed" in each["title"]]) == 1
