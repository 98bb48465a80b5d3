"""A manifest is enforced (scopes, commands, shortcuts, events), and checked itself."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, GENERAL, error_of, refusal, web_client
from tests.playground.sockets import Socket
from tests.support.playground import Json, Playground, Seen

MANIFEST: Json = {
    "display_information": {"name": "Deckhand", "description": "A small app"},
    "features": {
        "bot_user": {"display_name": "deckhand"},
        "slash_commands": [
            {"command": "/slo", "description": "Budgets", "usage_hint": "status", "should_escape": True},
            {"command": "/raw", "description": "As typed", "should_escape": False},
        ],
        "shortcuts": [
            {"name": "Declare", "type": "global", "callback_id": "declare", "description": "d"},
            {"name": "Note", "type": "message", "callback_id": "note", "description": "d"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["commands", "chat:write", "channels:read", "users:read", "reactions:read", "channels:history"],
            "bot_optional": ["pins:write"],
        }
    },
    "settings": {"event_subscriptions": {"bot_events": ["message.channels", "reaction_added"]}},
}


def write(path: Path, **changes: Json) -> Path:
    path.write_text(json.dumps({**MANIFEST, **changes}), encoding="utf-8")
    return path


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[Playground]:
    async with Playground(manifest=write(tmp_path / "manifest.json")) as playground:
        yield playground


@pytest.fixture
async def strict_client(strict: Playground) -> AsyncWebClient:
    return web_client(strict)


async def test_a_missing_scope_is_named(strict: Playground, strict_client: AsyncWebClient) -> None:
    answer = await refusal(strict_client.conversations_create(name="inc-1"))

    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:manage")
    assert "chat:write" in answer["provided"].split(",")
    granted = (await strict_client.auth_test()).headers["x-oauth-scopes"]
    assert granted == answer["provided"]


async def test_every_method_asks_for_its_own_scope(strict_client: AsyncWebClient) -> None:
    async def needed(method: str, **arguments: str) -> str:
        return str((await refusal(strict_client.api_call(method, params=arguments)))["needed"])

    assert await needed("conversations.create", name="x", is_private="1") == "groups:write"
    assert await needed("conversations.setTopic", channel=ALERTS, topic="x") == "channels:manage,channels:write.topic"
    assert await needed("conversations.invite", channel=ALERTS, users=ANA) == "channels:manage,channels:write.invites"
    assert await needed("conversations.list", types="private_channel") == "groups:read"
    assert await needed("conversations.open", users=ANA) == "im:write"
    assert await needed("bookmarks.add", channel_id=ALERTS) == "bookmarks:write"
    assert await needed("reactions.add", channel=ALERTS) == "reactions:write"
    assert await needed("usergroups.list") == "usergroups:read"
    assert await needed("users.lookupByEmail", email="x") == "users:read.email"
    assert await needed("files.getUploadURLExternal") == "files:write"


async def test_optional_scopes_count_as_granted(strict: Playground, strict_client: AsyncWebClient) -> None:
    posted = await strict_client.chat_postMessage(channel=ALERTS, text="x")

    assert (await strict_client.pins_add(channel=ALERTS, timestamp=posted["ts"]))["ok"]


async def test_without_the_public_scope_only_members_post(strict_client: AsyncWebClient) -> None:
    assert await error_of(strict_client.chat_postMessage(channel=GENERAL, text="x")) == "not_in_channel"


async def test_addresses_stay_hidden_without_their_scope(strict_client: AsyncWebClient) -> None:
    assert "email" not in (await strict_client.users_info(user=ANA))["user"]["profile"]


async def test_only_listed_commands_exist(strict: Playground) -> None:
    seen = await strict.command("ana", "alerts", "/nope")

    assert seen.error == "invalid_command"
    assert "not a valid command" in seen.toasts[0]


async def test_escaping_follows_the_manifest(strict: Playground) -> None:
    async with Socket(strict) as socket:
        texts = []
        for command in ("/slo", "/raw"):
            seen = strict.command("ana", "alerts", command, "@ben in #alerts & <x>", wait=0)
            envelope = await acknowledged(socket, seen)
            texts.append(envelope["payload"]["text"])

    assert texts == ["<@U02BEN> in <#C02ALERTS|alerts> &amp; &lt;x&gt;", "@ben in #alerts & <x>"]


async def acknowledged(socket: Socket, action: Coroutine[None, None, Seen]) -> Json:
    """The envelope that an action of a person sends, acknowledged."""
    acting = asyncio.create_task(action)
    envelope = await socket.frame()
    await socket.ack(envelope)
    await acting
    return envelope


async def test_only_listed_shortcuts_exist(strict: Playground) -> None:
    wrong_kind = await strict.shortcut("ana", "note")

    assert wrong_kind.error == "no_such_shortcut"
    assert "Declare" in wrong_kind.text
    assert (await strict.shortcut("ana", "Declare")).error == "not_connected", "it exists; only nobody listens"


async def test_only_subscribed_events_are_sent(strict: Playground, strict_client: AsyncWebClient) -> None:
    async with Socket(strict) as socket:
        written = await strict.message("ana", "alerts", "@deckhand hi")
        await strict.pin("ana", {"channel": ALERTS, "ts": written.ts})
        await strict.react("ana", {"channel": ALERTS, "ts": written.ts}, "eyes")
        kinds = []
        for _ in range(2):
            envelope = await socket.frame()
            await socket.ack(envelope)
            kinds.append(envelope["payload"]["event"]["type"])

        assert kinds == ["message", "reaction_added"], "neither app_mention nor pin_added"
        assert await socket.silent()


async def test_the_bot_is_called_as_the_manifest_says(strict: Playground, strict_client: AsyncWebClient) -> None:
    assert (await strict_client.auth_test())["user"] == "deckhand"


async def test_a_good_manifest_is_no_violation(strict: Playground) -> None:
    assert await strict.violations() == []


async def test_what_slack_would_refuse_in_a_manifest_is_listed(tmp_path: Path) -> None:
    path = write(
        tmp_path / "manifest.json",
        display_information={"name": "x" * 36},
        features={
            "slash_commands": [{"command": "slo", "description": "d"}, {"command": "/a", "description": "d" * 2001}],
            "shortcuts": [
                {"name": f"S{number}", "type": "global", "callback_id": "c", "description": "d"} for number in range(6)
            ],
        },
        oauth_config={"scopes": {"bot": ["chat:write"]}},
        settings={"event_subscriptions": {"bot_events": ["app_mention"]}},
    )
    async with Playground(manifest=path) as slack:
        messages = [violation["message"] for violation in await slack.violations()]

    assert messages == [
        "display_information.name is longer than 35 characters",
        "features.slash_commands[1].description is longer than 2000 characters",
        "the command slo does not start with a slash",
        "slash commands and shortcuts need the scope commands",
        "more than 5 shortcuts of type global",
        "the event app_mention needs one of the scopes app_mentions:read",
    ]


async def test_yaml_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "manifest.yaml"
    path.write_text("display_information: {name: Yam}\noauth_config: {scopes: {bot: [chat:write]}}\n", encoding="utf-8")
    async with Playground(manifest=path) as slack:
        assert (await web_client(slack).auth_test())["user"] == "yam"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("{", "while parsing|Expecting"), ("[]", "not an app manifest"), ("name: x", "no display_information")],
)
async def test_a_bad_manifest_stops_the_start_with_its_name(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(RuntimeError) as refused:
        await Playground(manifest=path).start()

    assert "broken.yaml" in str(refused.value)
    assert re.search(complaint, str(refused.value))


async def test_a_home_tab_that_is_off_cannot_be_published(strict_client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": []}

    assert await error_of(strict_client.views_publish(user_id=ANA, view=home)) == "not_enabled"
