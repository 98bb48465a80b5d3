"""Messages: posting, updating, threads, history, metadata, reactions, pins, bookmarks, schedules."""

import asyncio
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, BOT, CHLOE, GENERAL, RANDOM, error_of, refusal, section, user_client
from tests.support.playground import Playground


async def test_a_posted_message_carries_the_apps_marks(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ALERTS, text="fallback", blocks=[section("*hello*")])

    message = posted["message"]
    assert (message["user"], message["bot_id"], message["app_id"]) == (BOT, "B02QDBOT", "A02QD")
    assert message["ts"] == posted["ts"]
    assert message["blocks"][0]["block_id"], "Slack names blocks that have no id"


async def test_timestamps_are_unique_and_sort(client: AsyncWebClient) -> None:
    posts = [client.chat_postMessage(channel=ALERTS, text=str(number)) for number in range(20)]

    stamps = [answer["ts"] for answer in await asyncio.gather(*posts)]

    assert len(set(stamps)) == 20
    assert {len(ts) for ts in stamps} == {17}


@pytest.mark.parametrize("arguments", [{"text": ""}, {"text": "", "blocks": []}])
async def test_an_empty_message_is_refused(client: AsyncWebClient, arguments: dict[str, Any]) -> None:
    assert await error_of(client.chat_postMessage(channel=ALERTS, **arguments)) == "no_text"


async def test_long_text_is_cut_on_posting_and_refused_on_update(client: AsyncWebClient, slack: Playground) -> None:
    posted = await client.chat_postMessage(channel=ALERTS, text="x" * 40_001)

    assert len(posted["message"]["text"]) == 40_000
    assert "40000" in (await slack.violations())[0]["message"]
    update = client.chat_update(channel=ALERTS, ts=posted["ts"], text="x" * 4_001)
    assert await error_of(update) == "msg_too_long"


async def test_posting_without_membership_needs_the_public_scope_and_works_with_it(client: AsyncWebClient) -> None:
    assert (await client.chat_postMessage(channel=GENERAL, text="to all"))["ok"]
    assert (await client.chat_postMessage(channel="#random", text="by name"))["channel"] == RANDOM


async def test_update_with_text_alone_removes_the_blocks(client: AsyncWebClient, slack: Playground) -> None:
    posted = await client.chat_postMessage(channel=ALERTS, text="a", blocks=[section("b")])

    await client.chat_update(channel=ALERTS, ts=posted["ts"], text="only text")

    message = (await slack.messages("alerts"))[0]
    assert "blocks" not in message
    assert message["plain"] == "only text"
    assert message["edited"]["user"] == BOT


async def test_update_keeps_attachments_and_metadata_unless_told_otherwise(
    client: AsyncWebClient, slack: Playground
) -> None:
    metadata = {"event_type": "card", "event_payload": {"id": 7}}
    attachment = {"text": "attached", "fallback": "attached"}
    posted = await client.chat_postMessage(channel=ALERTS, text="a", attachments=[attachment], metadata=metadata)

    await client.chat_update(channel=ALERTS, ts=posted["ts"], text="b")
    kept = (await slack.messages("alerts"))[0]
    assert kept["attachments"][0]["text"] == "attached"
    assert kept["metadata"] == metadata

    await client.chat_update(channel=ALERTS, ts=posted["ts"], text="c", attachments=[], metadata={})
    cleared = (await slack.messages("alerts"))[0]
    assert not cleared.get("attachments")
    assert "metadata" not in cleared


async def test_only_the_author_may_update_or_delete(client: AsyncWebClient, slack: Playground) -> None:
    written = await slack.message("ana", "alerts", "mine")

    assert await error_of(client.chat_update(channel=ALERTS, ts=written.ts, text="x")) == "cant_update_message"
    assert await error_of(client.chat_delete(channel=ALERTS, ts=written.ts)) == "cant_delete_message"
    assert await error_of(client.chat_update(channel=ALERTS, ts="1.000001", text="x")) == "message_not_found"


async def test_a_deleted_message_is_gone(client: AsyncWebClient, slack: Playground) -> None:
    posted = await client.chat_postMessage(channel=ALERTS, text="oops")
    await client.chat_delete(channel=ALERTS, ts=posted["ts"])

    assert await slack.messages("alerts") == []


async def test_a_deleted_parent_leaves_a_tombstone_while_its_thread_lives(
    client: AsyncWebClient, slack: Playground
) -> None:
    parent = await client.chat_postMessage(channel=ALERTS, text="parent")
    await client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=parent["ts"])
    await client.chat_delete(channel=ALERTS, ts=parent["ts"])

    assert [message["plain"] for message in await slack.messages("alerts")] == ["This message was deleted.", "reply"]


async def test_metadata_comes_back_whole_only_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "surface", "event_payload": {"subject": "INC-1"}}
    await client.chat_postMessage(channel=ALERTS, text="x", metadata=metadata)

    shy = (await client.conversations_history(channel=ALERTS))["messages"][0]
    full = (await client.conversations_history(channel=ALERTS, include_all_metadata=True))["messages"][0]

    assert shy["metadata"] == {"event_type": "surface"}
    assert full["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "x"}, "invalid_metadata_format"),
        ({"event_type": 1, "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "x", "event_payload": {"big": "y" * 20_000}}, "metadata_too_large"),
    ],
)
async def test_bad_metadata_is_refused(client: AsyncWebClient, metadata: dict[str, object], error: str) -> None:
    assert await error_of(client.chat_postMessage(channel=ALERTS, text="x", metadata=metadata)) == error


async def test_history_is_newest_first_and_pages(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel=ALERTS, text=str(number)))["ts"] for number in range(5)]

    first = await client.conversations_history(channel=ALERTS, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=ALERTS, limit=2, cursor=cursor)
    last = await client.conversations_history(
        channel=ALERTS, limit=2, cursor=second["response_metadata"]["next_cursor"]
    )

    pages = [[message["ts"] for message in page["messages"]] for page in (first, second, last)]
    assert pages == [[stamps[4], stamps[3]], [stamps[2], stamps[1]], [stamps[0]]]
    assert (first["has_more"], last["has_more"]) == (True, False)


async def test_history_between_two_timestamps(client: AsyncWebClient) -> None:
    a, b, c = [(await client.chat_postMessage(channel=ALERTS, text=text))["ts"] for text in "abc"]

    async def texts(**arguments: Any) -> list[str]:
        found = await client.conversations_history(channel=ALERTS, **arguments)
        return [message["text"] for message in found["messages"]]

    assert await texts(oldest=a) == ["c", "b"]
    assert await texts(oldest=a, inclusive=True) == ["c", "b", "a"]
    assert await texts(latest=c) == ["b", "a"]
    assert await texts(latest=b, inclusive=True, limit=1) == ["b"]
    assert await texts(oldest=str(int(float(a)) - 60)) == ["c", "b", "a"]
    assert await error_of(client.conversations_history(channel=ALERTS, oldest="yesterday")) == "invalid_ts_oldest"


async def test_threads_stay_out_of_the_history(client: AsyncWebClient) -> None:
    parent = (await client.chat_postMessage(channel=ALERTS, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=parent))["ts"]
    await client.chat_postMessage(channel=ALERTS, text="shown too", thread_ts=reply, reply_broadcast=True)

    history = (await client.conversations_history(channel=ALERTS))["messages"]
    replies = (await client.conversations_replies(channel=ALERTS, ts=parent))["messages"]

    assert [message["text"] for message in history] == ["shown too", "parent"]
    assert [message["text"] for message in replies] == ["parent", "reply", "shown too"]
    assert (history[1]["reply_count"], history[1]["reply_users"]) == (2, [BOT])
    assert history[0]["subtype"] == "thread_broadcast"
    assert await error_of(client.conversations_replies(channel=ALERTS, ts="1.000001")) == "thread_not_found"


async def test_a_reply_to_nothing_is_reported(client: AsyncWebClient, slack: Playground) -> None:
    await client.chat_postMessage(channel=ALERTS, text="x", thread_ts="1700000000.000001")

    assert "names no message" in (await slack.violations())[0]["message"]


async def test_ephemeral_messages_reach_one_member_only(client: AsyncWebClient, slack: Playground) -> None:
    await client.chat_postEphemeral(channel=ALERTS, user=ANA, text="psst")

    assert [message["plain"] for message in await slack.ephemerals("ana")] == ["psst"]
    assert await slack.ephemerals("ben") == []
    assert (await client.conversations_history(channel=ALERTS))["messages"] == []
    await slack.act("leave", "chloe", channel="alerts", wait=0)
    outsider = client.chat_postEphemeral(channel=ALERTS, user=CHLOE, text="x")
    assert await error_of(outsider) == "user_not_in_channel"


async def test_permalinks_name_channel_message_and_thread(client: AsyncWebClient, slack: Playground) -> None:
    parent = (await client.chat_postMessage(channel=ALERTS, text="parent"))["ts"]
    reply = (await client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=parent))["ts"]

    plain = await client.chat_getPermalink(channel=ALERTS, message_ts=parent)
    threaded = await client.chat_getPermalink(channel=ALERTS, message_ts=reply)

    assert plain["permalink"] == f"{slack.url}/archives/{ALERTS}/p{parent.replace('.', '')}"
    assert threaded["permalink"].endswith(f"p{reply.replace('.', '')}?thread_ts={parent}&cid={ALERTS}")


async def test_reactions(client: AsyncWebClient, slack: Playground) -> None:
    ts = (await client.chat_postMessage(channel=ALERTS, text="x"))["ts"]
    await client.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")
    await slack.react("ana", {"channel": ALERTS, "ts": ts}, ":eyes:")

    reactions = (await client.reactions_get(channel=ALERTS, timestamp=ts))["message"]["reactions"]
    assert reactions == [{"name": "eyes", "users": [BOT, ANA], "count": 2}]
    assert await error_of(client.reactions_add(channel=ALERTS, timestamp=ts, name="eyes")) == "already_reacted"
    assert await error_of(client.reactions_add(channel=ALERTS, timestamp=ts, name="no good")) == "invalid_name"
    await client.reactions_remove(channel=ALERTS, timestamp=ts, name="eyes")
    assert await error_of(client.reactions_remove(channel=ALERTS, timestamp=ts, name="eyes")) == "no_reaction"


async def test_what_somebody_reacted_to_is_listed_the_newest_first(client: AsyncWebClient, slack: Playground) -> None:
    posted = [str((await client.chat_postMessage(channel=ALERTS, text=text))["ts"]) for text in ("a", "b", "c")]
    for ts in posted[:2]:
        await slack.react("ana", {"channel": ALERTS, "ts": ts}, "eyes")
    first = await client.reactions_list(user=ANA, limit=1)
    rest = await client.reactions_list(user=ANA, cursor=first["response_metadata"]["next_cursor"])

    assert [item["message"]["ts"] for item in [*first["items"], *rest["items"]]] == [posted[1], posted[0]]
    assert (await client.reactions_list())["items"] == []


async def test_pins(client: AsyncWebClient, slack: Playground) -> None:
    ts = (await client.chat_postMessage(channel=ALERTS, text="keep me"))["ts"]
    await client.pins_add(channel=ALERTS, timestamp=ts)

    assert (await slack.channels())["alerts"]["pins"] == [ts]
    assert (await client.pins_list(channel=ALERTS))["items"][0]["message"]["text"] == "keep me"
    assert (await client.conversations_history(channel=ALERTS))["messages"][0]["pinned_to"] == [ALERTS]
    assert await error_of(client.pins_add(channel=ALERTS, timestamp=ts)) == "already_pinned"
    assert await error_of(client.pins_add(channel=ALERTS, timestamp="1.000001")) == "message_not_found"
    await client.pins_remove(channel=ALERTS, timestamp=ts)
    assert await error_of(client.pins_remove(channel=ALERTS, timestamp=ts)) == "no_pin"


async def test_notices_cannot_be_pinned_or_replied_to(client: AsyncWebClient, slack: Playground) -> None:
    await client.conversations_setTopic(channel=ALERTS, topic="t")
    notice = (await slack.messages("alerts"))[0]["ts"]

    assert await error_of(client.pins_add(channel=ALERTS, timestamp=notice)) == "not_pinnable"
    reply = client.chat_postMessage(channel=ALERTS, text="x", thread_ts=notice)
    assert await error_of(reply) == "cannot_reply_to_message"


async def test_bookmarks(client: AsyncWebClient) -> None:
    async def add(**arguments: str) -> dict[str, object]:
        given = {"title": "Dashboard", "type": "link", "link": "https://grafana.example.com", **arguments}
        answer = await client.api_call("bookmarks.add", params={"channel_id": ALERTS, **given})
        return dict(answer["bookmark"])

    mark = await add(emoji=":chart_with_upwards_trend:")
    assert (await client.bookmarks_list(channel_id=ALERTS))["bookmarks"][0]["title"] == "Dashboard"
    edited = await client.bookmarks_edit(channel_id=ALERTS, bookmark_id=str(mark["id"]), title="Board")
    assert edited["bookmark"]["title"] == "Board"
    await client.bookmarks_remove(channel_id=ALERTS, bookmark_id=str(mark["id"]))

    bad_link = client.bookmarks_add(channel_id=ALERTS, title="x", type="link", link="javascript:alert(1)")
    bad_emoji = client.bookmarks_add(channel_id=ALERTS, title="x", type="link", link="https://a.example", emoji="x")
    assert await error_of(bad_link) == "invalid_link"
    assert await error_of(bad_emoji) == "invalid_emoji"
    for _ in range(100):
        await add()
    full = client.bookmarks_add(channel_id=ALERTS, title="x", type="link", link="https://a.example")
    assert await error_of(full) == "too_many_bookmarks"


async def test_scheduled_messages_post_when_their_time_comes(client: AsyncWebClient, slack: Playground) -> None:
    now = (await slack.clock())["now"]
    await client.chat_scheduleMessage(channel=ALERTS, post_at=int(now) + 3600, text="later")
    assert await slack.messages("alerts") == []
    assert len((await client.chat_scheduledMessages_list())["scheduled_messages"]) == 1

    await slack.advance(3601)

    assert (await slack.message_with("alerts", "later"))["bot_id"]


async def test_schedules_out_of_bounds_are_refused(client: AsyncWebClient, slack: Playground) -> None:
    now = int((await slack.clock())["now"])

    async def at(post_at: int, **more: Any) -> str:
        return await error_of(client.chat_scheduleMessage(channel=ALERTS, post_at=post_at, text="x", **more))

    assert await at(now - 10) == "time_in_past"
    assert await at(now + 121 * 86_400) == "time_too_far"
    window = (now // 300 + 10) * 300
    for second in range(30):
        await client.chat_scheduleMessage(channel=ALERTS, post_at=window + second, text="x")
    assert await at(window + 31) == "restricted_too_many"


async def test_a_message_scheduled_with_metadata_never_posts(client: AsyncWebClient, slack: Playground) -> None:
    now = int((await slack.clock())["now"])
    metadata = {"event_type": "x", "event_payload": {}}
    await client.chat_scheduleMessage(channel=ALERTS, post_at=now + 60, text="lost", metadata=metadata)
    await client.chat_scheduleMessage(channel=ALERTS, post_at=now + 61, text="found")

    await slack.advance(120)
    await slack.message_with("alerts", "found")

    assert [message["plain"] for message in await slack.messages("alerts")] == ["found"]
    assert "never posts" in (await slack.violations())[0]["message"]


async def test_markdown_text_stands_alone(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ALERTS, markdown_text="**bold**")
    assert posted["message"]["blocks"][0]["type"] == "markdown"

    both = client.chat_postMessage(channel=ALERTS, markdown_text="a", text="b")
    assert await error_of(both) == "markdown_text_conflict"


async def test_custom_names_mark_a_message_as_a_bots(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=ALERTS, text="x", username="Pager", icon_emoji=":pager:")
    message = posted["message"]

    assert (message["subtype"], message["username"], message["icons"]) == (
        "bot_message",
        "Pager",
        {"emoji": ":pager:"},
    )


async def test_too_much_text_over_all_blocks_is_refused(client: AsyncWebClient) -> None:
    blocks = [section("x" * 2_900) for _ in range(5)]

    assert await error_of(client.chat_postMessage(channel=ALERTS, text="x", blocks=blocks)) == "msg_blocks_too_long"


async def test_attachments_are_counted_and_their_blocks_checked(client: AsyncWebClient) -> None:
    many = [{"text": "x"}] * 101
    assert await error_of(client.chat_postMessage(channel=ALERTS, attachments=many)) == "too_many_attachments"

    bad = await refusal(client.chat_postMessage(channel=ALERTS, attachments=[{"blocks": [section("")]}]))
    assert bad["error"] == "invalid_attachments"
    assert "/attachments/0/blocks/0/text/text" in bad["response_metadata"]["messages"][0]


async def test_a_person_may_write_by_token_in_their_channels(slack: Playground) -> None:
    posted = await user_client(slack, ANA).chat_postMessage(channel=GENERAL, text="as ana")

    assert posted["message"]["user"] == ANA


async def test_a_typed_link_reaches_the_app_in_angle_brackets_but_not_in_code(
    client: AsyncWebClient, slack: Playground
) -> None:
    await slack.message("ana", "alerts", "see https://example.com/x?a=1&b=2. not `https://example.com @ben`")

    message = (await client.conversations_history(channel=ALERTS))["messages"][0]
    assert message["text"] == "see <https://example.com/x?a=1&amp;b=2>. not `https://example.com @ben`"
    assert message["blocks"][0]["elements"][0]["elements"][1] == {
        "type": "link",
        "url": "https://example.com/x?a=1&b=2",
    }
