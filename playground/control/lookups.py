"""GET /control/<name>: everything that is there, as JSON lists."""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from playground.inputs import label_of, placed_elements
from playground.json_types import Json
from playground.people.outcome import PersonError
from playground.render import message_text, view_text
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message, message_blocks
from playground.state.users import User
from playground.state.views import View
from playground.web_api.table import METHODS

Query = Mapping[str, str]
Lookup = Callable[[Slack, Query], object]


def _channels(slack: Slack, _query: Query) -> list[Json]:
    return [_channel(slack, channel) for channel in slack.workspace.channels.values()]


def _channel(slack: Slack, channel: Channel) -> Json:
    return {
        **channel.wire(slack.bot.id, slack.workspace.team_id, with_count=True),
        "name": channel.name,
        "members": list(channel.members),
        "topic": channel.topic.value,
        "purpose": channel.purpose.value,
        "creator": channel.creator,
        "is_private": channel.is_private,
        "pins": [pin.ts for pin in channel.pins],
        "bookmarks": list(channel.bookmarks),
        "messages": len(channel.log),
    }


def _messages(slack: Slack, query: Query) -> list[Json]:
    """Of a channel (with replies), a thread, or everywhere; `user` adds what only this person sees."""
    channels = [_find_channel(slack, query["channel"])] if query.get("channel") else slack.workspace.channels.values()
    found = [message for channel in channels for message in channel.log]
    if query.get("user"):
        user = _find_user(slack, query["user"])
        ids = {channel.id for channel in channels}
        found += [message for message in slack.workspace.ephemerals.get(user.id, []) if message.channel_id in ids]
    thread = query.get("thread")
    if thread:
        found = [message for message in found if thread in (message.ts, message.thread_ts)]
    return [message_picture(slack, message) for message in sorted(found, key=lambda message: message.ts)]


def message_picture(slack: Slack, message: Message) -> Json:
    """The wire message with all metadata, `plain` as people read it, and its `buttons`."""
    body = {**message.wire(metadata=True), "channel": message.channel_id}
    if message.ephemeral_for:
        body |= {"ephemeral": True, "ephemeral_for": message.ephemeral_for}
    body["plain"] = message_text(slack.workspace, message)
    body["buttons"] = buttons(message_blocks(message))
    return body


def buttons(blocks: list[Json]) -> list[Json]:
    """Everything that can be clicked or chosen, in reading order."""
    return [
        {
            "text": label_of(placed.element),
            "type": placed.kind,
            "action_id": placed.action_id,
            "block_id": placed.block_id,
            "value": placed.element.get("value"),
            "style": placed.element.get("style"),
            "url": placed.element.get("url"),
            "options": [option["text"]["text"] for option in placed.element.get("options") or []],
        }
        for placed in placed_elements(blocks)
    ]


def _views(slack: Slack, query: Query) -> list[Json]:
    if query.get("user"):
        user = _find_user(slack, query["user"])
        return [_view(slack, view) for view in slack.workspace.views.stack(user.id)]
    stacks = slack.workspace.views.stacks.values()
    return [_view(slack, view) for stack in stacks for view in stack]


def _view(slack: Slack, view: View) -> Json:
    return {
        **view.wire(),
        "user": view.owner,
        "errors": dict(view.errors),
        "plain": view_text(slack.workspace, view),
        "buttons": buttons(view.blocks),
    }


def _home(slack: Slack, query: Query) -> list[Json]:
    homes = slack.workspace.views.homes
    wanted = [_find_user(slack, query["user"]).id] if query.get("user") else list(homes)
    return [_view(slack, homes[user_id]) for user_id in wanted if user_id in homes]


def _calls(slack: Slack, query: Query) -> list[Json]:
    since = _since(query)
    method = query.get("method")
    return [
        record.wire() for record in slack.inspector.calls if record.n > since and method in (None, "", record.method)
    ]


def _violations(slack: Slack, query: Query) -> list[Json]:
    return [violation for violation in slack.inspector.violations if violation["n"] > _since(query)]


def _held(slack: Slack, _query: Query) -> list[Json]:
    return [
        {"id": held.id, "method": held.method, "args": held.args, "when": held.when}
        for held in slack.faults.held.values()
    ]


def _people(slack: Slack, _query: Query) -> list[Json]:
    return [user.picture() for user in slack.workspace.users.values()]


def _usergroups(slack: Slack, _query: Query) -> list[Json]:
    return [group.wire(with_users=True, with_count=True) for group in slack.workspace.usergroups.values()]


def _events(slack: Slack, query: Query) -> list[Json]:
    return [entry for entry in slack.inspector.of_kind("event") if entry["n"] > _since(query)]


def _envelopes(slack: Slack, query: Query) -> list[Json]:
    return [entry for entry in slack.inspector.of_kind("envelope", "ack") if entry["n"] > _since(query)]


def _files(slack: Slack, _query: Query) -> list[Json]:
    files = (file for file in slack.workspace.files.values() if file.completed)
    return [file.wire(slack.url, slack.workspace.team_id) for file in files]


def _canvases(slack: Slack, _query: Query) -> list[Json]:
    return [{**asdict(canvas), "markdown": canvas.markdown} for canvas in slack.workspace.canvases.values()]


def _ephemerals(slack: Slack, query: Query) -> list[Json]:
    stores = slack.workspace.ephemerals
    wanted = [_find_user(slack, query["user"]).id] if query.get("user") else list(stores)
    return [message_picture(slack, message) for user_id in wanted for message in stores.get(user_id, [])]


def _methods(_slack: Slack, _query: Query) -> list[Json]:
    """Every Web API method that is there, with its tier, scopes and kinds of token."""
    return [
        {"name": method.name, "tier": method.tier, "scopes": list(method.scopes), "tokens": list(method.tokens)}
        for method in METHODS.values()
    ]


def _faults(slack: Slack, _query: Query) -> list[Json]:
    return slack.faults.waiting()


def _clock(slack: Slack, _query: Query) -> Json:
    return {"now": slack.clock.now(), "speed": slack.clock.speed}


def _app(slack: Slack, _query: Query) -> Json:
    return {
        "connected": slack.hub.connected,
        "connections": slack.hub.connection_count,
        "app_id": slack.workspace.app_id,
    }


def _find_channel(slack: Slack, key: str) -> Channel:
    channel = slack.workspace.find_channel(key)
    if channel is None:
        raise PersonError("channel_not_found", f"There is no channel “{key}”.")
    return channel


def _find_user(slack: Slack, key: str) -> User:
    user = slack.workspace.find_user(key)
    if user is None:
        raise PersonError("user_not_found", f"There is nobody called “{key}”.")
    return user


def _since(query: Query) -> int:
    text = query.get("since") or "0"
    if not text.isdigit():
        raise PersonError("invalid_number", "“since” must be a whole number.")
    return int(text)


LOOKUPS: dict[str, Lookup] = {
    "app": _app,
    "calls": _calls,
    "canvases": _canvases,
    "channels": _channels,
    "clock": _clock,
    "envelopes": _envelopes,
    "ephemerals": _ephemerals,
    "events": _events,
    "faults": _faults,
    "files": _files,
    "held": _held,
    "home": _home,
    "messages": _messages,
    "methods": _methods,
    "people": _people,
    "usergroups": _usergroups,
    "views": _views,
    "violations": _violations,
}
