"""The page's view of things: channels, messages and views as one person sees them."""

import re

from playground.json_types import Json
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message

_CALLS_TO_ALL = ("<!channel", "<!here", "<!everyone")
_BARE_CALL = re.compile(r"(?<![\w<@])@(here|everyone|channel)\b")


def channel_picture(slack: Slack, channel: Channel, user_id: str) -> Json:
    last_read = channel.last_read.get(user_id, "")
    is_member = user_id in channel.members
    unread = [message for message in channel.log.after(last_read) if message.author != user_id] if is_member else []
    return {
        "id": channel.id,
        "name": _name(slack, channel, user_id),
        "is_private": channel.is_private,
        "is_im": channel.is_im,
        "is_mpim": channel.is_mpim,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "is_member": is_member,
        "topic": channel.topic.value,
        "purpose": channel.purpose.value,
        "creator": channel.creator,
        "im_user": channel.other_member(user_id) if channel.is_im else None,
        "num_members": len(channel.members),
        "members": list(channel.members),
        "last_read": last_read,
        "unread": len(unread),
        "mentions": sum(1 for message in unread if mentions(slack, channel, message, user_id)),
        "pins": [pin.ts for pin in channel.pins],
        "bookmarks": [
            {"id": mark["id"], "title": mark["title"], "link": mark["link"], "emoji": mark["emoji"]}
            for mark in channel.bookmarks
        ],
        "canvas": _canvas(slack, channel),
    }


def _canvas(slack: Slack, channel: Channel) -> Json | None:
    """The channel's own canvas, which people see as a tab."""
    canvas = slack.workspace.canvases.get(channel.canvas_id or "")
    return {"title": canvas.title or "Canvas", "markdown": canvas.markdown} if canvas else None


def _name(slack: Slack, channel: Channel, user_id: str) -> str:
    if not channel.is_im:
        return channel.name
    return slack.workspace.users[channel.other_member(user_id)].name


def mentions(slack: Slack, channel: Channel, message: Message, user_id: str) -> bool:
    """Whether a message counts as a mention: by name, by group, to everyone here, or in a direct message."""
    if channel.is_im or channel.is_mpim:
        return True
    text = notifying_text(message)
    if f"<@{user_id}" in text or any(call in text for call in _CALLS_TO_ALL):
        return True
    groups = (group for group in slack.workspace.usergroups.values() if user_id in group.users)
    return any(f"<!subteam^{group.id}" in text for group in groups)


def notifying_text(message: Message) -> str:
    """Where Slack looks for mentions: in the blocks when there are any, else in the text."""
    blocks = message.content.get("blocks")
    return "\n".join(_mrkdwn_texts(blocks)) if blocks else message.text


def _mrkdwn_texts(value: object) -> list[str]:
    """All mrkdwn below a JSON value; without `verbatim`, a bare @here calls people too."""
    if isinstance(value, list):
        return [text for item in value for text in _mrkdwn_texts(item)]
    if not isinstance(value, dict):
        return []
    match value.get("type"):
        case "mrkdwn":
            text = str(value["text"])
            return [text if value.get("verbatim") else _BARE_CALL.sub(r"<!\1>", text)]
        case "user":
            return [f"<@{value.get('user_id')}>"]
        case "usergroup":
            return [f"<!subteam^{value.get('usergroup_id')}>"]
        case "broadcast":
            return [f"<!{value.get('range')}>"]
        case _:
            return [text for part in value.values() for text in _mrkdwn_texts(part)]


def message_picture(message: Message) -> Json:
    body = message.wire()
    return {**body, "ephemeral": True} if message.ephemeral_for else body


def view_stack(slack: Slack, user_id: str) -> list[Json]:
    return [view.wire() for view in slack.workspace.views.stack(user_id)]


def home_picture(slack: Slack, user_id: str) -> Json | None:
    home = slack.workspace.views.homes.get(user_id)
    return home.wire() if home else None
