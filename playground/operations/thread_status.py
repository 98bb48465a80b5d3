"""What an app shows in a thread besides its messages: that it is at work, and what one might ask it."""

from playground.json_types import Json
from playground.operations.broadcast import viewers
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.workspace import AssistantThread

# Slack takes a status away that nothing has followed for two minutes.
STATUS_SECONDS = 120


def set_status(slack: Slack, channel: Channel, ts: str, status: str, loading: list[str]) -> None:
    """“… is thinking”, until the app answers, takes it back, or two minutes have gone by."""
    thread = slack.workspace.assistant.setdefault((channel.id, ts), AssistantThread())
    thread.status, thread.loading = status, loading
    thread.turn += 1
    show(slack, channel, ts)
    if status:
        slack.tasks.start(_forget(slack, channel, ts, thread.turn))


def suggest(slack: Slack, channel: Channel, ts: str, title: str, prompts: list[Json]) -> None:
    thread = slack.workspace.assistant.setdefault((channel.id, ts), AssistantThread())
    thread.prompts_title, thread.prompts = title, prompts
    show(slack, channel, ts)


def answered(slack: Slack, channel: Channel, message: Message) -> None:
    """An answer of the app ends its status."""
    thread = slack.workspace.assistant.get((channel.id, message.thread_ts or ""))
    if thread is not None and thread.status and message.author == slack.bot.id:
        set_status(slack, channel, message.thread_ts or "", "", [])


def picture(slack: Slack, channel: Channel, ts: str) -> Json:
    """What pages show of it besides its messages; empty for any other thread."""
    thread = slack.workspace.assistant.get((channel.id, ts))
    if thread is None:
        return {}
    return {
        "status": thread.status, "loading": thread.loading, "title": thread.prompts_title, "prompts": thread.prompts
    }  # fmt: skip


def show(slack: Slack, channel: Channel, ts: str) -> None:
    frame = {"type": "assistant", "channel": channel.id, "ts": ts, "assistant": picture(slack, channel, ts)}
    for user_id in viewers(slack, channel):
        slack.feed.publish(user_id, frame)


async def _forget(slack: Slack, channel: Channel, ts: str, turn: int) -> None:
    await slack.clock.sleep(STATUS_SECONDS)
    thread = slack.workspace.assistant.get((channel.id, ts))
    if thread is not None and thread.turn == turn:
        set_status(slack, channel, ts, "", [])
