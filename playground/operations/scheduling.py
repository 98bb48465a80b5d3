"""Messages that post themselves later, on the virtual clock."""

from playground.operations.messages import Draft, post
from playground.slack import Slack
from playground.state.workspace import Scheduled


def schedule(slack: Slack, scheduled: Scheduled) -> None:
    slack.workspace.scheduled[scheduled.id] = scheduled
    slack.tasks.start(_post_when_due(slack, scheduled))


async def _post_when_due(slack: Slack, scheduled: Scheduled) -> None:
    await slack.clock.sleep(scheduled.post_at - slack.clock.now())
    if slack.workspace.scheduled.pop(scheduled.id, None) is None:
        return
    channel = slack.workspace.channels.get(scheduled.channel_id)
    if channel is None or channel.is_archived or slack.bot.id not in channel.members:
        slack.inspector.note("fault", "a scheduled message could not be posted", {"id": scheduled.id}, ok=False)
        return
    post(slack, channel, Draft(slack.bot.id, scheduled.text, scheduled.content, thread_ts=scheduled.thread_ts))
