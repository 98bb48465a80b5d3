"""What a Web API method is, and what its code is given."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.users import User
from playground.tokens import Token, TokenKind
from playground.web_api.args import Args

# Which scopes allow an action on a conversation of each kind (any one of them is enough).
CONVERSATION_SCOPES: dict[str, dict[str, tuple[str, ...]]] = {
    "read": {"channel": ("channels:read",), "group": ("groups:read",), "im": ("im:read",), "mpim": ("mpim:read",)},
    "history": {
        "channel": ("channels:history",),
        "group": ("groups:history",),
        "im": ("im:history",),
        "mpim": ("mpim:history",),
    },
    "manage": {
        "channel": ("channels:manage",),
        "group": ("groups:write",),
        "im": ("im:write",),
        "mpim": ("mpim:write",),
    },
    "invite": {
        "channel": ("channels:manage", "channels:write.invites"),
        "group": ("groups:write", "groups:write.invites"),
        "im": ("im:write",),
        "mpim": ("mpim:write",),
    },
    "topic": {
        "channel": ("channels:manage", "channels:write.topic"),
        "group": ("groups:write", "groups:write.topic"),
        "im": ("im:write",),
        "mpim": ("mpim:write",),
    },
}


@dataclass(frozen=True, slots=True)
class Call:
    """One authorised request: who calls, with which arguments, and the address it reached us under."""

    slack: Slack
    method: str
    token: Token
    args: Args
    origin: str

    @property
    def user_id(self) -> str:
        """The user whose membership and authorship count: the bot user, or the person of a user token."""
        return self.token.user_id

    def granted(self, scope: str) -> bool:
        return self.token.kind == "user" or scope in self.slack.manifest.scopes

    def need_scope(self, *any_of: str) -> None:
        """Raises missing_scope unless one of these is granted."""
        if not any(self.granted(scope) for scope in any_of):
            raise SlackError(
                "missing_scope", {"needed": ",".join(any_of), "provided": ",".join(self.slack.manifest.scopes)}
            )

    def need_conversation_scope(self, action: str, channel: Channel) -> None:
        self.need_scope(*CONVERSATION_SCOPES[action][channel.kind])

    def channel(self, name: str = "channel") -> Channel:
        """The conversation an argument names by id. Raises channel_not_found, also for unseen private ones."""
        (channel_id,) = self.args.require(name)
        channel = self.slack.workspace.channels.get(channel_id)
        if channel is None or not channel.visible_to(self.user_id):
            raise SlackError("channel_not_found")
        return channel

    def member_channel(self, name: str = "channel") -> Channel:
        """The same, where the caller must be a member."""
        channel = self.channel(name)
        if self.user_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def writable_channel(self, name: str = "channel") -> Channel:
        """The same, and not archived."""
        channel = self.member_channel(name)
        if channel.is_archived:
            raise SlackError("is_archived")
        return channel

    def message(self, channel: Channel, name: str) -> Message:
        (ts,) = self.args.require(name)
        message = channel.log.get(ts)
        if message is None:
            raise SlackError("message_not_found")
        return message

    def user(self, name: str = "user") -> User:
        (user_id,) = self.args.require(name)
        return self.user_by_id(user_id)

    def user_by_id(self, user_id: str) -> User:
        user = self.slack.workspace.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        return user


Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes`: any one is enough, none means no scope. `tier` is a key of rate_limits.TIERS."""

    name: str
    handler: Handler
    tier: str
    scopes: tuple[str, ...]
    tokens: tuple[TokenKind, ...]


class Family:
    """Collects the methods of one module."""

    def __init__(self) -> None:
        self.methods: list[Method] = []

    def method(
        self, name: str, *, tier: str, scopes: tuple[str, ...] = (), tokens: tuple[TokenKind, ...] = ("bot", "user")
    ) -> Callable[[Handler], Handler]:
        """Decorator: this function carries out the method `name`."""

        def register(handler: Handler) -> Handler:
            self.methods.append(Method(name, handler, tier, scopes, tokens))
            return handler

        return register
