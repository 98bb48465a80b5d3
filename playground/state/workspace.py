"""The whole workspace, with the look-ups by id and by name that everything else needs."""

from dataclasses import dataclass, field

from playground.json_types import Json
from playground.state.channels import Channel
from playground.state.files import Canvas, File
from playground.state.messages import Message
from playground.state.streams import Stream
from playground.state.users import User, UserGroup
from playground.state.views import Views


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A message that posts itself at `post_at` (Unix seconds)."""

    id: str
    channel_id: str
    post_at: int
    created: int
    text: str
    content: Json
    thread_ts: str | None


@dataclass(slots=True)
class AssistantThread:
    """What an app shows in a thread besides its messages. `turn` counts changes of the status."""

    status: str = ""
    loading: list[str] = field(default_factory=list)
    turn: int = 0
    prompts_title: str = ""
    prompts: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Workspace:
    """`ephemerals` and `inputs` are per person; `inputs` holds choices made in messages, by channel and ts.
    `streams` are the messages being written, `assistant` the threads in which an app shows more, by channel and ts.
    """

    team_id: str
    team_name: str
    domain: str
    app_id: str
    bot_id: str
    bot_user_id: str
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    canvases: dict[str, Canvas] = field(default_factory=dict)
    calls: dict[str, Json] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    inputs: dict[tuple[str, str, str], dict[str, Json]] = field(default_factory=dict)
    streams: dict[tuple[str, str], Stream] = field(default_factory=dict)
    assistant: dict[tuple[str, str], AssistantThread] = field(default_factory=dict)
    views: Views = field(default_factory=Views)

    def clear(self) -> None:
        self.users.clear()
        self.channels.clear()
        self.usergroups.clear()
        self.files.clear()
        self.canvases.clear()
        self.calls.clear()
        self.scheduled.clear()
        self.ephemerals.clear()
        self.inputs.clear()
        self.streams.clear()
        self.assistant.clear()
        self.views.clear()

    def find_user(self, key: str) -> User | None:
        """By id, handle (with or without @), e-mail or full name."""
        if key in self.users:
            return self.users[key]
        wanted = key.removeprefix("@").casefold()
        return next(
            (user for user in self.users.values() if wanted in (user.name, user.email, user.real_name.casefold())), None
        )

    def find_channel(self, key: str) -> Channel | None:
        """By id or name (with or without #)."""
        return self.channels.get(key) or self.channel_named(key.removeprefix("#"))

    def channel_named(self, name: str) -> Channel | None:
        return next((channel for channel in self.channels.values() if name and channel.name == name), None)

    def direct_channel(self, members: list[str]) -> Channel | None:
        wanted = set(members)
        direct = (channel for channel in self.channels.values() if channel.is_im or channel.is_mpim)
        return next((channel for channel in direct if set(channel.members) == wanted), None)

    def find_message(self, channel_id: str, ts: str) -> Message | None:
        channel = self.channels.get(channel_id)
        return channel.log.get(ts) if channel else None

    def find_ephemeral(self, user_id: str, channel_id: str, ts: str) -> Message | None:
        mine = self.ephemerals.get(user_id, [])
        return next((message for message in mine if message.ts == ts and message.channel_id == channel_id), None)

    def people(self) -> list[User]:
        return [user for user in self.users.values() if not user.is_bot]
