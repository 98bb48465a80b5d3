"""Posting, editing, deleting, reacting and pinning."""

from dataclasses import dataclass, field

from playground.json_types import Json
from playground.operations.broadcast import (
    emit_in_channel,
    emit_message_event,
    hide_message,
    show_channel,
    show_message,
)
from playground.operations.errors import SlackError
from playground.operations.thread_status import answered
from playground.pictures import notifying_text
from playground.slack import Slack
from playground.state.channels import Channel, Pin
from playground.state.messages import Message

MAX_PINS = 100
MAX_REACTION_KINDS = 50


@dataclass(slots=True)
class Draft:
    """A message about to be posted. `content` holds the wire fields besides text."""

    author: str
    text: str
    content: Json = field(default_factory=dict)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False


def bot_content(slack: Slack, content: Json) -> Json:
    """The fields that mark a message as the app's, with a block_id on every block."""
    marked = {
        **content,
        "team": slack.workspace.team_id,
        "bot_id": slack.workspace.bot_id,
        "app_id": slack.workspace.app_id,
        "bot_profile": bot_profile(slack),
    }
    if "blocks" in marked:
        marked["blocks"] = with_block_ids(slack, marked["blocks"])
    if "attachments" in marked:
        marked["attachments"] = named_attachments(slack, marked["attachments"])
    return marked


def bot_profile(slack: Slack) -> Json:
    workspace = slack.workspace
    return {
        "id": workspace.bot_id,
        "app_id": workspace.app_id,
        "user_id": workspace.bot_user_id,
        "name": slack.bot.real_name,
        "icons": {},
        "deleted": False,
        "updated": slack.bot.updated,
        "team_id": workspace.team_id,
    }


def with_block_ids(slack: Slack, blocks: list[Json]) -> list[Json]:
    """Slack names every block and every interactive element that the app left without an id."""
    return [_named(slack, block) for block in blocks]


def named_attachments(slack: Slack, attachments: list[Json]) -> list[Json]:
    """Attachments numbered from 1, with ids on the blocks in them."""
    return [
        {**item, "id": number} | ({"blocks": with_block_ids(slack, item["blocks"])} if item.get("blocks") else {})
        for number, item in enumerate(attachments, 1)
    ]


def _named(slack: Slack, block: Json) -> Json:
    named = {**block, "block_id": block.get("block_id") or slack.ids.hexadecimal(5)}
    if isinstance(named.get("elements"), list) and named.get("type") in ("actions", "context_actions"):
        named["elements"] = [_with_action_id(slack, element) for element in named["elements"]]
    for key in ("child_blocks", "elements"):
        if named.get("type") in ("container", "carousel") and isinstance(named.get(key), list):
            named[key] = with_block_ids(slack, named[key])
    if named.get("type") == "card" and named.get("actions"):
        named["actions"] = [_with_action_id(slack, element) for element in named["actions"]]
    if named.get("type") == "call" and named.get("call_id") in slack.workspace.calls:
        named["call"] = {"v1": slack.workspace.calls[named["call_id"]], "media_backend_type": "platform_call"}
    for key in ("accessory", "element"):
        if isinstance(named.get(key), dict) and named[key].get("type") != "image":
            named[key] = _with_action_id(slack, named[key])
    return named


def _with_action_id(slack: Slack, element: Json) -> Json:
    return {**element, "action_id": element.get("action_id") or slack.ids.hexadecimal(5)}


def post(slack: Slack, channel: Channel, draft: Draft) -> Message:
    """Post into a channel or thread. The caller has checked membership and content."""
    thread_ts = _thread_root(channel, draft.thread_ts)
    content = {**draft.content}
    if draft.broadcast and thread_ts:
        content["subtype"] = "thread_broadcast"
    message = Message(
        channel.id, slack.new_ts(), draft.author, draft.text, content, draft.metadata, thread_ts=thread_ts
    )
    channel.log.add(message)
    channel.last_read[draft.author] = message.ts
    if message.is_reply:
        answered(slack, channel, message)
        show_message(slack, channel, message, "thread")
        _show_parent(slack, channel, message)
    if message.in_timeline:
        show_message(slack, channel, message, "message")
    emit_message_event(slack, channel, {**message.wire(), "event_ts": message.ts})
    _emit_mention(slack, channel, message)
    return message


def post_ephemeral(
    slack: Slack, channel: Channel, reader: str, text: str, content: Json, thread_ts: str | None
) -> Message:
    """Shown to one person only; kept out of the log and of all events."""
    message = Message(
        channel.id, slack.new_ts(), slack.bot.id, text, content, thread_ts=thread_ts, ephemeral_for=reader
    )
    slack.workspace.ephemerals.setdefault(reader, []).append(message)
    show_message(slack, channel, message, "message")
    return message


def post_notice(slack: Slack, channel: Channel, subtype: str, user_id: str, text: str, extra: Json) -> Message:
    """A line of the channel itself, such as channel_join or channel_topic."""
    return post(slack, channel, Draft(user_id, text, {"subtype": subtype, **extra}))


def edit(slack: Slack, channel: Channel, message: Message, text: str, content: Json, *, mark: bool = True) -> None:
    """Replace text and wire fields; `mark` shows it as edited."""
    before = message.wire()
    message.text = text
    message.content = content
    if mark:
        message.edited = {"user": message.author, "ts": slack.new_ts()}
    refresh(slack, channel, message)
    if message.ephemeral_for:
        return
    emit_message_event(slack, channel, _changed_event(slack, message, before))


def _changed_event(slack: Slack, message: Message, before: Json) -> Json:
    now = slack.new_ts()
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message.wire(),
        "previous_message": before,
        "hidden": True,
        "ts": now,
        "event_ts": now,
    }


def refresh(slack: Slack, channel: Channel, message: Message) -> None:
    show_message(slack, channel, message, "message_changed")


def delete(slack: Slack, channel: Channel, message: Message) -> None:
    """Remove a message. A parent whose thread goes on stays as a tombstone, as in Slack."""
    before = message.wire()
    if message.replies:
        message.text, message.content = "This message was deleted.", {"subtype": "tombstone"}
        message.author = "USLACKBOT"
        refresh(slack, channel, message)
    else:
        channel.log.remove(message)
        hide_message(slack, channel, message)
        _show_parent(slack, channel, message)
    if channel.is_pinned(message.ts):
        channel.pins = [pin for pin in channel.pins if pin.ts != message.ts]
        show_channel(slack, channel)
    now = slack.new_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": before,
        "deleted_ts": message.ts,
        "hidden": True,
        "ts": now,
        "event_ts": now,
    }
    emit_message_event(slack, channel, event)


def delete_ephemeral(slack: Slack, channel: Channel, message: Message) -> None:
    slack.workspace.ephemerals[message.ephemeral_for or ""].remove(message)
    hide_message(slack, channel, message)


def react(slack: Slack, channel: Channel, message: Message, user_id: str, name: str) -> None:
    """Raises already_reacted or too_many_emoji."""
    users = message.reactions.get(name, [])
    if user_id in users:
        raise SlackError("already_reacted")
    if not users and len(message.reactions) >= MAX_REACTION_KINDS:
        raise SlackError("too_many_emoji")
    message.reactions.setdefault(name, []).append(user_id)
    _reaction_changed(slack, channel, message, "reaction_added", user_id, name)


def unreact(slack: Slack, channel: Channel, message: Message, user_id: str, name: str) -> None:
    """Raises no_reaction."""
    if user_id not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(user_id)
    if not message.reactions[name]:
        del message.reactions[name]
    _reaction_changed(slack, channel, message, "reaction_removed", user_id, name)


def pin(slack: Slack, channel: Channel, message: Message, user_id: str) -> None:
    """Raises already_pinned or too_many_pins."""
    if channel.is_pinned(message.ts):
        raise SlackError("already_pinned")
    if len(channel.pins) >= MAX_PINS:
        raise SlackError("too_many_pins")
    channel.pins.append(Pin(message.ts, slack.now_seconds(), user_id))
    show_channel(slack, channel)
    emit_in_channel(slack, channel, "pin_added", _pin_event(slack, channel, message, "pin_added", user_id))


def unpin(slack: Slack, channel: Channel, message: Message, user_id: str) -> None:
    """Raises no_pin."""
    if not channel.is_pinned(message.ts):
        raise SlackError("no_pin")
    channel.pins = [each for each in channel.pins if each.ts != message.ts]
    show_channel(slack, channel)
    emit_in_channel(slack, channel, "pin_removed", _pin_event(slack, channel, message, "pin_removed", user_id))


def pin_item(slack: Slack, channel: Channel, message: Message) -> Json:
    pin_record = next((each for each in channel.pins if each.ts == message.ts), None)
    return {
        "type": "message",
        "created": pin_record.created if pin_record else slack.now_seconds(),
        "created_by": pin_record.created_by if pin_record else "",
        "channel": channel.id,
        "message": {**message.wire(), "permalink": slack.permalink(channel.id, message.ts, message.thread_ts)},
    }


def _pin_event(slack: Slack, channel: Channel, message: Message, kind: str, user_id: str) -> Json:
    return {
        "type": kind,
        "user": user_id,
        "channel_id": channel.id,
        "item": pin_item(slack, channel, message),
        "item_user": message.author,
        "pin_count": str(len(channel.pins)),
        "event_ts": slack.new_ts(),
    }


def _reaction_changed(slack: Slack, channel: Channel, message: Message, kind: str, user_id: str, name: str) -> None:
    refresh(slack, channel, message)
    event = {
        "type": kind,
        "user": user_id,
        "reaction": name,
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        "item_user": message.author,
        "event_ts": slack.new_ts(),
    }
    emit_in_channel(slack, channel, kind, event)


def _thread_root(channel: Channel, thread_ts: str | None) -> str | None:
    """Slack accepts the ts of a reply and files the message under its parent."""
    parent = channel.log.get(thread_ts or "")
    if parent is None:
        return thread_ts
    return parent.thread_ts if parent.is_reply else parent.ts


def _show_parent(slack: Slack, channel: Channel, message: Message) -> None:
    parent = channel.log.get(message.thread_ts or "")
    if message.is_reply and parent is not None:
        refresh(slack, channel, parent)


def _emit_mention(slack: Slack, channel: Channel, message: Message) -> None:
    if f"<@{slack.bot.id}" not in notifying_text(message) or message.author == slack.bot.id or channel.is_im:
        return
    mention = {**message.wire(), "type": "app_mention", "channel": channel.id, "event_ts": message.ts}
    emit_in_channel(slack, channel, "app_mention", mention)
