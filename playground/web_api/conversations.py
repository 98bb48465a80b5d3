"""conversations.* that change channels and their members."""

from playground.json_types import Json
from playground.operations import channels
from playground.operations.errors import SlackError
from playground.state.channels import Channel
from playground.web_api.method import Call, Family

api = Family()

MAX_INVITES = 100
MAX_DIRECT_USERS = 8


@api.method("conversations.create", tier="2")
def create(call: Call) -> Json:
    is_private = call.args.flag("is_private")
    call.need_scope("groups:write" if is_private else "channels:manage")
    name = call.args.text("name")
    channel = channels.create(call.slack, name, call.user_id, is_private=is_private)
    return _answer(call, channel)


@api.method("conversations.invite", tier="3")
def invite(call: Call) -> Json:
    """One bad user fails all, unless `force`: then the good ones are invited and the others listed."""
    channel = call.writable_channel()
    call.need_conversation_scope("invite", channel)
    wanted = call.args.items("users")
    if not wanted:
        raise SlackError("no_user")
    if len(wanted) > MAX_INVITES:
        raise SlackError("too_many_users")
    errors = [error for user_id in wanted if (error := _invite_error(call, channel, user_id))]
    force = call.args.flag("force")
    if errors and (not force or len(errors) == len(wanted)):
        raise SlackError(errors[0]["error"], {"errors": errors})
    refused = {error["user"] for error in errors}
    for user_id in wanted:
        if user_id not in refused:
            channels.join(call.slack, channel, user_id, inviter=call.user_id)
    return _answer(call, channel) | ({"errors": errors} if errors else {})


def _invite_error(call: Call, channel: Channel, user_id: str) -> Json | None:
    user = call.slack.workspace.users.get(user_id)
    code = ""
    if user is None or user.deleted:
        code = "user_not_found"
    elif user_id == call.user_id:
        code = "cant_invite_self"
    elif user_id in channel.members:
        code = "already_in_channel"
    elif user.is_guest:
        code = "user_is_restricted"
    return {"user": user_id, "ok": False, "error": code} if code else None


@api.method("conversations.kick", tier="3")
def kick(call: Call) -> Json:
    channel = call.member_channel()
    call.need_conversation_scope("manage", channel)
    user = call.user()
    if user.id == call.user_id:
        raise SlackError("cant_kick_self")
    channels.kick(call.slack, channel, user.id)
    return {"errors": {}}


@api.method("conversations.join", tier="3", scopes=("channels:join",))
def join(call: Call) -> Json:
    channel = call.channel()
    if not channel.is_public:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    if channels.join(call.slack, channel, call.user_id):
        return _answer(call, channel)
    warning = "already_in_channel"
    return _answer(call, channel) | {"warning": warning, "response_metadata": {"warnings": [warning]}}


@api.method("conversations.leave", tier="3")
def leave(call: Call) -> Json:
    channel = call.channel()
    call.need_conversation_scope("manage", channel)
    if call.user_id not in channel.members:
        return {"not_in_channel": True}
    channels.leave(call.slack, channel, call.user_id)
    return {}


@api.method("conversations.archive", tier="2")
def archive(call: Call) -> Json:
    channel = call.channel()
    call.need_conversation_scope("manage", channel)
    if call.user_id not in channel.members:
        raise SlackError("not_in_channel")
    channels.archive(call.slack, channel, call.user_id)
    return {}


@api.method("conversations.unarchive", tier="2")
def unarchive(call: Call) -> Json:
    """Bot tokens cannot, a known limit of Slack; `--bot-may-unarchive` lifts it."""
    channel = call.channel()
    call.need_conversation_scope("manage", channel)
    if call.token.kind == "bot" and not call.slack.options.bot_may_unarchive:
        raise SlackError("not_in_channel")
    channels.unarchive(call.slack, channel, call.user_id)
    return {}


@api.method("conversations.rename", tier="2")
def rename(call: Call) -> Json:
    channel = call.writable_channel()
    call.need_conversation_scope("manage", channel)
    if channel.creator != call.user_id:
        raise SlackError("not_authorized")
    channels.rename(call.slack, channel, call.args.text("name"), call.user_id)
    return _answer(call, channel)


@api.method("conversations.setTopic", tier="2")
def set_topic(call: Call) -> Json:
    channel = call.writable_channel()
    call.need_conversation_scope("topic", channel)
    channels.set_topic(call.slack, channel, call.args.text("topic"), call.user_id)
    return _answer(call, channel)


@api.method("conversations.setPurpose", tier="2")
def set_purpose(call: Call) -> Json:
    channel = call.writable_channel()
    call.need_conversation_scope("topic", channel)
    channels.set_purpose(call.slack, channel, call.args.text("purpose"), call.user_id)
    return {"purpose": channel.purpose.value}


@api.method("conversations.open", tier="3")
def open_conversation(call: Call) -> Json:
    if "channel" in call.args:
        return {"channel": {"id": call.channel().id}}
    wanted = call.args.items("users")
    if not wanted:
        raise SlackError("users_list_not_supplied")
    if len(wanted) > MAX_DIRECT_USERS:
        raise SlackError("too_many_users")
    call.need_scope("im:write" if len(wanted) == 1 else "mpim:write")
    members = [call.user_by_id(user_id).id for user_id in wanted]
    channel, existed = channels.open_direct(call.slack, [*members, call.user_id])
    full = channel.wire(call.user_id, call.slack.workspace.team_id) if call.args.flag("return_im") else {}
    answer: Json = {"channel": {**full, "id": channel.id}}
    return answer | ({"no_op": True, "already_open": True} if existed else {})


@api.method("conversations.close", tier="2")
def close_conversation(call: Call) -> Json:
    channel = call.channel()
    if not (channel.is_im or channel.is_mpim):
        raise SlackError("method_not_supported_for_channel_type")
    call.need_conversation_scope("manage", channel)
    return {}


@api.method("conversations.mark", tier="3")
def mark(call: Call) -> Json:
    channel = call.member_channel()
    call.need_conversation_scope("manage", channel)
    (ts,) = call.args.require("ts")
    channels.mark_read(call.slack, channel, call.user_id, ts)
    return {}


def _answer(call: Call, channel: Channel) -> Json:
    return {"channel": channel.wire(call.user_id, call.slack.workspace.team_id)}
