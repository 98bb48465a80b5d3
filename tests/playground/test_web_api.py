"""How calls are made: argument styles, tokens, errors that all methods share."""

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, BOT, error_of, refusal, section, user_client, web_client
from tests.support.playground import Playground


async def test_auth_test_tells_who_the_bot_is(client: AsyncWebClient, slack: Playground) -> None:
    answer = await client.auth_test()

    assert answer["user_id"] == BOT
    assert answer["bot_id"] == "B02QDBOT"
    assert answer["team_id"] == "T02QD"
    assert "chat:write" in answer.headers["x-oauth-scopes"]


async def test_arguments_come_by_query_form_or_json(slack: Playground) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    arguments = {"channel": ALERTS, "text": "same"}
    url = f"{slack.api_url}chat.postMessage"
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        by_query = await http.post(url, params=arguments)
        by_form = await http.post(url, data=arguments)
        by_json = await http.post(url, json=arguments)
        mixed = await http.post(url, params={"channel": ALERTS}, json={"text": "same"})
        by_get = await http.get(url, params=arguments)

    answers = [each.json() for each in (by_query, by_form, by_json, mixed, by_get)]
    assert [answer["ok"] for answer in answers] == [True] * 5
    assert {answer["message"]["text"] for answer in answers} == {"same"}


async def test_multipart_arguments_are_read_too(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        form = {"token": (None, slack.bot_token), "channel": (None, ALERTS), "text": (None, "by multipart")}
        answer = (await http.post(f"{slack.api_url}chat.postMessage", files=form)).json()

    assert answer["ok"]
    assert slack.bot_token not in str(await slack.calls("chat.postMessage"))


async def test_structured_arguments_may_be_json_text(slack: Playground) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    form = {"channel": ALERTS, "text": "x", "blocks": '[{"type": "divider"}]', "unfurl_links": "0"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        answer = (await http.post(f"{slack.api_url}chat.postMessage", data=form)).json()
        broken = (await http.post(f"{slack.api_url}chat.postMessage", data={**form, "blocks": "[{"})).json()

    assert answer["message"]["blocks"][0]["type"] == "divider"
    assert broken["error"] == "invalid_blocks_format"


async def test_unknown_arguments_are_ignored(client: AsyncWebClient) -> None:
    assert (await client.chat_postMessage(channel=ALERTS, text="x", team_id="T02QD", something="else"))["ok"]


async def test_an_unknown_method_is_named(client: AsyncWebClient, slack: Playground) -> None:
    answer = await refusal(client.api_call("chat.postMesage"))

    assert (answer["error"], answer["req_method"]) == ("unknown_method", "chat.postMesage")
    assert [violation["where"] for violation in await slack.violations()] == ["chat.postMesage"]


async def test_no_token_is_not_authed(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = (await http.post(f"{slack.api_url}auth.test")).json()

    assert answer == {"ok": False, "error": "not_authed"}


async def test_a_wrong_token_is_invalid_auth(slack: Playground) -> None:
    assert await error_of(web_client(slack, "xoxb-wrong").auth_test()) == "invalid_auth"


async def test_each_kind_of_token_opens_only_its_own_methods(slack: Playground, client: AsyncWebClient) -> None:
    with_app_token = web_client(slack, slack.app_token)

    assert await error_of(with_app_token.chat_postMessage(channel=ALERTS, text="x")) == "not_allowed_token_type"
    assert await error_of(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"


async def test_the_app_token_counts_in_the_header_only(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        url = f"{slack.api_url}apps.connections.open"
        in_body = (await http.post(url, data={"token": slack.app_token})).json()
        in_header = (await http.post(url, headers={"Authorization": f"Bearer {slack.app_token}"})).json()

    assert in_body["error"] == "not_authed"
    assert in_header["url"].startswith("ws://127.0.0.1")


async def test_addresses_follow_the_host_the_app_used(slack: Playground) -> None:
    """So that an app in a container reaches what it is given."""
    headers = {"Authorization": f"Bearer {slack.app_token}", "Host": "slack.test:1234"}
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = (await http.post(f"{slack.api_url}apps.connections.open", headers=headers)).json()

    assert answer["url"].startswith("ws://slack.test:1234/link/?ticket=")


async def test_a_persons_token_acts_as_that_person(slack: Playground) -> None:
    ana = user_client(slack, ANA)

    posted = await ana.chat_postMessage(channel="C02RANDOM", text="from my own script")

    assert posted["message"]["user"] == ANA
    assert "bot_id" not in posted["message"]
    assert (await ana.auth_test())["user_id"] == ANA


async def test_the_token_of_a_deactivated_person_is_dead(slack: Playground) -> None:
    await slack.person("ben", deleted=True)
    try:
        assert await error_of(user_client(slack, "U02BEN").auth_test()) == "account_inactive"
    finally:
        await slack.person("ben", deleted=False)


@pytest.mark.parametrize(
    ("method", "missing"),
    [
        ("chat.postMessage", "channel"),
        ("chat.update", "channel"),
        ("pins.add", "channel"),
        ("bookmarks.add", "channel_id"),
        ("users.info", "user"),
        ("views.open", "trigger_id"),
        ("files.getUploadURLExternal", "filename"),
    ],
)
async def test_a_missing_argument_is_named(client: AsyncWebClient, method: str, missing: str) -> None:
    answer = await refusal(client.api_call(method))

    assert answer["error"] == "invalid_arguments"
    assert any(missing in message for message in answer["response_metadata"]["messages"])


async def test_broken_json_is_refused(slack: Playground) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        broken = (await http.post(f"{slack.api_url}auth.test", content="{")).json()
        a_list = (await http.post(f"{slack.api_url}auth.test", content="[1]")).json()

    assert broken["error"] == "invalid_json"
    assert a_list["error"] == "json_not_object"


async def test_every_call_is_recorded_with_arguments_answer_and_effect(
    client: AsyncWebClient, slack: Playground
) -> None:
    await client.chat_postMessage(channel=ALERTS, text="recorded", blocks=[section("recorded")])
    await refusal(client.chat_postMessage(channel="C0NOWHERE", text="x"))

    good, bad = await slack.calls("chat.postMessage")
    assert (good["status"], good["ok"], good["effect"]) == (200, True, True)
    assert good["args"]["text"] == "recorded"
    assert good["response"]["ts"]
    assert (bad["ok"], bad["error"], bad["effect"]) == (False, "channel_not_found", False)
    assert await slack.calls("chat.postMessage", since=bad["n"]) == []
