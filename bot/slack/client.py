"""The one door to Slack's Web API: every call bounded in time, every failure typed by what to do next."""

import asyncio
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from time import monotonic
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import OutsideError, Permanent
from bot.slack.failures import REFUSED_TOKENS, no_answer, not_reached, refusal

Answer = Mapping[str, Any]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
CONNECTIONS = 100
_NOT_CONNECTED = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_LOST = (aiohttp.ClientError, TimeoutError, OSError)


class TooLate(Exception):
    """So much time went before a call could be written that it was not."""


class BadToken(Exception):
    """Slack does not accept a token; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is, and where it is at home; `url` is the workspace's address."""

    team_id: str
    url: str
    bot_user_id: str
    bot_id: str
    app_id: str


class SlackClient:
    """Calls Slack over one kept-alive session. Made inside a running event loop; `close` ends it.

    `timeout` bounds each call, in seconds; what cannot be written within half of it is not sent. The SDK's own retries
    are off, since they would repeat a post whose connection broke; so is the proxy that the SDK takes from the
    environment even for a local address.
    """

    def __init__(self, bot_token: str, app_token: str, base_url: str, timeout: float) -> None:
        self.app_token = app_token
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=timeout / 2),
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            trace_configs=[_sent_within(timeout / 2)],
        )
        self.sdk = AsyncWebClient(token=bot_token, base_url=base_url, session=self._session, retry_handlers=[])
        if urlsplit(base_url).hostname in LOOPBACK:
            self.sdk.proxy = None
        self._identity: Identity | None = None
        self._asking = asyncio.Lock()

    async def call(self, method: str, **arguments: object) -> Answer:
        """One call of a Web API method by its name in Slack's documentation. Raises Transient, Permanent or Unsure."""
        send = getattr(self.sdk, method.replace(".", "_"))
        try:
            response = await send(**arguments)
        except SlackApiError as error:
            raise _refused(method, error) from error
        except _NOT_CONNECTED as error:
            raise not_reached(type(error).__name__) from error
        except _LOST as error:
            raise _lost(method, error) from error
        answer: Answer = response.data
        return answer

    async def respond(self, url: str, body: Mapping[str, object]) -> None:
        """Answer through a response_url (five uses within 30 minutes). Raises Transient, Permanent or Unsure."""
        await self._post("response_url", url, json=dict(body))

    async def upload(self, url: str, data: bytes) -> None:
        """Hand a file's bytes to the address that Slack gave for them; again does no harm."""
        await self._post("upload", url, data=data, headers={"Content-Type": "application/octet-stream"})

    async def _post(self, method: str, url: str, **arguments: Any) -> None:
        try:
            async with self._session.post(url, proxy=self.sdk.proxy, **arguments) as response:
                text = await response.text()
        except _NOT_CONNECTED as error:
            raise not_reached(type(error).__name__) from error
        except _LOST as error:
            raise _lost(method, error) from error
        said = _said(text)
        if response.status != 200 or said.get("ok") is False:
            raise refusal(method, response.status, said, response.headers)

    async def check(self) -> Identity:
        """Who the bot is; asked once. Raises BadToken (one line), or Transient while Slack cannot be reached."""
        async with self._asking:
            if self._identity is None:
                self._identity = await self._ask()
            return self._identity

    async def _ask(self) -> Identity:
        """One auth.test and one apps.connections.open: the SDK itself would loop for ever over a bad token."""
        home, socket = await asyncio.gather(
            _accepted(self.call("auth.test"), "SLACK_BOT_TOKEN"),
            _accepted(self.call("apps.connections.open", app_token=self.app_token), "SLACK_APP_TOKEN"),
        )
        app_id = parse_qs(urlsplit(str(socket["url"])).query).get("app_id", [""])[0]
        return Identity(home["team_id"], home["url"], home["user_id"], home["bot_id"], app_id)

    async def close(self) -> None:
        await self._session.close()


def _sent_within(seconds: float) -> aiohttp.TraceConfig:
    """Raises `TooLate` where a call comes to be written only after `seconds`, just before that.

    A process that was frozen meanwhile notices its timers after its connections. By then another process may have taken
    over, and made the call.
    """

    async def begin(_: aiohttp.ClientSession, call: SimpleNamespace, __: object) -> None:
        call.begun = monotonic()

    async def check(_: aiohttp.ClientSession, call: SimpleNamespace, __: object) -> None:
        if call.begun is not None and monotonic() - call.begun > seconds:
            raise TooLate
        call.begun = None  # the rest of a long body may take its time

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(begin)
    trace.on_request_chunk_sent.append(check)
    return trace


def _said(text: str) -> Answer:
    """What was answered outside the Web API: `ok` as bare text, a refusal as JSON or as bare text too."""
    try:
        body = json.loads(text)
    except ValueError:
        return {"error": text[:80]}
    return body if isinstance(body, dict) else {}


async def _accepted(call: Awaitable[Answer], setting: str) -> Answer:
    try:
        return await call
    except Permanent as error:
        if error.code in REFUSED_TOKENS:
            raise BadToken(f"{setting}: Slack does not accept this token. {error}") from error
        raise


def _lost(method: str, error: Exception) -> OutsideError:
    if isinstance(error.__cause__, TooLate):
        return not_reached(TooLate.__name__)
    return no_answer(method, type(error).__name__)


def _refused(method: str, error: SlackApiError) -> OutsideError:
    """The SDK hands over its own response, or aiohttp's where the body was no JSON."""
    response = error.response
    if isinstance(response, aiohttp.ClientResponse):
        return refusal(method, response.status, {}, response.headers)
    body = response.data if isinstance(response.data, Mapping) else {}
    return refusal(method, response.status_code, body, response.headers)
