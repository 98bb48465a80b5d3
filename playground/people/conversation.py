"""Writing, reacting, pinning, and running channels, as a person."""

from playground.json_types import Json
from playground.mrkdwn import composed
from playground.operations import assistant, channels, messages
from playground.operations import files as file_operations
from playground.operations.errors import SlackError
from playground.operations.links import announce_links
from playground.operations.messages import Draft
from playground.people.outcome import Outcome, PersonError
from playground.rich_text import rich_text_block
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.files import File
from playground.state.messages import Message
from playground.state.users import User


def write(
    slack: Slack, user: User, channel: Channel, text: str, thread_ts: str | None, *, broadcast: bool = False
) -> Outcome:
    """`broadcast`: a reply in a thread that the channel shows too."""
    must_write(user, channel)
    if not text.strip():
        raise PersonError("no_text", "The message is empty.")
    sent = composed(text, slack.workspace)
    content: Json = {"client_msg_id": slack.ids.uuid(), "team": slack.workspace.team_id, "blocks": _blocks(slack, sent)}
    draft = Draft(user.id, sent, content, thread_ts=thread_ts, broadcast=broadcast)
    message = messages.post(slack, channel, draft)
    announce_links(slack, channel, message)
    return Outcome(channel_id=channel.id, extra={"ts": message.ts, "channel": channel.id})


def share(slack: Slack, user: User, channel: Channel, files: list[File], text: str, thread_ts: str | None) -> Outcome:
    """Post files with an optional comment."""
    must_write(user, channel)
    sent = composed(text, slack.workspace)
    message = file_operations.share(slack, channel, files, Draft(user.id, sent, thread_ts=thread_ts))
    return Outcome(channel_id=channel.id, extra={"ts": message.ts, "channel": channel.id})


def edit(slack: Slack, user: User, channel: Channel, message: Message, text: str) -> Outcome:
    _must_own(user, message, "edit")
    sent = composed(text, slack.workspace)
    messages.edit(slack, channel, message, sent, {**message.content, "blocks": _blocks(slack, sent)})
    return Outcome(channel_id=channel.id)


def delete(slack: Slack, user: User, channel: Channel, message: Message) -> Outcome:
    if message.ephemeral_for == user.id:
        messages.delete_ephemeral(slack, channel, message)
        return Outcome(channel_id=channel.id)
    if not user.is_admin:
        _must_own(user, message, "delete")
    messages.delete(slack, channel, message)
    return Outcome(channel_id=channel.id)


def react(slack: Slack, user: User, channel: Channel, message: Message, name: str, *, remove: bool) -> Outcome:
    must_write(user, channel)
    change = messages.unreact if remove else messages.react
    change(slack, channel, message, user.id, name.strip(":"))
    return Outcome(channel_id=channel.id)


def pin(slack: Slack, user: User, channel: Channel, message: Message, *, remove: bool) -> Outcome:
    must_write(user, channel)
    change = messages.unpin if remove else messages.pin
    change(slack, channel, message, user.id)
    return Outcome(channel_id=channel.id)


def read(slack: Slack, user: User, channel: Channel, ts: str) -> Outcome:
    channels.mark_read(slack, channel, user.id, ts)
    return Outcome(channel_id=channel.id)


def create(slack: Slack, user: User, name: str, *, is_private: bool) -> Outcome:
    channel = channels.create(slack, name, user.id, is_private=is_private)
    return Outcome(channel_id=channel.id, extra={"channel": channel.id})


def join(slack: Slack, user: User, channel: Channel) -> Outcome:
    if not channel.is_public:
        raise PersonError("private", f"#{channel.name} is private: somebody in it has to invite you.")
    if channel.is_archived:
        raise SlackError("is_archived")
    channels.join(slack, channel, user.id)
    return Outcome(channel_id=channel.id)


def leave(slack: Slack, user: User, channel: Channel) -> Outcome:
    channels.leave(slack, channel, user.id)
    return Outcome(channel_id=channel.id)


def invite(slack: Slack, user: User, channel: Channel, others: list[User]) -> Outcome:
    must_write(user, channel)
    for other in others:
        channels.join(slack, channel, other.id, inviter=user.id)
    return Outcome(channel_id=channel.id)


def kick(slack: Slack, user: User, channel: Channel, other: User) -> Outcome:
    must_write(user, channel)
    channels.kick(slack, channel, other.id)
    return Outcome(channel_id=channel.id)


def archive(slack: Slack, user: User, channel: Channel, *, undo: bool) -> Outcome:
    change = channels.unarchive if undo else channels.archive
    change(slack, channel, user.id)
    return Outcome(channel_id=channel.id)


def delete_channel(slack: Slack, user: User, channel: Channel) -> Outcome:
    if not user.is_admin:
        raise PersonError("not_an_admin", f"Only admins delete channels, and {user.real_name} is none.")
    channels.remove(slack, channel)
    return Outcome()


def rename(slack: Slack, user: User, channel: Channel, name: str) -> Outcome:
    channels.rename(slack, channel, name, user.id)
    return Outcome(channel_id=channel.id)


def set_topic(slack: Slack, user: User, channel: Channel, topic: str) -> Outcome:
    must_write(user, channel)
    channels.set_topic(slack, channel, composed(topic, slack.workspace), user.id)
    return Outcome(channel_id=channel.id)


def open_direct(slack: Slack, user: User, others: list[User]) -> Outcome:
    channel, _ = channels.open_direct(slack, [*(other.id for other in others), user.id])
    return Outcome(channel_id=channel.id, extra={"channel": channel.id})


def open_home(slack: Slack, user: User, tab: str) -> Outcome:
    """Opening the app's Home tab tells the app, each time."""
    channel, _ = channels.open_direct(slack, [user.id, slack.bot.id])
    home = slack.workspace.views.homes.get(user.id)
    event: Json = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel.id,
        "tab": tab,
        "event_ts": slack.new_ts(),
    }
    if home is not None and tab == "home":
        event["view"] = home.wire()
    slack.events.emit("app_home_opened", event)
    return Outcome(channel_id=channel.id, extra={"channel": channel.id})


def open_assistant(slack: Slack, user: User, looking_at: Channel | None, ts: str) -> Outcome:
    """Begin a chat with the app; with the `ts` of one, tell the app that this person looks at another channel now."""
    if not slack.manifest.has_assistant:
        raise PersonError("no_assistant", "The app's manifest has no assistant_view: it takes no chats.")
    channel, _ = channels.open_direct(slack, [user.id, slack.bot.id])
    if ts:
        assistant.tell(slack, user, channel, ts, looking_at, "assistant_thread_context_changed")
    else:
        ts = assistant.begin(slack, user, looking_at).ts
    return Outcome(channel_id=channel.id, extra={"channel": channel.id, "ts": ts})


def _blocks(slack: Slack, text: str) -> list[Json]:
    return [rich_text_block(slack.ids.hexadecimal(5), text)]


def must_write(user: User, channel: Channel) -> None:
    """Raises PersonError unless this person may write here."""
    if user.id not in channel.members:
        raise PersonError("not_in_channel", f"{user.real_name} is not in #{channel.name}; join it first.")
    if channel.is_archived:
        raise PersonError("is_archived", f"#{channel.name} is archived; nothing can be written there.")


def _must_own(user: User, message: Message, verb: str) -> None:
    if message.author != user.id:
        raise PersonError("not_yours", f"{user.real_name} cannot {verb} a message of somebody else.")
