"""Channels of all four kinds: public, private, direct and group direct messages."""

from dataclasses import dataclass, field

from playground.json_types import Json
from playground.state.messages import MessageLog


@dataclass(slots=True)
class Note:
    """A topic or purpose, with who set it and when (Unix seconds)."""

    value: str = ""
    creator: str = ""
    last_set: int = 0

    def wire(self) -> Json:
        return {"value": self.value, "creator": self.creator, "last_set": self.last_set}


@dataclass(frozen=True, slots=True)
class Pin:
    ts: str
    created: int
    created_by: str


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_general: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    topic: Note = field(default_factory=Note)
    purpose: Note = field(default_factory=Note)
    previous_names: list[str] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: list[Json] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)
    log: MessageLog = field(default_factory=MessageLog)
    canvas_id: str | None = None

    @property
    def kind(self) -> str:
        """Slack's channel_type: channel, group, im or mpim."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"

    @property
    def is_public(self) -> bool:
        return self.kind == "channel"

    def visible_to(self, user_id: str) -> bool:
        return self.is_public or user_id in self.members

    def other_member(self, user_id: str) -> str:
        """Whom a direct message is with, seen from one side (oneself in a note to self)."""
        return next((member for member in self.members if member != user_id), user_id)

    def is_pinned(self, ts: str) -> bool:
        return any(pin.ts == ts for pin in self.pins)

    def wire(self, viewer: str, team_id: str, *, with_count: bool = False) -> Json:
        """Slack's conversation object as the token's user sees it."""
        if self.is_im:
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_archived": self.is_archived,
                "is_org_shared": False,
                "context_team_id": team_id,
                "updated": self.created * 1000,
                "user": self.other_member(viewer),
                "is_user_deleted": False,
                "priority": 0,
                "is_open": True,
            }
        body: Json = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.is_public,
            "is_group": self.kind == "group",
            "is_im": False,
            "is_mpim": self.is_mpim,
            "is_private": self.is_private,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_general": self.is_general,
            "unlinked": 0,
            "is_shared": False,
            "is_org_shared": False,
            "is_ext_shared": False,
            "is_pending_ext_shared": False,
            "pending_shared": [],
            "pending_connected_team_ids": [],
            "shared_team_ids": [team_id],
            "parent_conversation": None,
            "context_team_id": team_id,
            "updated": self.created * 1000,
            "creator": self.creator,
            "is_member": viewer in self.members,
            "topic": self.topic.wire(),
            "purpose": self.purpose.wire(),
            "previous_names": list(self.previous_names),
            "priority": 0,
        }
        return {**body, "num_members": len(self.members)} if with_count else body
