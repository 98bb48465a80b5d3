"""Sharing uploaded files into channels."""

from playground.operations.broadcast import emit_in_channel
from playground.operations.messages import Draft, post
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.files import File
from playground.state.messages import Message


def share(slack: Slack, channel: Channel, files: list[File], draft: Draft) -> Message:
    """One message that carries the files; the app hears of each."""
    wires = [file.wire(slack.url, slack.workspace.team_id) for file in files]
    draft.content = {**draft.content, "upload": True, "files": wires}
    message = post(slack, channel, draft)
    for file in files:
        file.shares.setdefault(channel.id, []).append(message.ts)
        event = {
            "type": "file_shared",
            "channel_id": channel.id,
            "file_id": file.id,
            "file": {"id": file.id},
            "user_id": draft.author,
            "event_ts": slack.new_ts(),
        }
        emit_in_channel(slack, channel, "file_shared", event)
    return message
