"""Posting, updating and finding again one message, known by its surface's key in the message's metadata."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from bot.command import Message
from bot.domain.work import Drawn
from bot.ports import Permanent
from bot.slack.client import Answer, SlackClient
from bot.slack.ids import Event

LOOK_BACK = timedelta(minutes=1)
"""Clocks differ: a message is looked for from so long before the attempt."""
PAGE = 200
_KEY = "surface"


class Posting:
    """The calls of one message. `broadcasts` are kinds whose reply in a thread is shown in the channel too."""

    def __init__(self, client: SlackClient, broadcasts: Collection[str] = ()) -> None:
        self._client = client
        self._broadcasts = broadcasts

    async def post(self, it: Drawn, message: Message) -> str:
        """The new message's ts. Raises Transient, Permanent or Unsure."""
        body = _marked(it, message)
        if it.thread:
            body |= {"thread_ts": it.thread, "reply_broadcast": it.kind in self._broadcasts}
        answer = await self._client.call("chat.postMessage", channel=it.channel, **body)
        return str(answer["ts"])

    async def update(self, channel: str, ts: str, it: Drawn, message: Message) -> None:
        """Redraw a message. Raises Transient or Permanent: an update that got no answer is simply made again."""
        body = {name: value for name, value in _marked(it, message).items() if not name.startswith("unfurl")}
        await self._client.call("chat.update", channel=channel, ts=ts, **body)

    async def look_up(self, it: Drawn) -> str | None:
        """The ts of a message that an earlier attempt posted after all, or None."""
        oldest = (it.intent_at - LOOK_BACK).timestamp()
        wanted: dict[str, Any] = {
            "channel": it.channel,
            "oldest": f"{oldest:.6f}",
            "include_all_metadata": True,
            "limit": PAGE,
        }
        method = "conversations.history"
        if it.thread:
            method, wanted = "conversations.replies", {**wanted, "ts": it.thread}
        app = (await self._client.check()).app_id
        cursor = ""
        while True:
            page = await self._page(method, {**wanted, "cursor": cursor} if cursor else wanted)
            for message in page["messages"]:
                if _is_ours(message, it.key, app):
                    return str(message["ts"])
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return None

    async def _page(self, method: str, wanted: Mapping[str, Any]) -> Answer:
        """History is for members only, while posting in a public channel is not."""
        try:
            return await self._client.call(method, **wanted)
        except Permanent as error:
            if error.code != "not_in_channel":
                raise
        await self._client.call("conversations.join", channel=wanted["channel"])
        return await self._client.call(method, **wanted)


def _marked(it: Drawn, message: Message) -> dict[str, Any]:
    """What is sent: the message with the key by which it is found again."""
    body: dict[str, Any] = dict(message.payload())
    metadata = body.get("metadata") or {"event_type": Event.NOTICE.value, "event_payload": {}}
    body["metadata"] = {**metadata, "event_payload": {**metadata["event_payload"], _KEY: it.key}}
    return body


def _is_ours(message: Mapping[str, Any], key: str, app: str) -> bool:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get(_KEY) == key and message.get("app_id", app) == app
