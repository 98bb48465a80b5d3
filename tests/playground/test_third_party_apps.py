"""A Bolt app written the way the tutorials do it, synchronous and with the SDK's own socket client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.playground.apps import QUIET
from tests.support.playground import Json, Playground


def tutorial_app(slack: Playground) -> App:
    """Nothing in it knows of the playground but the base url of its client."""
    app = App(client=WebClient(token=slack.bot_token, base_url=slack.api_url), logger=QUIET)

    @app.message("hello")
    def say_hello(message: Json, say: Say) -> None:
        say(
            blocks=[
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": f"Hey there <@{message['user']}>!"},
                    "accessory": {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "Click Me"},
                        "action_id": "button_click",
                    },
                }
            ],
            text=f"Hey there <@{message['user']}>!",
        )

    @app.action("button_click")
    def clicked(body: Json, ack: Ack, say: Say) -> None:
        ack()
        say(f"<@{body['user']['id']}> clicked the button")

    @app.command("/echo")
    def echo(ack: Ack, respond: Respond, command: Json) -> None:
        ack()
        respond(f"{command['text']}")

    return app


@asynccontextmanager
async def running(app: App, slack: Playground) -> AsyncIterator[None]:
    handler = SocketModeHandler(app, slack.app_token)
    await asyncio.to_thread(handler.connect)
    try:
        await slack.wait_connected()
        yield
    finally:
        await asyncio.to_thread(handler.close)


async def test_the_tutorial_app_works_unchanged(slack: Playground) -> None:
    async with running(tutorial_app(slack), slack):
        greeted = await slack.message("ana", "alerts", "hello", wait=5, until="Hey there")
        clicked = await slack.click("ana", message=greeted.messages[-1], text="Click Me", until="clicked")
        echoed = await slack.command("ana", "random", "/echo", "back to me", until="back to me")

    assert "Hey there @Ana Ruiz!\n[Click Me]" in greeted.text
    assert clicked.messages[-1]["plain"] == "@Ana Ruiz clicked the button"
    assert echoed.ephemerals[0]["plain"] == "back to me"
    assert await slack.violations() == []
