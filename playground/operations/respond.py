"""What a message sent to a response_url, or in the ack of a slash command, does to the conversation."""

from playground.json_types import Json
from playground.operations import messages
from playground.operations.errors import SlackError
from playground.response_urls import ResponseUrl
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message

_TRUE = (True, "true", "1", 1)


def respond(slack: Slack, target: ResponseUrl, body: Json, text: str, content: Json) -> None:
    """Delete or replace the original, or post anew: for one person, unless response_type is in_channel.

    Raises channel_not_found when the channel was deleted meanwhile.
    """
    channel = slack.workspace.channels.get(target.channel_id)
    if channel is None:
        raise SlackError("channel_not_found")
    original = _original(slack, target)
    if body.get("delete_original") in _TRUE:
        if original is not None:
            _delete(slack, channel, original)
        return
    marked = messages.bot_content(slack, content)
    if body.get("replace_original") in _TRUE and original is not None:
        _replace(slack, channel, original, text, marked)
        return
    in_channel = body.get("response_type") == "in_channel"
    thread_ts = body.get("thread_ts") or None
    post_answer(slack, channel, target.user_id, text, marked, in_channel=in_channel, thread_ts=thread_ts)


def post_answer(
    slack: Slack, channel: Channel, reader: str, text: str, content: Json, *, in_channel: bool,
    thread_ts: str | None = None,
) -> None:  # fmt: skip
    """`content` carries the app's marks already."""
    if in_channel:
        messages.post(slack, channel, messages.Draft(slack.bot.id, text, content, thread_ts=thread_ts))
    else:
        messages.post_ephemeral(slack, channel, reader, text, content, thread_ts)


def _original(slack: Slack, target: ResponseUrl) -> Message | None:
    """The message that was clicked, when it is the app's own: nobody else's can be replaced."""
    if target.message_ts is None:
        return None
    if target.is_ephemeral:
        return slack.workspace.find_ephemeral(target.user_id, target.channel_id, target.message_ts)
    message = slack.workspace.find_message(target.channel_id, target.message_ts)
    return message if message is not None and message.author == slack.bot.id else None


def _delete(slack: Slack, channel: Channel, original: Message) -> None:
    if original.ephemeral_for:
        messages.delete_ephemeral(slack, channel, original)
    else:
        messages.delete(slack, channel, original)


def _replace(slack: Slack, channel: Channel, original: Message, text: str, content: Json) -> None:
    kept = {key: value for key, value in original.content.items() if key not in ("blocks", "attachments")}
    messages.edit(slack, channel, original, text, {**kept, **content}, mark=original.ephemeral_for is None)
