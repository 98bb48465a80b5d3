"""Messages and the log of one channel: its timeline and its threads."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from playground.json_types import Json


@dataclass(slots=True)
class Message:
    """`content` holds the remaining wire fields: blocks, attachments, files, subtype, bot_id, app_id …

    `author` is what decides who may edit it: a user id. `ephemeral_for` names the only person who sees it.
    """

    channel_id: str
    ts: str
    author: str
    text: str
    content: Json = field(default_factory=dict)
    metadata: Json | None = None
    thread_ts: str | None = None
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    replies: list[str] = field(default_factory=list)
    reply_users: list[str] = field(default_factory=list)
    ephemeral_for: str | None = None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_broadcast(self) -> bool:
        return self.content.get("subtype") == "thread_broadcast"

    @property
    def in_timeline(self) -> bool:
        """Shown among the channel's messages, not only inside a thread."""
        return not self.is_reply or self.is_broadcast

    def wire(self, *, metadata: bool = False) -> Json:
        """Slack's message object. Without `metadata` only its event_type is told, as Slack does."""
        body: Json = {"type": "message", "user": self.author, "ts": self.ts, "text": self.text, **self.content}
        if self.thread_ts:
            body["thread_ts"] = self.thread_ts
        if self.replies:
            body |= {
                "thread_ts": self.ts,
                "reply_count": len(self.replies),
                "reply_users_count": len(self.reply_users),
                "reply_users": list(self.reply_users),
                "latest_reply": self.replies[-1],
                "is_locked": False,
                "subscribed": False,
            }
        if self.edited:
            body["edited"] = dict(self.edited)
        if self.reactions:
            body["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        if self.metadata:
            body["metadata"] = self.metadata if metadata else {"event_type": self.metadata.get("event_type", "")}
        return body


def message_blocks(message: Message) -> list[Json]:
    """The blocks of a message, then those of its attachments."""
    attachments = message.content.get("attachments") or []
    nested = [block for attachment in attachments for block in attachment.get("blocks") or []]
    return [*(message.content.get("blocks") or []), *nested]


class MessageLog:
    """All messages of a channel by ts; the timeline stays sorted, so paging is a bisection."""

    def __init__(self) -> None:
        self._by_ts: dict[str, Message] = {}
        self._timeline: list[str] = []

    def __len__(self) -> int:
        return len(self._by_ts)

    def __iter__(self) -> Iterator[Message]:
        return iter(self._by_ts.values())

    def get(self, ts: str) -> Message | None:
        return self._by_ts.get(ts)

    def add(self, message: Message) -> None:
        """Append; the ts is newer than all others. A reply is counted on its parent."""
        self._by_ts[message.ts] = message
        if message.in_timeline:
            self._timeline.append(message.ts)
        parent = self._by_ts.get(message.thread_ts or "")
        if message.is_reply and parent is not None:
            parent.replies.append(message.ts)
            if message.author not in parent.reply_users:
                parent.reply_users.append(message.author)

    def remove(self, message: Message) -> None:
        del self._by_ts[message.ts]
        if message.in_timeline:
            self._timeline.remove(message.ts)
        parent = self._by_ts.get(message.thread_ts or "")
        if message.is_reply and parent is not None:
            parent.replies.remove(message.ts)
            parent.reply_users = list(dict.fromkeys(self._by_ts[ts].author for ts in parent.replies))

    def timeline(self, oldest: str, latest: str, *, inclusive: bool) -> list[Message]:
        """Top-level messages between two ts (empty = open end), oldest first."""
        low, high = (bisect_left, bisect_right) if inclusive else (bisect_right, bisect_left)
        start = low(self._timeline, oldest) if oldest else 0
        end = high(self._timeline, latest) if latest else len(self._timeline)
        return [self._by_ts[ts] for ts in self._timeline[start:end]]

    def page_before(self, before: str, limit: int) -> tuple[list[Message], bool]:
        """The `limit` newest top-level messages older than `before` (empty = newest), and whether older ones exist."""
        end = bisect_left(self._timeline, before) if before else len(self._timeline)
        start = max(0, end - limit)
        return [self._by_ts[ts] for ts in self._timeline[start:end]], start > 0

    def page_around(self, ts: str, limit: int) -> tuple[list[Message], bool, bool]:
        """About `limit` top-level messages around `ts`, and whether there are older and newer ones."""
        middle = bisect_left(self._timeline, ts)
        start, end = max(0, middle - limit // 2), middle + (limit + 1) // 2
        found = [self._by_ts[each] for each in self._timeline[start:end]]
        return found, start > 0, end < len(self._timeline)

    def after(self, ts: str) -> list[Message]:
        return self.timeline(ts, "", inclusive=False)

    def thread(self, parent: Message) -> list[Message]:
        return [parent, *(self._by_ts[ts] for ts in parent.replies)]
