"""The app's manifest, made from what the app declares: exactly the commands, scopes and events that it uses."""

from collections.abc import Sequence

from bot.command import Command, ShortcutEntry
from bot.slack.events import EVENTS

NAME = "Quarterdeck"
_DESCRIPTION = "Alerts, incidents, SLOs and safe runbooks for the people on call"
_COLOR = "#1d2733"

SCOPES = {
    "bookmarks:read": "bookmarks.list",
    "bookmarks:write": "bookmarks.add",
    "channels:history": "conversations.history",
    "channels:join": "conversations.join",
    "channels:manage": "conversations.create, invite, setTopic, setPurpose",
    "channels:read": "conversations.list, events of channels",
    "chat:write": "chat.postMessage, chat.update",
    "chat:write.public": "posting in channels the app is not in",
    "commands": "slash commands and shortcuts",
    "files:read": "files.info",
    "files:write": "files.getUploadURLExternal, files.completeUploadExternal",
    "groups:history": "conversations.history of private channels",
    "groups:read": "conversations.list of private channels",
    "groups:write": "private rooms",
    "im:history": "conversations.history of direct messages",
    "im:write": "conversations.open",
    "pins:read": "the event pin_added",
    "pins:write": "pins.add",
    "usergroups:read": "usergroups.list",
    "users:read": "users.info, users.list",
}
"""Each bot scope, and what needs it."""


def manifest(commands: Sequence[Command], shortcuts: Sequence[ShortcutEntry], prefix: str = "") -> dict[str, object]:
    """The manifest as data, for `api.slack.com/apps` or the playground. `prefix` stands before each command's name."""
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": NAME, "description": _DESCRIPTION, "background_color": _COLOR},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "slash_commands": [_command(command, prefix) for command in commands],
            "shortcuts": [_shortcut(entry) for entry in shortcuts],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def _command(command: Command, prefix: str) -> dict[str, object]:
    hint = " | ".join(sub.name for sub in command.subs)
    return {
        "command": f"/{prefix}{command.name}",
        "description": command.summary,
        "usage_hint": hint,
        "should_escape": False,
    }


def _shortcut(entry: ShortcutEntry) -> dict[str, object]:
    return {
        "name": entry.label,
        "type": "message" if entry.on_message else "global",
        "callback_id": entry.name,
        "description": entry.summary,
    }
