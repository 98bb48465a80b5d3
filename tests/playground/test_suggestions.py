"""External selects, whose options the app offers while a person types."""

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, Bolt, actions, plain
from tests.support.playground import Json, Playground


async def select(client: AsyncWebClient, slack: Playground) -> Json:
    """A message with an external select."""
    element = {"type": "external_select", "action_id": "service"}
    await client.chat_postMessage(channel=ALERTS, text="card", blocks=[actions(element)])
    return (await slack.messages("alerts"))[-1]


async def test_an_external_select_asks_the_app(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    queries: list[str] = []
    chosen: list[str] = []

    @bolt.app.action("service")
    async def choice(ack: AsyncAck, action: Json) -> None:
        chosen.append(action["selected_option"]["value"])
        await ack()

    @bolt.app.options("service")
    async def options(ack: AsyncAck, payload: Json) -> None:
        queries.append(payload["value"])
        await ack(options=[{"text": plain("check-api"), "value": "check-1"}])

    await bolt.connect()
    message = await select(client, slack)

    offered = await slack.act(
        "suggest", "ana", channel=ALERTS, ts=message["ts"], action_id="service", query="check", wait=0
    )
    await slack.select("ana", "check-api", message=message, action_id="service", wait=0)

    assert [option["value"] for option in offered.answer["options"]] == ["check-1"]
    assert chosen == ["check-1"]
    assert queries == ["check", "check-api"]


async def test_an_external_select_takes_what_the_app_offers(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    @bolt.app.options("service")
    async def options(ack: AsyncAck) -> None:
        await ack(options=[{"text": plain("checkout"), "value": "1"}])

    await bolt.connect()
    message = await select(client, slack)
    seen = await slack.select("ana", "payments", message=message, action_id="service", wait=0)

    assert seen.error == "no_such_option"
    assert "checkout" in seen.text


async def test_too_many_suggestions_are_none(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    @bolt.app.options("service")
    async def options(ack: AsyncAck) -> None:
        await ack(options=[{"text": plain("o"), "value": str(number)} for number in range(101)])

    await bolt.connect()
    message = await select(client, slack)
    place = {"channel": ALERTS, "ts": message["ts"]}
    offered = await slack.act("suggest", "ana", **place, action_id="service", query="x", wait=0)

    assert offered.answer["options"] == []
    assert (await slack.violations())[0]["message"] == "no more than 100 items allowed"
