import asyncio
import time
from typing import Any

from bot.store import pace
from bot.store.claims import take_over
from bot.store.db import Database
from tests.slack.desk import CARD_INTERVAL, Desk
from tests.support.playground import Json, Playground


async def posts(desk: Desk) -> list[Json]:
    """Every post that was carried out."""
    return [call for call in await desk.slack.calls("chat.postMessage") if call["effect"]]


async def test_a_card_is_posted_once_and_updated_ever_after(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "firing")
    await desk.up_to_date("A-1")
    await desk.show("A-1", "resolved")
    row = await desk.up_to_date("A-1")
    assert await desk.cards() == ["resolved"]
    assert desk.posted == [("A-1", "C02ALERTS", row.ts)]
    assert row.posted_at is not None


async def test_a_message_carries_the_key_by_which_it_is_found_again(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "firing")
    await desk.up_to_date("A-1")
    message = await desk.slack.message_with("alerts", "firing")
    assert message["metadata"]["event_type"] == "quarterdeck_alert"
    assert message["metadata"]["event_payload"] == {"id": "A-1", "version": 0, "surface": "card:A-1"}


async def test_a_storm_of_changes_becomes_few_updates(desk: Desk) -> None:
    desk.deliver()
    for number in range(100):
        await desk.show("A-1", f"{number} failed")
    await desk.up_to_date("A-1")
    assert await desk.cards() == ["99 failed"]
    assert len(await posts(desk)) == 1
    assert len(await desk.slack.calls("chat.update")) <= 10


async def test_two_redraws_of_one_message_keep_their_distance(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "one")
    await desk.up_to_date("A-1")
    began = time.monotonic()
    await desk.show("A-1", "two")
    await desk.up_to_date("A-1")
    await desk.show("A-1", "three")
    await desk.up_to_date("A-1")
    assert time.monotonic() - began > CARD_INTERVAL


async def test_a_post_whose_connection_was_lost_is_adopted_not_doubled(desk: Desk) -> None:
    await desk.slack.fault("lost_after", method="chat.postMessage")
    await desk.show("A-1", "firing")
    desk.deliver()
    await desk.up_to_date("A-1")
    assert await desk.cards() == ["firing"]
    assert len(await posts(desk)) == 1
    assert [subject for subject, _, _ in desk.posted] == ["A-1"]


async def test_a_post_that_never_arrived_is_posted_after_looking(desk: Desk) -> None:
    await desk.slack.fault("lost_before", method="chat.postMessage")
    await desk.show("A-1", "firing")
    desk.deliver()
    await desk.up_to_date("A-1")
    assert await desk.cards() == ["firing"]
    assert len(await desk.slack.calls("conversations.history")) == 1


async def test_a_reply_of_unknown_end_is_looked_for_in_its_thread(desk: Desk) -> None:
    parent = await desk.slack.message("ben", "alerts", "a thread")
    await desk.slack.fault("lost_after", method="chat.postMessage")
    desk.deliver()
    await desk.show("R-1", "worse", thread=parent.ts)
    await desk.up_to_date("R-1")
    assert len(await posts(desk)) == 1
    assert await desk.slack.calls("conversations.replies")


async def test_a_post_that_was_frozen_and_taken_over_is_not_doubled(desk: Desk) -> None:
    """The first process hangs in its call; the second finds the message; the first, awake again, writes nothing."""
    await desk.slack.fault("hold_after", method="chat.postMessage")
    await desk.show("A-1", "firing")
    await desk.publisher.step()
    await desk.slack.wait_held()
    await take_over(desk.database, 0.0)
    second = desk.another_publisher("two")
    while (await desk.surface("A-1")).ts is None:
        await second.step()
        await second.drain(5.0)
    await desk.slack.release()
    await desk.publisher.drain(5.0)
    assert await desk.cards() == ["firing"]
    assert [subject for subject, _, _ in desk.posted] == ["A-1"]


async def test_a_card_that_took_half_its_lease_to_draw_is_posted_under_a_renewed_one(desk: Desk) -> None:
    desk.drawing = drawing = asyncio.Event()
    slow = desk.another_publisher("slow", lease=1.0)
    await desk.show("A-1", "firing")
    await slow.step()
    await asyncio.sleep(0.6)
    drawing.set()
    await slow.drain(5.0)
    assert await desk.cards() == ["firing"]
    assert (await desk.surface("A-1")).error == ""


async def test_a_card_that_another_process_took_over_while_it_was_drawn_is_not_posted(desk: Desk) -> None:
    desk.drawing = drawing = asyncio.Event()
    slow = desk.another_publisher("slow", lease=1.0)
    await desk.show("A-1", "firing")
    await slow.step()
    await asyncio.sleep(1.1)
    while (await desk.surface("A-1")).ts is None:
        await desk.publisher.step()
        await desk.publisher.drain(5.0)
    drawing.set()
    await slow.drain(5.0)
    assert len(await posts(desk)) == 1
    assert await desk.cards() == ["firing"]


async def test_somebody_elses_copy_of_the_key_is_not_adopted(desk: Desk) -> None:
    await desk.slack.fault("lost_before", method="chat.postMessage")
    await desk.slack.message("ben", "alerts", "card:A-1")
    await desk.show("A-1", "firing")
    desk.deliver()
    await desk.up_to_date("A-1")
    assert await desk.cards("firing") == ["firing"]


async def test_a_deleted_message_is_posted_anew(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "firing")
    first = await desk.up_to_date("A-1")
    await desk.client.call("chat.delete", channel="C02ALERTS", ts=first.ts)
    await desk.show("A-1", "resolved")
    second = await desk.up_to_date("A-1")
    assert await desk.cards() == ["resolved"]
    assert second.ts != first.ts


async def test_slacks_wish_to_slow_down_is_honoured(desk: Desk) -> None:
    await desk.slack.fault("ratelimited", method="chat.postMessage", retry_after=1)
    desk.deliver()
    began = time.monotonic()
    await desk.show("A-1", "firing")
    await desk.up_to_date("A-1")
    assert time.monotonic() - began >= 1
    assert len(await desk.slack.calls("chat.postMessage")) == 2


async def test_a_limit_on_updates_holds_all_updates_and_no_post(desk: Desk) -> None:
    desk.deliver()
    for subject in ("A-1", "A-2"):
        await desk.show(subject, "firing", channel={"A-1": "C02ALERTS", "A-2": "C02INCIDENTS"}[subject])
        await desk.up_to_date(subject)
    async with desk.database.write() as tx:
        await pace.hold(tx, "chat.update", 60)
    await desk.show("A-1", "resolved")
    await desk.show("A-3", "new", channel="C02STATUS")
    await desk.up_to_date("A-3")
    assert not await desk.slack.calls("chat.update")


async def test_posts_in_one_channel_keep_slacks_pace_after_a_burst(desk: Desk) -> None:
    desk.deliver()
    began = time.monotonic()
    subjects = [f"A-{number}" for number in range(pace.AT_ONCE + 2)]
    for subject in subjects:
        await desk.show(subject, subject)
    for subject in subjects:
        await desk.up_to_date(subject)
    assert time.monotonic() - began >= 2 * pace.GAP * 0.9
    assert await desk.cards("A-") == subjects


async def test_a_page_overtakes_cards_and_a_card_overtakes_reminders(desk: Desk) -> None:
    await desk.show("reminder", "reminder", priority=8)
    await desk.show("card", "card", priority=5)
    await desk.show("page", "page", priority=1)
    desk.deliver()
    for subject in ("page", "card", "reminder"):
        await desk.up_to_date(subject)
    assert await desk.cards() == ["page", "card", "reminder"]


async def test_a_channel_is_found_by_its_name(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "firing", channel="#alerts")
    row = await desk.up_to_date("A-1")
    assert row.channel == "C02ALERTS"
    await desk.show("A-2", "another", channel="#alerts")
    await desk.up_to_date("A-2")
    assert len(await desk.slack.calls("conversations.list")) == 1


async def test_a_missing_channel_is_created_in_the_playground(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "firing", channel="#brand-new")
    await desk.up_to_date("A-1")
    assert await desk.cards("firing", "brand-new") == ["firing"]


async def test_in_a_real_workspace_a_message_waits_for_its_channel_with_words(
    slack: Playground, database: Database
) -> None:
    async with Desk(slack, database, create_missing=False) as desk:
        desk.deliver()
        await desk.show("A-1", "firing", channel="#later")
        await slack.eventually(lambda: desk.surface("A-1"), lambda row: "#later is not there yet" in row.error)
        await slack.eventually(lambda: desk.effect("channel:#later"), lambda row: "no channel #later" in row.error)
        await slack.act("channel", "eva", name="later", wait=0)
        await desk.hurry("channel:#later")
        await desk.up_to_date("A-1")
        assert await desk.cards("firing", "later") == ["firing"]


async def test_a_direct_message_is_opened_by_the_persons_id(desk: Desk) -> None:
    desk.deliver()
    await desk.show("P-1", "wake up", channel="@U02ANA", priority=1)
    row = await desk.up_to_date("P-1")
    assert row.channel.startswith("D")


async def test_a_direct_message_is_opened_by_the_persons_handle(desk: Desk) -> None:
    desk.deliver()
    await desk.show("P-1", "wake up", channel="@ben", priority=1)
    row = await desk.up_to_date("P-1")
    channel = (await desk.slack.channels())[row.channel]
    assert "U02BEN" in channel["members"]


async def test_an_archived_channel_is_said_in_words(desk: Desk) -> None:
    desk.deliver()
    await desk.slack.act("archive", "eva", channel="alerts", wait=0)
    await desk.show("A-1", "firing")
    await desk.slack.eventually(lambda: desk.surface("A-1"), lambda row: "archived" in row.error)
    assert not desk.posted


async def test_nothing_is_posted_where_there_is_nothing_to_show(desk: Desk) -> None:
    desk.deliver()
    await desk.show("A-1", "")
    await desk.up_to_date("A-1")
    assert await desk.slack.calls("chat.postMessage") == []


async def test_a_shutdown_lets_a_post_end(desk: Desk) -> None:
    await desk.slack.fault("latency", ms=300)
    await desk.show("A-1", "firing")
    await desk.publisher.step()
    await desk.publisher.drain(5.0)
    assert (await desk.surface("A-1")).ts


async def test_a_shutdown_that_cannot_wait_leaves_the_post_to_be_looked_up(desk: Desk) -> None:
    await desk.slack.fault("hold_after", method="chat.postMessage")
    await desk.show("A-1", "firing")
    await desk.publisher.step()
    await desk.slack.wait_held()
    await desk.publisher.drain(0.0)
    row = await desk.surface("A-1")
    assert (row.owner, row.ts) == (None, None)
    assert row.intent_at is not None
    await desk.slack.release()
    desk.deliver()
    await desk.up_to_date("A-1")
    assert len(await posts(desk)) == 1


async def test_a_painter_that_fails_is_tried_again_and_holds_nobody_up(desk: Desk) -> None:
    class Broken(dict[str, str]):
        def get(self, key: str, default: Any = None) -> Any:
            raise ZeroDivisionError if key == "A-1" else KeyError

    desk.deliver()
    good, desk.texts = desk.texts, Broken()
    await desk.show("A-1", "broken")
    await desk.slack.eventually(lambda: desk.surface("A-1"), lambda row: "the log has it" in row.error)
    desk.texts = good
    await desk.show("A-2", "fine")
    await desk.up_to_date("A-2")
