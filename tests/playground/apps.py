"""Real slack_sdk clients and a real slack_bolt app pointed at a playground."""

import logging
from collections.abc import Awaitable

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from tests.support.playground import Json, Playground

QUIET = logging.getLogger("tests.bolt")
QUIET.setLevel(logging.CRITICAL)

# Seeded ids.
ANA, BEN, DEV, CHLOE, EVA, BOT = "U02ANA", "U02BEN", "U02DEV", "U02CHLOE", "U02EVA", "U02QDBOT"
GENERAL, RANDOM, ALERTS, INCIDENTS = "C02GENERAL", "C02RANDOM", "C02ALERTS", "C02INCIDENTS"


def web_client(
    slack: Playground, token: str | None = None, retry_handlers: list[AsyncRetryHandler] | None = None
) -> AsyncWebClient:
    """Without the SDK's default retry, so that a test sees each failure once."""
    return AsyncWebClient(
        token=token or slack.bot_token, base_url=slack.api_url, retry_handlers=retry_handlers or [], logger=QUIET
    )


def user_client(slack: Playground, user_id: str) -> AsyncWebClient:
    """A client that acts with a person's own token."""
    return web_client(slack, f"xoxp-playground-{user_id}")


async def refusal(call: Awaitable[AsyncSlackResponse]) -> Json:
    """The body of an answer that must be ok:false."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return dict(refused.value.response.data)


async def error_of(call: Awaitable[AsyncSlackResponse]) -> str:
    return str((await refusal(call))["error"])


class Bolt:
    """`app` takes listeners; `connect` waits until the playground knows the connection."""

    def __init__(self, slack: Playground) -> None:
        self._slack = slack
        self.client = web_client(slack)
        self.app = AsyncApp(client=self.client, logger=QUIET)
        self.handler = AsyncSocketModeHandler(self.app, slack.app_token, logger=QUIET, ping_interval=1)
        self._connected = False

    async def connect(self) -> None:
        self._connected = True
        await self.handler.connect_async()
        await self._slack.wait_connected()

    async def close(self) -> None:
        if self._connected:
            await self.handler.close_async()


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, text: str, **more: object) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements: Json, block_id: str = "actions") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(block_id: str, label: str, **more: object) -> Json:
    element = {"type": "plain_text_input", "action_id": block_id, **more}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}


def modal(*blocks: Json, title: str = "Declare", callback_id: str = "declare", **more: object) -> Json:
    return {
        "type": "modal", "callback_id": callback_id, "title": plain(title), "submit": plain("Send"),
        "blocks": list(blocks), **more,
    }  # fmt: skip
