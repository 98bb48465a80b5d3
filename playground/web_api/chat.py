"""chat.*: posting, updating, deleting, ephemeral and scheduled messages, permalinks."""

from playground.json_types import Json
from playground.operations import messages
from playground.operations.channels import open_direct
from playground.operations.errors import SlackError
from playground.operations.scheduling import schedule
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.workspace import Scheduled
from playground.web_api.content import (
    MAX_UPDATE_TEXT,
    message_content,
    read_attachments,
    read_blocks,
    read_metadata,
    refuse,
)
from playground.web_api.method import Call, Family

api = Family()

MAX_SCHEDULE_AHEAD = 120 * 86_400
MAX_SCHEDULED_PER_WINDOW = 30
SCHEDULE_WINDOW = 300


@api.method("chat.postMessage", tier="special", scopes=("chat:write",))
def post_message(call: Call) -> Json:
    channel = _destination(call)
    text, content = message_content(call.slack, call.args, call.method)
    metadata = read_metadata(call.args) or None
    thread_ts = _thread(call, channel)
    draft = messages.Draft(
        call.user_id, text, _authored(call, content), metadata, thread_ts, call.args.flag("reply_broadcast")
    )
    message = messages.post(call.slack, channel, draft)
    return {"channel": channel.id, "ts": message.ts, "message": message.wire(metadata=True)}


@api.method("chat.postEphemeral", tier="4", scopes=("chat:write",))
def post_ephemeral(call: Call) -> Json:
    channel = _destination(call)
    reader = call.user()
    text, content = message_content(call.slack, call.args, call.method)
    if reader.id not in channel.members:
        raise SlackError("user_not_in_channel")
    marked = messages.bot_content(call.slack, content)
    message = messages.post_ephemeral(call.slack, channel, reader.id, text, marked, _thread(call, channel))
    return {"message_ts": message.ts}


@api.method("chat.update", tier="3", scopes=("chat:write",))
def update(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.author != call.user_id or message.ephemeral_for:
        raise SlackError("cant_update_message")
    if (channel.id, message.ts) in call.slack.workspace.streams:
        raise SlackError("streaming_state_conflict")
    if channel.is_archived:
        raise SlackError("is_archived")
    text = call.args.text("text")
    if len(text) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    content = _updated_content(call, message)
    if not (text or content.get("blocks") or content.get("attachments")):
        raise SlackError("no_text")
    metadata = read_metadata(call.args)
    if metadata is not None:
        message.metadata = metadata or None
    messages.edit(call.slack, channel, message, text, content)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.wire(metadata=True)}


def _updated_content(call: Call, message: Message) -> Json:
    """Text without blocks removes the blocks; attachments that are not mentioned stay, [] clears them."""
    content = {key: value for key, value in message.content.items() if key != "blocks"}
    blocks = read_blocks(call.slack, call.args, call.method)
    attachments = read_attachments(call.slack, call.args, call.method)
    if blocks:
        content["blocks"] = messages.with_block_ids(call.slack, blocks)
    elif blocks is None and "text" not in call.args and "blocks" in message.content:
        content["blocks"] = message.content["blocks"]
    if attachments is not None:
        content["attachments"] = messages.named_attachments(call.slack, attachments)
    return content


@api.method("chat.delete", tier="3", scopes=("chat:write",))
def delete(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.author != call.user_id:
        raise SlackError("cant_delete_message")
    messages.delete(call.slack, channel, message)
    return {"channel": channel.id, "ts": message.ts}


@api.method("chat.meMessage", tier="3", scopes=("chat:write",))
def me_message(call: Call) -> Json:
    channel = call.writable_channel()
    (text,) = call.args.require("text")
    content = _authored(call, {"subtype": "me_message"})
    message = messages.post(call.slack, channel, messages.Draft(call.user_id, text, content))
    return {"channel": channel.id, "ts": message.ts}


@api.method("chat.getPermalink", tier="special")
def get_permalink(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": call.slack.permalink(channel.id, message.ts, message.thread_ts)}


@api.method("chat.scheduleMessage", tier="3", scopes=("chat:write",))
def schedule_message(call: Call) -> Json:
    channel = _destination(call)
    call.args.require("post_at")
    post_at = call.args.integer("post_at", 0)
    now = call.slack.now_seconds()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + MAX_SCHEDULE_AHEAD:
        raise SlackError("time_too_far")
    _check_schedule_density(call.slack, channel, post_at)
    text, content = message_content(call.slack, call.args, call.method)
    scheduled = Scheduled(
        call.slack.ids.entity("Q"), channel.id, post_at, now, text, _authored(call, content), _thread(call, channel)
    )
    if read_metadata(call.args):
        refuse(call.slack, call.method, "a message scheduled with metadata never posts", {"id": scheduled.id})
        call.slack.workspace.scheduled[scheduled.id] = scheduled
    else:
        schedule(call.slack, scheduled)
    return {
        "channel": channel.id,
        "scheduled_message_id": scheduled.id,
        "post_at": post_at,
        "message": {"text": text, "type": "delayed_message", "subtype": "bot_message", **scheduled.content},
    }


@api.method("chat.deleteScheduledMessage", tier="3", scopes=("chat:write",))
def delete_scheduled(call: Call) -> Json:
    channel = call.channel()
    (scheduled_id,) = call.args.require("scheduled_message_id")
    scheduled = call.slack.workspace.scheduled.get(scheduled_id)
    if scheduled is None or scheduled.channel_id != channel.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.slack.workspace.scheduled[scheduled_id]
    return {}


@api.method("chat.scheduledMessages.list", tier="3")
def list_scheduled(call: Call) -> Json:
    wanted = call.args.text("channel")
    found = [
        {
            "id": each.id,
            "channel_id": each.channel_id,
            "post_at": each.post_at,
            "date_created": each.created,
            "text": each.text,
        }
        for each in call.slack.workspace.scheduled.values()
        if wanted in ("", each.channel_id)
    ]
    return {"scheduled_messages": found, "response_metadata": {"next_cursor": ""}}


def _check_schedule_density(slack: Slack, channel: Channel, post_at: int) -> None:
    near = sum(
        1
        for each in slack.workspace.scheduled.values()
        if each.channel_id == channel.id and each.post_at // SCHEDULE_WINDOW == post_at // SCHEDULE_WINDOW
    )
    if near >= MAX_SCHEDULED_PER_WINDOW:
        raise SlackError("restricted_too_many")


def _destination(call: Call) -> Channel:
    """Where a message goes: an id, a public channel's name, or a user id (their direct message)."""
    (key,) = call.args.require("channel")
    workspace = call.slack.workspace
    if key in workspace.users:
        if key == call.user_id:
            raise SlackError("channel_not_found")
        channel, _ = open_direct(call.slack, [key, call.user_id])
        return channel
    channel_or_none = workspace.find_channel(key)
    if channel_or_none is None or not channel_or_none.visible_to(call.user_id):
        raise SlackError("channel_not_found")
    channel = channel_or_none
    if channel.is_archived:
        raise SlackError("is_archived")
    if call.user_id not in channel.members and not call.granted("chat:write.public"):
        raise SlackError("not_in_channel")
    return channel


def _thread(call: Call, channel: Channel) -> str | None:
    """Raises cannot_reply_to_message for notices, which start no threads."""
    thread_ts = call.args.text("thread_ts") or None
    parent = channel.log.get(thread_ts or "")
    if thread_ts and parent is None:
        refuse(
            call.slack, call.method, "thread_ts names no message here: nobody will see this reply", {"ts": thread_ts}
        )
    if parent is not None and str(parent.content.get("subtype", "")).startswith(("channel_", "group_")):
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def _authored(call: Call, content: Json) -> Json:
    """Marks the app's messages; a user token writes as its person. Name and icon need chat:write.customize."""
    if call.token.kind == "user":
        return {**content, "team": call.slack.workspace.team_id}
    marked = messages.bot_content(call.slack, content)
    custom = {key: call.args.text(key) for key in ("username", "icon_emoji", "icon_url") if call.args.text(key)}
    if custom:
        call.need_scope("chat:write.customize")
        marked |= {"subtype": "bot_message", "username": custom.get("username", call.slack.bot.real_name)}
        marked["icons"] = _icons(custom)
    return marked


def _icons(custom: dict[str, str]) -> Json:
    """As Slack words them in messages; an emoji goes before a picture."""
    if "icon_emoji" in custom:
        return {"emoji": custom["icon_emoji"]}
    url = custom.get("icon_url")
    return dict.fromkeys(("image_36", "image_48", "image_72"), url) if url else {}
