"""Watches one person's client during an action, and tells what they saw."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playground.json_types import Json
from playground.pictures import home_picture, view_stack
from playground.render import message_text, view_text
from playground.slack import Slack
from playground.state.messages import Message
from playground.state.users import User

# Lines of the channel itself, which say nothing about what the app did.
_OWN_NOTICES = ("channel_join", "group_join", "channel_topic", "channel_purpose", "channel_name", "channel_archive")


class Observer:
    """Collects what is new for `user`: in the channel of the action, in their direct messages, in channels they
    came into meanwhile; modals, field errors, the Home tab and toasts.
    """

    def __init__(self, slack: Slack, user: User) -> None:
        self._slack = slack
        self._user = user
        self._known = {channel.id for channel in slack.workspace.channels.values() if user.id in channel.members}
        self._changed: dict[tuple[str, str], None] = {}
        self._news = asyncio.Event()
        self._anything = asyncio.Event()
        self.errors: dict[str, str] | None = None
        self.toasts: list[str] = []
        self.home_changed = False

    @contextmanager
    def watching(self) -> Iterator["Observer"]:
        with self._slack.feed.listen(self._user.id, self._take):
            yield self

    async def wait(self, seconds: float, until: str | None, channel_id: str | None) -> None:
        """Until something new was seen, or until some visible text holds `until`; at most `seconds` of real time."""
        deadline = time.monotonic() + seconds
        while not (until in self.text(channel_id) if until else self._news.is_set()):
            left = deadline - time.monotonic()
            if left <= 0:
                return
            self._anything.clear()
            try:
                async with asyncio.timeout(left):
                    await self._anything.wait()
            except TimeoutError:
                return

    def saw(self, channel_id: str | None) -> Json:
        messages = self._messages(channel_id)
        return {
            "messages": [self._with_plain(message) for message in messages if not message.ephemeral_for],
            "ephemerals": [self._with_plain(message) for message in messages if message.ephemeral_for],
            "views": view_stack(self._slack, self._user.id),
            "home": home_picture(self._slack, self._user.id) if self.home_changed else None,
            "errors": self.errors,
            "toasts": list(self.toasts),
        }

    def text(self, channel_id: str | None) -> str:
        """The same as lines a person would read."""
        workspace = self._slack.workspace
        lines = [self._line(message) for message in self._messages(channel_id)]
        lines += [view_text(workspace, view) for view in workspace.views.stack(self._user.id)]
        home = workspace.views.homes.get(self._user.id)
        if self.home_changed and home is not None:
            lines += ["(Home)", view_text(workspace, home)]
        return "\n".join([*lines, *(f"! {toast}" for toast in self.toasts)])

    def _take(self, frame: Json) -> None:
        kind = frame["type"]
        if kind in ("message", "thread", "message_changed"):
            message = frame["message"]
            self._changed[frame["channel"], message["ts"]] = None
            if message["user"] != self._user.id and message.get("subtype") not in _OWN_NOTICES:
                self._news.set()
        elif kind == "view_errors":
            self.errors = frame["errors"]
            self._news.set()
        elif kind == "toast":
            self.toasts.append(frame["text"])
            self._news.set()
        elif kind == "home":
            self.home_changed = True
            self._news.set()
        elif kind == "views":
            self._news.set()
        self._anything.set()

    def _messages(self, channel_id: str | None) -> list[Message]:
        """In the order they were written; what was deleted meanwhile is not there any more."""
        found = [self._message(channel, ts) for channel, ts in self._changed if self._concerns(channel, channel_id)]
        return sorted((message for message in found if message is not None), key=lambda message: message.ts)

    def _message(self, channel_id: str, ts: str) -> Message | None:
        workspace = self._slack.workspace
        return workspace.find_message(channel_id, ts) or workspace.find_ephemeral(self._user.id, channel_id, ts)

    def _concerns(self, channel_id: str, action_channel: str | None) -> bool:
        channel = self._slack.workspace.channels.get(channel_id)
        if channel is None or not channel.visible_to(self._user.id):
            return False
        came_in = self._user.id in channel.members and channel_id not in self._known
        return channel_id == action_channel or channel.is_im or channel.is_mpim or came_in

    def _with_plain(self, message: Message) -> Json:
        body = {**message.wire(), "channel": message.channel_id}
        body["plain"] = message_text(self._slack.workspace, message, self._inputs(message))
        return {**body, "ephemeral": True} if message.ephemeral_for else body

    def _inputs(self, message: Message) -> dict[str, Json]:
        return self._slack.workspace.inputs.get((message.channel_id, message.ts, self._user.id), {})

    def _line(self, message: Message) -> str:
        workspace = self._slack.workspace
        channel = workspace.channels[message.channel_id]
        author = workspace.users.get(message.author)
        place = f"#{channel.name}" if not channel.is_im else "direct message"
        thread = " (in thread)" if message.is_reply else ""
        only_you = " (only visible to you)" if message.ephemeral_for else ""
        name = author.real_name if author else message.author
        return f"{place}{thread}{only_you} {name}: {message_text(workspace, message, self._inputs(message))}"
