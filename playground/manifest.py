"""The app's manifest as the playground enforces it: scopes, commands, shortcuts and event subscriptions."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playground.json_types import Json

# What a bot token is granted when no manifest is given: everything an app could ask for.
ALL_BOT_SCOPES = (
    "app_mentions:read", "assistant:write", "bookmarks:read", "bookmarks:write", "calls:read", "calls:write",
    "canvases:read", "canvases:write", "channels:history", "channels:join", "channels:manage", "channels:read",
    "channels:write.invites", "channels:write.topic", "chat:write", "chat:write.customize", "chat:write.public",
    "commands", "dnd:read", "emoji:read", "files:read", "files:write", "groups:history", "groups:read", "groups:write",
    "groups:write.invites", "groups:write.topic", "im:history", "im:read", "im:write", "links:read", "links:write",
    "metadata.message:read", "mpim:history", "mpim:read", "mpim:write", "pins:read", "pins:write", "reactions:read",
    "reactions:write", "remote_files:read", "remote_files:share", "remote_files:write", "team:read", "usergroups:read",
    "usergroups:write", "users.profile:read", "users:read", "users:read.email", "users:write",
)  # fmt: skip


# Any one of these scopes lets an app have the event (docs.slack.dev, events reference); absent: no scope needed.
EVENT_SCOPES: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "channel_archive": ("channels:read",),
    "channel_left": ("channels:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "subteam_created": ("usergroups:read",),
    "subteam_updated": ("usergroups:read",),
    "channel_created": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_rename": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "link_shared": ("links:read",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "file_shared": ("files:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "subteam_members_changed": ("usergroups:read",),
}


class ManifestError(ValueError):
    """The manifest file cannot be read, or is not a manifest."""


@dataclass(frozen=True, slots=True)
class SlashCommand:
    command: str
    description: str
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`type` is `global` or `message`."""

    name: str
    type: str
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`enforced` is False where no file was given: then everything is permitted. `raw` is the file as it is."""

    enforced: bool
    app_name: str
    bot_name: str
    scopes: tuple[str, ...]
    commands: tuple[SlashCommand, ...]
    shortcuts: tuple[Shortcut, ...]
    bot_events: tuple[str, ...]
    unfurl_domains: tuple[str, ...] = ()
    has_home: bool = True
    has_assistant: bool = True
    raw: Json = field(default_factory=dict)

    def command(self, name: str) -> SlashCommand | None:
        return next((command for command in self.commands if command.command == name), None)

    def subscribed(self, subscription: str) -> bool:
        return not self.enforced or (subscription in self.bot_events and self.may_have(subscription))

    def may_have(self, event: str) -> bool:
        """Whether the scopes allow this event."""
        needed = EVENT_SCOPES.get(event)
        return needed is None or any(scope in self.scopes for scope in needed)


PERMISSIVE = Manifest(False, "Quarterdeck", "Quarterdeck", ALL_BOT_SCOPES, (), (), ())


def load_manifest(path: Path) -> Manifest:
    """Read a JSON or YAML manifest. Raises ManifestError with the file name and what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = json.loads(text) if path.suffix == ".json" else YAML(typ="safe").load(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, YAMLError) as error:
        raise ManifestError(f"{path}: {error}") from error
    if not isinstance(raw, dict) or "display_information" not in raw:
        raise ManifestError(f"{path}: not an app manifest: it has no display_information")
    return _parse(raw)


def _parse(raw: Json) -> Manifest:
    features = raw.get("features") or {}
    scopes = (raw.get("oauth_config") or {}).get("scopes") or {}
    events = (raw.get("settings") or {}).get("event_subscriptions") or {}
    name = str(raw["display_information"].get("name", "App"))
    return Manifest(
        enforced=True,
        app_name=name,
        bot_name=str((features.get("bot_user") or {}).get("display_name", name)),
        scopes=tuple(scopes.get("bot") or ()) + tuple(scopes.get("bot_optional") or ()),
        commands=tuple(_command(item) for item in features.get("slash_commands") or ()),
        shortcuts=tuple(
            Shortcut(item["name"], item["type"], item["callback_id"], item.get("description", ""))
            for item in features.get("shortcuts") or ()
        ),
        bot_events=tuple(events.get("bot_events") or ()),
        has_home=bool((features.get("app_home") or {}).get("home_tab_enabled")),
        has_assistant="assistant_view" in features,
        unfurl_domains=tuple(features.get("unfurl_domains") or ()),
        raw=raw,
    )


def _command(item: Json) -> SlashCommand:
    return SlashCommand(
        item["command"], item.get("description", ""), item.get("usage_hint", ""), bool(item.get("should_escape"))
    )
