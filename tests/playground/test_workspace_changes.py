"""What happens around an app: people and groups change, channels are deleted, links are posted, it is uninstalled."""

from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.playground.apps import ALERTS, ANA, BEN, BOT, DEV, Bolt, error_of, section, user_client
from tests.support.playground import Json, Playground


class Heard:
    """Every event of some types, as the app gets it."""

    def __init__(self, bolt: Bolt, slack: Playground, *types: str) -> None:
        self._slack = slack
        self.events: list[Json] = []
        for each in types:
            bolt.app.event(each)(self._keep)

    async def _keep(self, event: Json) -> None:
        self.events.append(event)

    async def types(self, count: int) -> list[str]:
        """In the order they came, once there are that many."""

        async def now() -> list[Json]:
            return self.events

        await self._slack.eventually(now, lambda events: len(events) >= count)
        return [event["type"] for event in self.events]


async def test_a_new_person_joins_and_an_old_one_changes(bolt: Bolt, slack: Playground) -> None:
    heard = Heard(bolt, slack, "team_join", "user_change")
    await bolt.connect()
    await slack.person("finn", real_name="Finn Berg")
    await slack.person("finn", title="On loan")

    assert await heard.types(2) == ["team_join", "user_change"]
    assert heard.events[1]["user"]["profile"]["title"] == "On loan"


async def test_do_not_disturb_and_status_are_told(client: AsyncWebClient, slack: Playground) -> None:
    until = int((await slack.clock())["now"]) + 600
    await slack.person("ben", dnd_until=until, status_text="Asleep")

    asleep, awake = await client.dnd_info(user=BEN), await client.dnd_info(user=ANA)
    team = await client.dnd_teamInfo(users=[ANA, BEN])

    assert (asleep["dnd_enabled"], asleep["next_dnd_end_ts"]) == (True, until)
    assert awake["dnd_enabled"] is False
    assert [person["dnd_enabled"] for person in team["users"].values()] == [False, True]
    assert (await client.users_info(user=BEN))["user"]["profile"]["status_text"] == "Asleep"


async def test_a_person_may_set_their_own_profile_and_a_bot_none(client: AsyncWebClient, slack: Playground) -> None:
    await user_client(slack, ANA).users_profile_set(profile={"status_text": "In INC-1", "status_emoji": ":fire:"})

    profile = (await client.users_profile_get(user=ANA))["profile"]
    assert (profile["status_text"], profile["status_emoji"]) == ("In INC-1", ":fire:")
    assert await error_of(client.users_profile_set(name="title", value="x")) == "not_allowed_token_type"


async def test_a_group_that_a_directory_changes_is_told(bolt: Bolt, slack: Playground) -> None:
    heard = Heard(bolt, slack, "subteam_created", "subteam_updated", "subteam_members_changed")
    await bolt.connect()
    await slack.control("group", handle="night-shift", users=["ana"])
    await slack.control("group", handle="night-shift", users=["ben"])
    kinds = await heard.types(5)

    assert kinds[0] == "subteam_created"
    assert sorted(kinds[1:]) == ["subteam_members_changed"] * 2 + ["subteam_updated"] * 2
    changes = [event for event in heard.events if event["type"] == "subteam_members_changed"]
    assert ([BEN], [ANA]) in [(event["added_users"], event["removed_users"]) for event in changes]


async def test_a_deleted_channel_is_gone_for_all(bolt: Bolt, slack: Playground) -> None:
    heard = Heard(bolt, slack, "channel_deleted")
    await bolt.connect()
    soon = int((await slack.clock())["now"]) + 60
    await bolt.client.chat_scheduleMessage(channel=ALERTS, text="later", post_at=soon)

    refused = await slack.act("delete_channel", "ana", channel="alerts")
    await slack.act("delete_channel", "eva", channel="alerts")

    assert refused.error == "not_an_admin"
    assert await heard.types(1) == ["channel_deleted"]
    assert await error_of(bolt.client.chat_postMessage(channel=ALERTS, text="x")) == "channel_not_found"
    assert await slack.channel("alerts") is None
    await slack.advance(120)
    assert await slack.messages() == []


async def test_an_answer_to_a_deleted_channel_is_refused(bolt: Bolt, slack: Playground) -> None:
    urls: list[str] = []

    @bolt.app.command("/keep")
    async def keep(ack: AsyncAck, command: Json) -> None:
        urls.append(command["response_url"])
        await ack()

    await bolt.connect()
    await slack.command("ana", "alerts", "/keep", wait=0)
    await slack.act("delete_channel", "eva", channel="alerts")
    answer = await AsyncWebhookClient(urls[0]).send(text="late")

    assert answer.body == '{"ok": false, "error": "channel_not_found"}'


async def test_a_bot_that_is_removed_hears_it(bolt: Bolt, slack: Playground) -> None:
    heard = Heard(bolt, slack, "channel_left", "member_left_channel")
    await bolt.connect()
    await slack.act("kick", "ana", channel="alerts", target=BOT)

    assert sorted(await heard.types(2)) == ["channel_left", "member_left_channel"]
    assert await error_of(bolt.client.conversations_history(channel=ALERTS)) == "not_in_channel"


async def test_an_uninstalled_app_is_told_and_its_token_is_dead(bolt: Bolt, slack: Playground) -> None:
    heard = Heard(bolt, slack, "app_uninstalled", "tokens_revoked")
    await bolt.connect()
    await slack.control("app", installed=False)

    assert sorted(await heard.types(2)) == ["app_uninstalled", "tokens_revoked"]
    assert await error_of(bolt.client.chat_postMessage(channel=ALERTS, text="x")) == "token_revoked"
    await slack.control("app", installed=True)
    assert (await bolt.client.chat_postMessage(channel=ALERTS, text="x"))["ok"]


async def test_a_revoked_token_is_dead(client: AsyncWebClient) -> None:
    assert (await client.auth_revoke(test="true"))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    assert await error_of(client.auth_test()) == "token_revoked"


@pytest.mark.parametrize("method", ["files.upload", "channels.list", "groups.create", "im.open", "dialog.open"])
async def test_what_slack_has_switched_off_says_so(client: AsyncWebClient, slack: Playground, method: str) -> None:
    assert await error_of(client.api_call(method)) == "method_deprecated"
    assert [violation["method"] for violation in await slack.violations()] == [method]


async def test_people_come_and_go_in_a_call(client: AsyncWebClient) -> None:
    added = await client.calls_add(external_unique_id="1", join_url="https://meet.example.com/1", created_by=ANA)
    call_id = added["call"]["id"]
    guest = {"external_id": "guest-1", "display_name": "A guest"}
    await client.calls_participants_add(id=call_id, users=[{"slack_id": ANA}, guest])
    await client.calls_participants_add(id=call_id, users=[{"slack_id": ANA}])
    await client.calls_participants_remove(id=call_id, users=[{"slack_id": ANA}])

    assert (await client.calls_info(id=call_id))["call"]["users"] == [guest]
    assert await error_of(client.calls_participants_add(id=call_id, users=[{"slack_id": "U0"}])) == "user_not_found"
    assert await error_of(client.calls_participants_add(id=call_id, users=[{}])) == "invalid_arguments"


async def test_a_canvas_is_shared(client: AsyncWebClient, slack: Playground) -> None:
    canvas = (await client.canvases_create(title="Plan"))["canvas_id"]
    await client.canvases_access_set(canvas_id=canvas, access_level="write", channel_ids=[ALERTS])
    await client.canvases_access_set(canvas_id=canvas, access_level="owner", user_ids=[DEV])
    await client.canvases_access_delete(canvas_id=canvas, channel_ids=[ALERTS])
    both = client.canvases_access_set(canvas_id=canvas, access_level="read", channel_ids=[ALERTS], user_ids=[ANA])

    assert await error_of(both) == "invalid_arguments"
    kept = (await slack.look("canvases"))[0]
    assert (kept["owner"], kept["access"]) == (DEV, {DEV: "owner"})


_UNFURLING = """
display_information: {name: Quarterdeck}
features:
  bot_user: {display_name: Quarterdeck}
  unfurl_domains: [status.example.com]
oauth_config: {scopes: {bot: ["links:read", "links:write", "chat:write"]}}
settings: {event_subscriptions: {bot_events: [link_shared]}, socket_mode_enabled: true}
"""


async def test_a_link_of_the_apps_domain_is_unfurled(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.yaml"
    manifest.write_text(_UNFURLING)
    async with Playground(manifest=manifest) as slack:
        bolt = Bolt(slack)
        heard = Heard(bolt, slack, "link_shared")
        try:
            await bolt.connect()
            url = "https://eu.status.example.com/inc/1"
            written = await slack.message("ana", "alerts", f"see {url} and https://elsewhere.example.org/")
            assert await heard.types(1) == ["link_shared"]
            assert heard.events[0]["links"] == [{"domain": "status.example.com", "url": url}]
            unfurls = {url: {"blocks": [section("*INC-1* is resolved")]}}

            await bolt.client.chat_unfurl(channel=ALERTS, ts=written.ts, unfurls=unfurls)

            shown = await slack.message_with("alerts", "INC-1")
            wrong = bolt.client.chat_unfurl(channel=ALERTS, ts=written.ts, unfurls={"https://other.example.com": {}})
            assert shown["ts"] == written.ts
            assert await error_of(wrong) == "cannot_unfurl_url"
        finally:
            await bolt.close()
