"""Threads with an app that answers like an assistant: how they begin, what the app is told, and their titles."""

from playground.json_types import Json
from playground.operations import messages
from playground.operations.channels import open_direct
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.users import User
from playground.state.workspace import AssistantThread


def begin(slack: Slack, user: User, looking_at: Channel | None) -> Message:
    """A new thread in the person's direct messages with the app, which hears what they look at meanwhile."""
    channel, _ = open_direct(slack, [user.id, slack.bot.id])
    named = {"subtype": "assistant_app_thread", "assistant_app_thread": _named("New chat")}
    content = messages.bot_content(slack, named)
    root = messages.post(slack, channel, messages.Draft(slack.bot.id, "New chat", content))
    slack.workspace.assistant[channel.id, root.ts] = AssistantThread()
    tell(slack, user, channel, root.ts, looking_at, "assistant_thread_started")
    return root


def tell(slack: Slack, user: User, channel: Channel, ts: str, looking_at: Channel | None, kind: str) -> None:
    context: Json = {}
    if looking_at is not None:
        context = {"channel_id": looking_at.id, "team_id": slack.workspace.team_id, "enterprise_id": None}
    thread = {"user_id": user.id, "channel_id": channel.id, "thread_ts": ts, "context": context}
    slack.events.emit(kind, {"type": kind, "assistant_thread": thread, "event_ts": slack.new_ts()})


def name(slack: Slack, channel: Channel, root: Message, title: str) -> None:
    content = {**root.content, "assistant_app_thread": _named(title)}
    messages.edit(slack, channel, root, title, content, mark=False)


def _named(title: str) -> Json:
    return {"title": title, "title_blocks": [], "artifacts": []}
