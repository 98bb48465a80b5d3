"""Channels: names, membership, topics, archiving, direct messages, and who may see what."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, BEN, BOT, GENERAL, RANDOM, error_of, refusal, user_client
from tests.support.playground import Playground


async def test_a_created_channel_belongs_to_its_creator(client: AsyncWebClient, slack: Playground) -> None:
    channel = (await client.conversations_create(name="inc-42-checkout"))["channel"]

    assert (channel["name"], channel["creator"], channel["is_member"]) == ("inc-42-checkout", BOT, True)
    assert not channel["is_private"]
    assert (await slack.channels())["inc-42-checkout"]["members"] == [BOT]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("Upper", "invalid_name_specials"),
        ("with space", "invalid_name_specials"),
        ("dot.ted", "invalid_name_specials"),
        ("---", "invalid_name_punctuation"),
        ("general", "name_taken"),
    ],
)
async def test_bad_names_are_refused(client: AsyncWebClient, name: str, error: str) -> None:
    assert await error_of(client.conversations_create(name=name)) == error


async def test_an_archived_channel_keeps_its_name(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_archive(channel=channel)

    assert await error_of(client.conversations_create(name="inc-1")) == "name_taken"
    assert await error_of(client.conversations_archive(channel=channel)) == "already_archived"
    assert await error_of(client.chat_postMessage(channel=channel, text="x")) == "is_archived"
    assert await error_of(client.conversations_invite(channel=channel, users=[ANA])) == "is_archived"


async def test_a_private_channel_of_others_is_unseen_but_takes_its_name(
    client: AsyncWebClient, slack: Playground
) -> None:
    secret = (await user_client(slack, ANA).conversations_create(name="secret", is_private=True))["channel"]["id"]

    assert await error_of(client.conversations_info(channel=secret)) == "channel_not_found"
    assert await error_of(client.conversations_history(channel=secret)) == "channel_not_found"
    assert await error_of(client.chat_postMessage(channel=secret, text="x")) == "channel_not_found"
    assert await error_of(client.conversations_create(name="secret")) == "name_taken"
    listed = await client.conversations_list(types="public_channel,private_channel")
    assert "secret" not in [channel["name"] for channel in listed["channels"]]


async def test_invited_people_become_members(client: AsyncWebClient, slack: Playground) -> None:
    channel = (await client.conversations_create(name="inc-2"))["channel"]["id"]

    await client.conversations_invite(channel=channel, users=[ANA, BEN])

    assert (await client.conversations_members(channel=channel))["members"] == [BOT, ANA, BEN]
    joins = [message for message in await slack.messages("inc-2") if message.get("subtype") == "channel_join"]
    assert [join["user"] for join in joins] == [BOT, ANA, BEN]
    assert joins[1]["inviter"] == BOT


async def test_one_bad_invitation_fails_all_unless_forced(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="inc-3"))["channel"]["id"]

    answer = await refusal(client.conversations_invite(channel=channel, users=[ANA, "U0NOBODY"]))
    assert answer["error"] == "user_not_found"
    assert [(each["user"], each["error"]) for each in answer["errors"]] == [("U0NOBODY", "user_not_found")]
    assert ANA not in (await client.conversations_members(channel=channel))["members"]

    forced = await client.conversations_invite(channel=channel, users=[ANA, "U0NOBODY"], force=True)
    assert [each["user"] for each in forced["errors"]] == ["U0NOBODY"]
    assert ANA in (await client.conversations_members(channel=channel))["members"]


async def test_invitations_that_make_no_sense_are_refused(client: AsyncWebClient, slack: Playground) -> None:
    assert await error_of(client.conversations_invite(channel=ALERTS, users=[ANA])) == "already_in_channel"
    assert await error_of(client.conversations_invite(channel=ALERTS, users=[BOT])) == "cant_invite_self"
    assert await error_of(client.conversations_invite(channel=GENERAL, users=[ANA])) == "not_in_channel"
    assert await error_of(client.conversations_invite(channel=ALERTS, users=[])) == "no_user"
    hundred_and_one = [f"U{number}" for number in range(101)]
    assert await error_of(client.conversations_invite(channel=ALERTS, users=hundred_and_one)) == "too_many_users"
    guest = await slack.person("guest", is_guest=True)
    assert await error_of(client.conversations_invite(channel=ALERTS, users=[guest["id"]])) == "user_is_restricted"


async def test_joining_and_leaving(client: AsyncWebClient) -> None:
    assert await error_of(client.conversations_history(channel=RANDOM)) == "not_in_channel"

    await client.conversations_join(channel=RANDOM)
    assert (await client.conversations_history(channel=RANDOM))["ok"]
    again = await client.conversations_join(channel=RANDOM)
    assert again["warning"] == "already_in_channel"

    await client.conversations_leave(channel=RANDOM)
    assert (await client.conversations_leave(channel=RANDOM))["not_in_channel"] is True


async def test_a_private_channel_cannot_be_joined(client: AsyncWebClient, slack: Playground) -> None:
    own = (await client.conversations_create(name="inc-4-security", is_private=True))["channel"]["id"]

    error = await error_of(client.conversations_join(channel=own))

    assert error == "method_not_supported_for_channel_type"


async def test_kicking(client: AsyncWebClient) -> None:
    await client.conversations_kick(channel=ALERTS, user=BEN)

    assert BEN not in (await client.conversations_members(channel=ALERTS))["members"]
    assert await error_of(client.conversations_kick(channel=ALERTS, user=BEN)) == "not_in_channel"
    assert await error_of(client.conversations_kick(channel=ALERTS, user=BOT)) == "cant_kick_self"


async def test_general_is_special(client: AsyncWebClient) -> None:
    await client.conversations_join(channel=GENERAL)

    assert await error_of(client.conversations_archive(channel=GENERAL)) == "cant_archive_general"
    assert await error_of(client.conversations_kick(channel=GENERAL, user=ANA)) == "cant_kick_from_general"
    assert await error_of(client.conversations_leave(channel=GENERAL)) == "cant_leave_general"


async def test_a_bot_cannot_unarchive(client: AsyncWebClient, slack: Playground) -> None:
    channel = (await client.conversations_create(name="inc-5"))["channel"]["id"]
    await client.conversations_archive(channel=channel)

    assert await error_of(client.conversations_unarchive(channel=channel)) == "not_in_channel"
    assert (await user_client(slack, ANA).conversations_unarchive(channel=channel))["ok"]


async def test_a_bot_may_unarchive_when_the_switch_says_so() -> None:
    from_start = Playground(options=("--bot-may-unarchive",))
    async with from_start as slack:
        bot = user_client(slack, ANA)
        channel = (await bot.conversations_create(name="inc-6"))["channel"]["id"]
        await bot.conversations_archive(channel=channel)
        bot.token = slack.bot_token
        assert (await bot.conversations_unarchive(channel=channel))["ok"]


async def test_renaming_remembers_the_old_name(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="inc-7"))["channel"]["id"]

    renamed = (await client.conversations_rename(channel=channel, name="inc-7-resolved"))["channel"]

    assert (renamed["name"], renamed["previous_names"]) == ("inc-7-resolved", ["inc-7"])
    assert await error_of(client.conversations_rename(channel=channel, name="random")) == "name_taken"
    assert await error_of(client.conversations_rename(channel=ALERTS, name="alarms")) == "not_authorized"


async def test_topic_and_purpose(client: AsyncWebClient, slack: Playground) -> None:
    topic = await client.conversations_setTopic(channel=ALERTS, topic="SEV2 checkout")
    purpose = await client.conversations_setPurpose(channel=ALERTS, purpose="All alerts")

    assert topic["channel"]["topic"]["value"] == "SEV2 checkout"
    assert purpose["purpose"] == "All alerts"
    assert await error_of(client.conversations_setTopic(channel=ALERTS, topic="x" * 251)) == "too_long"
    assert await error_of(client.conversations_setTopic(channel=RANDOM, topic="x")) == "not_in_channel"
    assert (await slack.messages("alerts"))[0]["plain"] == "@Quarterdeck set the channel topic: SEV2 checkout"


async def test_listing_pages_with_cursors(client: AsyncWebClient) -> None:
    names: list[str] = []
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_list(limit=2, cursor=cursor)
        assert len(page["channels"]) <= 2
        names += [channel["name"] for channel in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]

    assert names == ["general", "random", "alerts", "incidents", "status-updates"]
    assert await error_of(client.conversations_list(cursor="nonsense")) == "invalid_cursor"
    assert await error_of(client.conversations_list(types="public")) == "invalid_types"


async def test_listing_can_leave_out_archived_channels(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="inc-8"))["channel"]["id"]
    await client.conversations_archive(channel=channel)

    everything = await client.conversations_list()
    living = await client.conversations_list(exclude_archived=True)

    assert "inc-8" in [each["name"] for each in everything["channels"]]
    assert "inc-8" not in [each["name"] for each in living["channels"]]


async def test_direct_messages_open_once(client: AsyncWebClient) -> None:
    first = await client.conversations_open(users=[ANA])
    second = await client.conversations_open(users=ANA, return_im=True)

    assert first["channel"]["id"] == second["channel"]["id"]
    assert second["already_open"] is True
    assert second["channel"]["user"] == ANA
    assert (await client.conversations_open(users=[ANA, BEN]))["channel"]["id"].startswith("G")
    assert await error_of(client.conversations_open(users=["U0NOBODY"])) == "user_not_found"
    assert await error_of(client.conversations_open(users=[])) == "users_list_not_supplied"
    assert await error_of(client.conversations_open(users=[f"U{number}" for number in range(9)])) == "too_many_users"


async def test_a_message_to_a_user_id_lands_in_their_direct_messages(client: AsyncWebClient, slack: Playground) -> None:
    posted = await client.chat_postMessage(channel=ANA, text="You are paged")

    assert posted["channel"] == "D02ANA"
    assert (await slack.messages("D02ANA"))[0]["plain"] == "You are paged"
