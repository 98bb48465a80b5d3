"""Creating, joining, inviting, renaming and archiving channels; direct messages."""

from playground.json_types import Json
from playground.operations.broadcast import channel_event, hide_channel, member_event, show_channel, viewers
from playground.operations.errors import SlackError
from playground.operations.messages import post_notice
from playground.slack import Slack
from playground.state.channels import Channel, Note

MAX_NAME = 80
MAX_TOPIC = 250
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


def check_name(slack: Slack, name: str) -> None:
    """Raises invalid_name_… or name_taken. Archived channels keep their names."""
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > MAX_NAME:
        raise SlackError("invalid_name_maxlength")
    if not set(name) <= _ALLOWED:
        raise SlackError("invalid_name_specials")
    if not set(name) - {"-", "_"}:
        raise SlackError("invalid_name_punctuation")
    if slack.workspace.channel_named(name):
        raise SlackError("name_taken")


def create(slack: Slack, name: str, creator: str, *, is_private: bool) -> Channel:
    check_name(slack, name)
    channel = Channel(
        slack.ids.entity("C"), name, creator, slack.now_seconds(), is_private=is_private, members=[creator]
    )
    slack.workspace.channels[channel.id] = channel
    show_channel(slack, channel)
    if channel.is_public:
        fields = ("id", "name", "name_normalized", "created", "creator", "is_channel", "context_team_id")
        wire = channel.wire(creator, slack.workspace.team_id)
        channel_event(slack, channel, "created", {"channel": {field: wire[field] for field in fields}})
    _announce_join(slack, channel, creator, inviter=None)
    return channel


def join(slack: Slack, channel: Channel, user_id: str, inviter: str | None = None) -> bool:
    """Make someone a member; False when they already were."""
    if user_id in channel.members:
        return False
    channel.members.append(user_id)
    latest, _ = channel.log.page_before("", 1)
    channel.last_read.setdefault(user_id, latest[-1].ts if latest else "")
    show_channel(slack, channel)
    _announce_join(slack, channel, user_id, inviter)
    return True


def leave(slack: Slack, channel: Channel, user_id: str) -> None:
    """Raises cant_leave_general or not_in_channel."""
    if channel.is_general:
        raise SlackError("cant_leave_general")
    _remove(slack, channel, user_id)


def kick(slack: Slack, channel: Channel, user_id: str) -> None:
    """Raises cant_kick_from_general or not_in_channel (the other one is not there)."""
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    _remove(slack, channel, user_id)


def archive(slack: Slack, channel: Channel, user_id: str) -> None:
    """Raises already_archived or cant_archive_general."""
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.is_general:
        raise SlackError("cant_archive_general")
    post_notice(slack, channel, "channel_archive", user_id, f"<@{user_id}> archived the channel", {})
    channel.is_archived = True
    show_channel(slack, channel)
    channel_event(slack, channel, "archive", {"channel": channel.id, "user": user_id})


def unarchive(slack: Slack, channel: Channel, user_id: str) -> None:
    """Raises not_archived."""
    if not channel.is_archived:
        raise SlackError("not_archived")
    channel.is_archived = False
    post_notice(slack, channel, "channel_unarchive", user_id, f"<@{user_id}> un-archived the channel", {})
    show_channel(slack, channel)
    channel_event(slack, channel, "unarchive", {"channel": channel.id, "user": user_id})


def remove(slack: Slack, channel: Channel) -> None:
    """Delete a channel with all its messages, as an admin may. Raises cant_delete_general."""
    if channel.is_general:
        raise SlackError("cant_delete_general")
    channel_event(slack, channel, "deleted", {"channel": channel.id})
    readers = viewers(slack, channel)
    del slack.workspace.channels[channel.id]
    if channel.canvas_id:
        del slack.workspace.canvases[channel.canvas_id]
    for user_id in readers:
        slack.feed.publish(user_id, {"type": "channel_gone", "id": channel.id})


def rename(slack: Slack, channel: Channel, name: str, user_id: str) -> None:
    check_name(slack, name)
    old = channel.name
    channel.previous_names.insert(0, old)
    channel.name = name
    text = f"<@{user_id}> has renamed the channel from “{old}” to “{name}”"
    post_notice(slack, channel, "channel_name", user_id, text, {"old_name": old, "name": name})
    show_channel(slack, channel)
    renamed = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    channel_event(slack, channel, "rename", {"channel": renamed})


def set_topic(slack: Slack, channel: Channel, topic: str, user_id: str) -> None:
    """Raises too_long above 250 characters."""
    if len(topic) > MAX_TOPIC:
        raise SlackError("too_long")
    channel.topic = Note(topic, user_id, slack.now_seconds())
    text = f"<@{user_id}> set the channel topic: {topic}"
    post_notice(slack, channel, "channel_topic", user_id, text, {"topic": topic})
    show_channel(slack, channel)


def set_purpose(slack: Slack, channel: Channel, purpose: str, user_id: str) -> None:
    """Raises too_long above 250 characters."""
    if len(purpose) > MAX_TOPIC:
        raise SlackError("too_long")
    channel.purpose = Note(purpose, user_id, slack.now_seconds())
    text = f"<@{user_id}> set the channel description: {purpose}"
    post_notice(slack, channel, "channel_purpose", user_id, text, {"purpose": purpose})
    show_channel(slack, channel)


def open_direct(slack: Slack, members: list[str]) -> tuple[Channel, bool]:
    """The direct message of exactly these people, and whether it was there before."""
    existing = slack.workspace.direct_channel(members)
    if existing:
        return existing, True
    is_im = len(set(members)) <= 2
    bot_im = is_im and slack.bot.id in members
    other = next((member for member in members if member != slack.bot.id), members[0])
    channel = Channel(
        f"D{other[1:]}" if bot_im else slack.ids.entity("D" if is_im else "G"),
        "" if is_im else "mpdm-" + "--".join(slack.workspace.users[member].name for member in members) + "-1",
        creator=members[0],
        created=slack.now_seconds(),
        is_private=True,
        is_im=is_im,
        is_mpim=not is_im,
        members=list(dict.fromkeys(members)),
    )
    slack.workspace.channels[channel.id] = channel
    show_channel(slack, channel)
    return channel, False


def add_bookmark(slack: Slack, channel: Channel, bookmark: Json) -> Json:
    channel.bookmarks.append(bookmark)
    show_channel(slack, channel)
    return bookmark


def mark_read(slack: Slack, channel: Channel, user_id: str, ts: str) -> None:
    channel.last_read[user_id] = ts
    show_channel(slack, channel)


def _announce_join(slack: Slack, channel: Channel, user_id: str, inviter: str | None) -> None:
    subtype = "channel_join" if channel.is_public else "group_join"
    extra: Json = {"inviter": inviter} if inviter else {}
    post_notice(slack, channel, subtype, user_id, f"<@{user_id}> has joined the channel", extra)
    member_event(slack, channel, "member_joined_channel", user_id, inviter)


def _remove(slack: Slack, channel: Channel, user_id: str) -> None:
    if user_id not in channel.members:
        raise SlackError("not_in_channel")
    member_event(slack, channel, "member_left_channel", user_id)
    if user_id == slack.bot.id:
        channel_event(slack, channel, "left", {"channel": channel.id})
    channel.members.remove(user_id)
    hide_channel(slack, channel, user_id)
