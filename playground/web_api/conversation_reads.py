"""conversations.* that read: info, list, members, history and replies."""

import re

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.state.channels import Channel
from playground.web_api.method import CONVERSATION_SCOPES, Call, Family
from playground.web_api.paging import decode_cursor, encode_cursor, page, read_limit

api = Family()

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_TS = re.compile(r"\d{1,10}(\.\d{1,6})?")
_MAX_HISTORY = 999


@api.method("conversations.info", tier="3")
def info(call: Call) -> Json:
    channel = call.channel()
    call.need_conversation_scope("read", channel)
    body = channel.wire(call.user_id, call.slack.workspace.team_id, with_count=call.args.flag("include_num_members"))
    if call.user_id in channel.members:
        body["last_read"] = channel.last_read.get(call.user_id, "0000000000.000000")
    return {"channel": body}


@api.method("conversations.list", tier="2")
def list_channels(call: Call) -> Json:
    kinds = [_TYPES[name] for name in _types(call)]
    for kind in kinds:
        call.need_scope(*CONVERSATION_SCOPES["read"][kind])
    skip_archived = call.args.flag("exclude_archived")
    found = [
        channel
        for channel in call.slack.workspace.channels.values()
        if channel.kind in kinds and channel.visible_to(call.user_id) and not (skip_archived and channel.is_archived)
    ]
    return _listing(call, found)


@api.method("users.conversations", tier="3")
def users_conversations(call: Call) -> Json:
    kinds = [_TYPES[name] for name in _types(call)]
    for kind in kinds:
        call.need_scope(*CONVERSATION_SCOPES["read"][kind])
    member = call.args.text("user") or call.user_id
    found = [
        channel
        for channel in call.slack.workspace.channels.values()
        if channel.kind in kinds and member in channel.members and channel.visible_to(call.user_id)
        and not (call.args.flag("exclude_archived") and channel.is_archived)
    ]  # fmt: skip
    return _listing(call, found)


@api.method("conversations.members", tier="4")
def members(call: Call) -> Json:
    channel = call.channel()
    call.need_conversation_scope("read", channel)
    found, metadata = page(channel.members, call.args)
    return {"members": found, "response_metadata": metadata}


@api.method("conversations.history", tier="3")
def history(call: Call) -> Json:
    """Top-level messages, newest first."""
    channel = call.member_channel()
    call.need_conversation_scope("history", channel)
    oldest, latest = _ts_argument(call, "oldest"), _ts_argument(call, "latest")
    inclusive = call.args.flag("inclusive")
    cursor = call.args.text("cursor")
    if cursor:
        latest, inclusive = decode_cursor(cursor, "next_ts"), True
    limit = read_limit(call.args, 100, _MAX_HISTORY)
    found = channel.log.timeline(oldest, latest, inclusive=inclusive)
    chosen = found[-limit:][::-1]
    has_more = len(found) > len(chosen)
    metadata = call.args.flag("include_all_metadata")
    answer: Json = {
        "messages": [_with_pins(channel, message.wire(metadata=metadata)) for message in chosen],
        "has_more": has_more,
        "pin_count": len(channel.pins),
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if has_more:
        answer["response_metadata"] = {"next_cursor": encode_cursor("next_ts", found[-limit - 1].ts)}
    return answer


@api.method("conversations.replies", tier="3")
def replies(call: Call) -> Json:
    """The parent and its replies, oldest first."""
    channel = call.member_channel()
    call.need_conversation_scope("history", channel)
    parent = channel.log.get(_ts_argument(call, "ts", required=True))
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        parent = channel.log.get(parent.thread_ts or "") or parent
    oldest, latest = _ts_argument(call, "oldest"), _ts_argument(call, "latest")
    thread = channel.log.thread(parent)
    within = [
        message
        for message in thread
        if message is parent or ((not oldest or message.ts > oldest) and (not latest or message.ts < latest))
    ]
    found, response_metadata = page(within, call.args, maximum=1000)
    metadata = call.args.flag("include_all_metadata")
    answer: Json = {
        "messages": [_with_pins(channel, message.wire(metadata=metadata)) for message in found],
        "has_more": bool(response_metadata["next_cursor"]),
    }
    return answer | ({"response_metadata": response_metadata} if answer["has_more"] else {})


def _with_pins(channel: Channel, body: Json) -> Json:
    return {**body, "pinned_to": [channel.id]} if channel.is_pinned(body["ts"]) else body


def _types(call: Call) -> list[str]:
    names = call.args.items("types") or ["public_channel"]
    if not set(names) <= set(_TYPES):
        raise SlackError("invalid_types")
    return names


def _listing(call: Call, channels: list[Channel]) -> Json:
    found, metadata = page(channels, call.args, maximum=999)
    team_id = call.slack.workspace.team_id
    return {
        "channels": [channel.wire(call.user_id, team_id, with_count=True) for channel in found],
        "response_metadata": metadata,
    }


def _ts_argument(call: Call, name: str, *, required: bool = False) -> str:
    """A ts as text of full length, so that it sorts; empty when absent. Raises invalid_ts_<name>."""
    value = call.args.text(name)
    if required:
        (value,) = call.args.require(name)
    if not value:
        return ""
    if not _TS.fullmatch(value):
        raise SlackError(f"invalid_ts_{name}" if name in ("latest", "oldest") else "invalid_arguments")
    seconds, _, micros = value.partition(".")
    return f"{seconds:0>10}.{micros:0<6}"
