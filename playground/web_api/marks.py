"""reactions.*, pins.* and bookmarks.*."""

import re
from urllib.parse import urlsplit

from playground.json_types import Json
from playground.operations import messages
from playground.operations.broadcast import show_channel
from playground.operations.channels import add_bookmark
from playground.operations.errors import SlackError
from playground.state.channels import Channel
from playground.web_api.method import Call, Family
from playground.web_api.paging import page

api = Family()

MAX_BOOKMARKS = 100
_EMOJI = re.compile(r"[a-z0-9_+'\-]+(::skin-tone-[2-6])?")
_NOT_PINNABLE = ("channel_", "group_", "tombstone")


@api.method("reactions.add", tier="3", scopes=("reactions:write",))
def reactions_add(call: Call) -> Json:
    channel = call.writable_channel()
    message = call.message(channel, "timestamp")
    messages.react(call.slack, channel, message, call.user_id, _emoji(call))
    return {}


@api.method("reactions.remove", tier="2", scopes=("reactions:write",))
def reactions_remove(call: Call) -> Json:
    channel = call.member_channel()
    message = call.message(channel, "timestamp")
    messages.unreact(call.slack, channel, message, call.user_id, _emoji(call))
    return {}


@api.method("reactions.get", tier="3", scopes=("reactions:read",))
def reactions_get(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, "timestamp")
    permalink = call.slack.permalink(channel.id, message.ts, message.thread_ts)
    return {"type": "message", "channel": channel.id, "message": {**message.wire(), "permalink": permalink}}


@api.method("reactions.list", tier="2", scopes=("reactions:read",))
def reactions_list(call: Call) -> Json:
    """The messages with a reaction of one person (the caller by default), where the caller sees them; newest first."""
    person = call.user_by_id(call.args.text("user") or call.user_id)
    reacted = [
        (channel, message)
        for channel in call.slack.workspace.channels.values()
        if call.user_id in channel.members
        for message in channel.log
        if any(person.id in users for users in message.reactions.values())
    ]
    newest = sorted(reacted, key=lambda found: found[1].ts, reverse=True)
    shown, metadata = page(newest, call.args)
    items = [{"type": "message", "channel": channel.id, "message": message.wire()} for channel, message in shown]
    return {"items": items, "response_metadata": metadata}


@api.method("pins.add", tier="2", scopes=("pins:write",))
def pins_add(call: Call) -> Json:
    channel = call.writable_channel()
    message = call.message(channel, "timestamp")
    if str(message.content.get("subtype", "")).startswith(_NOT_PINNABLE):
        raise SlackError("not_pinnable")
    messages.pin(call.slack, channel, message, call.user_id)
    return {}


@api.method("pins.remove", tier="2", scopes=("pins:write",))
def pins_remove(call: Call) -> Json:
    channel = call.member_channel()
    messages.unpin(call.slack, channel, call.message(channel, "timestamp"), call.user_id)
    return {}


@api.method("pins.list", tier="2", scopes=("pins:read",))
def pins_list(call: Call) -> Json:
    channel = call.member_channel()
    pinned = [message for pin in reversed(channel.pins) if (message := channel.log.get(pin.ts))]
    return {"items": [messages.pin_item(call.slack, channel, message) for message in pinned]}


@api.method("bookmarks.add", tier="2", scopes=("bookmarks:write",))
def bookmarks_add(call: Call) -> Json:
    channel = call.writable_channel("channel_id")
    title, kind = call.args.require("title", "type")
    if kind != "link":
        raise SlackError("invalid_bookmark_type")
    if len(channel.bookmarks) >= MAX_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = call.slack.now_seconds()
    bookmark = {
        "id": call.slack.ids.entity("Bk"),
        "channel_id": channel.id,
        "title": title,
        "link": _link(call),
        "emoji": _bookmark_emoji(call),
        "icon_url": None,
        "type": kind,
        "entity_id": None,
        "date_created": now,
        "date_updated": now,
        "rank": f"{len(channel.bookmarks):04d}",
        "last_updated_by_user_id": call.user_id,
        "last_updated_by_team_id": call.slack.workspace.team_id,
        "shortcut_id": None,
        "app_id": call.slack.workspace.app_id,
        "app_action_id": None,
    }
    return {"bookmark": add_bookmark(call.slack, channel, bookmark)}


@api.method("bookmarks.edit", tier="2", scopes=("bookmarks:write",))
def bookmarks_edit(call: Call) -> Json:
    channel = call.writable_channel("channel_id")
    bookmark = _bookmark(call, channel)
    if "link" in call.args:
        bookmark["link"] = _link(call)
    if "emoji" in call.args:
        bookmark["emoji"] = _bookmark_emoji(call)
    bookmark["title"] = call.args.text("title", bookmark["title"])
    bookmark["date_updated"] = call.slack.now_seconds()
    show_channel(call.slack, channel)
    return {"bookmark": bookmark}


@api.method("bookmarks.remove", tier="2", scopes=("bookmarks:write",))
def bookmarks_remove(call: Call) -> Json:
    channel = call.writable_channel("channel_id")
    channel.bookmarks.remove(_bookmark(call, channel))
    show_channel(call.slack, channel)
    return {}


@api.method("bookmarks.list", tier="3", scopes=("bookmarks:read",))
def bookmarks_list(call: Call) -> Json:
    return {"bookmarks": list(call.member_channel("channel_id").bookmarks)}


def _emoji(call: Call) -> str:
    (name,) = call.args.require("name")
    name = name.strip(":")
    if not _EMOJI.fullmatch(name):
        raise SlackError("invalid_name")
    return name


def _bookmark(call: Call, channel: Channel) -> Json:
    (bookmark_id,) = call.args.require("bookmark_id")
    found = next((mark for mark in channel.bookmarks if mark["id"] == bookmark_id), None)
    if found is None:
        raise SlackError("not_found")
    return found


def _link(call: Call) -> str:
    link = call.args.text("link")
    if urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).netloc:
        raise SlackError("invalid_link")
    return link


def _bookmark_emoji(call: Call) -> str:
    emoji = call.args.text("emoji")
    if emoji and not (emoji.startswith(":") and emoji.endswith(":") and _EMOJI.fullmatch(emoji.strip(":"))):
        raise SlackError("invalid_emoji")
    return emoji
