"""Messages that grow while they are read: begun, added to, and ended by the app or by time."""

from playground.json_types import Json
from playground.operations import messages
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.streams import Stream

# Slack ends a stream that was not stopped some five minutes after it began; it says so nowhere.
STREAM_SECONDS = 300


def start(slack: Slack, channel: Channel, draft: messages.Draft, stream: Stream) -> Message:
    message = messages.post(slack, channel, draft)
    slack.workspace.streams[channel.id, message.ts] = stream
    show(slack, channel, message, stream)
    slack.tasks.start(_expire(slack, channel, message))
    return message


def show(slack: Slack, channel: Channel, message: Message, stream: Stream) -> None:
    """Pages see each addition; the app hears of none, only of the end."""
    message.text = stream.text
    message.content = {**message.content, **_shown(slack, stream, "in_progress")}
    messages.refresh(slack, channel, message)


def stop(slack: Slack, channel: Channel, message: Message, stream: Stream, blocks: list[Json]) -> None:
    """The message stays as it is, with these blocks below it."""
    del slack.workspace.streams[channel.id, message.ts]
    stream.blocks += blocks
    content = {**message.content, **_shown(slack, stream, "completed")}
    messages.edit(slack, channel, message, stream.text, content, mark=False)


def _shown(slack: Slack, stream: Stream, state: str) -> Json:
    return {"blocks": messages.with_block_ids(slack, stream.blocks), "streaming_state": state}


async def _expire(slack: Slack, channel: Channel, message: Message) -> None:
    await slack.clock.sleep(STREAM_SECONDS)
    stream = slack.workspace.streams.get((channel.id, message.ts))
    if stream is not None and channel.log.get(message.ts) is message:
        stop(slack, channel, message, stream, [])
