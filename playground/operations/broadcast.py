"""Tells pages and the app about changes."""

from playground.json_types import Json
from playground.pictures import channel_picture, home_picture, message_picture, view_stack
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message

_SUBSCRIPTION_SUFFIX = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


def viewers(slack: Slack, channel: Channel) -> list[str]:
    return [user_id for user_id in slack.feed.listening() if channel.visible_to(user_id)]


def show_channel(slack: Slack, channel: Channel) -> None:
    for user_id in viewers(slack, channel):
        slack.feed.publish(user_id, {"type": "channel", "channel": channel_picture(slack, channel, user_id)})


def hide_channel(slack: Slack, channel: Channel, user_id: str) -> None:
    """After `user_id` left: a private channel is gone for them, a public one only changes."""
    if not channel.visible_to(user_id):
        slack.feed.publish(user_id, {"type": "channel_gone", "id": channel.id})
    show_channel(slack, channel)


def show_message(slack: Slack, channel: Channel, message: Message, kind: str) -> None:
    """`kind` is message, message_changed or thread; an ephemeral goes to its one reader."""
    frame = {"type": kind, "channel": channel.id, "message": message_picture(message)}
    readers = [message.ephemeral_for] if message.ephemeral_for else viewers(slack, channel)
    for user_id in readers:
        slack.feed.publish(user_id, frame)


def hide_message(slack: Slack, channel: Channel, message: Message) -> None:
    frame = {"type": "message_deleted", "channel": channel.id, "ts": message.ts}
    readers = [message.ephemeral_for] if message.ephemeral_for else viewers(slack, channel)
    for user_id in readers:
        slack.feed.publish(user_id, frame)


def show_views(slack: Slack, user_id: str) -> None:
    slack.feed.publish(user_id, {"type": "views", "views": view_stack(slack, user_id)})


def show_home(slack: Slack, user_id: str) -> None:
    slack.feed.publish(user_id, {"type": "home", "view": home_picture(slack, user_id)})


def emit_in_channel(slack: Slack, channel: Channel, subscription: str, event: Json) -> None:
    """An event that the app gets only where its bot is a member."""
    if slack.bot.id in channel.members:
        slack.events.emit(subscription, event)


def emit_message_event(slack: Slack, channel: Channel, event: Json) -> None:
    """A message event of any subtype, under the subscription of the channel's kind."""
    stamped = {**event, "channel": channel.id, "channel_type": channel.kind}
    emit_in_channel(slack, channel, f"message.{_SUBSCRIPTION_SUFFIX[channel.kind]}", stamped)


def member_event(slack: Slack, channel: Channel, kind: str, user_id: str, inviter: str | None = None) -> None:
    """member_joined_channel or member_left_channel."""
    event: Json = {
        "type": kind,
        "user": user_id,
        "channel": channel.id,
        "channel_type": "C" if channel.is_public else "G",
        "team": slack.workspace.team_id,
        "event_ts": slack.new_ts(),
    }
    if inviter:
        event["inviter"] = inviter
    emit_in_channel(slack, channel, kind, event)


def channel_event(slack: Slack, channel: Channel, name: str, event: Json) -> None:
    """channel_archive and its like; private channels use the group_ twin, and only tell members."""
    prefix = "channel" if channel.is_public else "group"
    full = {"type": f"{prefix}_{name}", "event_ts": slack.new_ts(), **event}
    if channel.is_public:
        slack.events.emit(full["type"], full)
    else:
        emit_in_channel(slack, channel, full["type"], full)
