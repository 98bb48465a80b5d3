"""What becomes of events in the inbox: pins go into timelines, home tabs are drawn, lost channels are forgotten."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

from bot.command import View
from bot.delivery.performer import Lease, Result
from bot.domain.plaintext import clean
from bot.domain.work import Claimed
from bot.services.requests import Asked
from bot.slack.client import SlackClient
from bot.store import channels
from bot.store.db import Database, Tx
from bot.store.events import Event, find

HomeView: TypeAlias = Callable[[str], Awaitable[View | None]]
"""The home tab of the person with this id, as it is now; None where there is none to show."""

_GONE = frozenset({"channel_archive", "channel_deleted", "group_archive", "group_deleted"})
EVENTS = ("app_home_opened", "pin_added", "channel_archive", "channel_deleted", "group_archive", "group_deleted")
"""What the app subscribes to."""


class Marking(Protocol):
    """Keeping a message in the timeline of the incident whose room it is in."""

    async def mark(
        self, asked: Asked, channel: str, ts: str, author: str, text: str, at: datetime
    ) -> object | None: ...


class EventHandling:
    """Effect `slack.event`. An event that nobody waits for is done as it is."""

    def __init__(self, client: SlackClient, database: Database, marking: Marking, home: HomeView) -> None:
        self._client = client
        self._database = database
        self._marking = marking
        self._home = home

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:  # noqa: ARG002
        async with self._database.read() as tx:
            event = await find(tx, str(claimed.payload["event"]))
        if event is None:
            return {}
        if event.type == "pin_added":
            await self._pinned(event)
        elif event.type == "app_home_opened" and event.body.get("tab", "home") == "home":
            await self._show_home(str(event.body["user"]))
        elif event.type in _GONE:
            return {"gone": str(event.body["channel"])}
        return {}

    async def _show_home(self, user: str) -> None:
        view = await self._home(user)
        if view is not None:
            await self._client.call("views.publish", user_id=user, view=dict(view))

    async def _pinned(self, event: Event) -> None:
        """A pinned message of a room belongs into its timeline, at the time when it was written."""
        item: Mapping[str, Any] = event.body.get("item") or {}
        message: Mapping[str, Any] = item.get("message") or {}
        channel, ts = str(event.body.get("channel_id") or item.get("channel") or ""), str(message.get("ts") or "")
        if not channel or not ts:
            return
        author = str(message.get("user") or message.get("bot_id") or "")
        at = datetime.fromtimestamp(float(ts), UTC)
        asked = Asked(f"event:{event.id}", str(event.body.get("user") or ""))
        await self._marking.mark(asked, channel, ts, author, clean(str(message.get("text") or "")), at)

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:  # noqa: ARG002
        if "gone" in result:
            await channels.forget(tx, str(result["gone"]))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        """Nothing: the effect's own row keeps the words."""
