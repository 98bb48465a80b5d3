"""Slash commands and shortcuts."""

from playground import interactions
from playground.json_types import Json
from playground.manifest import Shortcut
from playground.mrkdwn import composed
from playground.operations.errors import SlackError
from playground.operations.messages import bot_content
from playground.operations.respond import post_answer
from playground.people.conversation import must_write
from playground.people.outcome import Outcome, PersonError, of_ack
from playground.slack import Slack
from playground.socket_mode import Ack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.users import User
from playground.web_api.args import Args
from playground.web_api.content import message_content


async def command(slack: Slack, user: User, channel: Channel, name: str, text: str) -> Outcome:
    """Type `/name text` in a channel. The ack's words go to the person, or to all with response_type in_channel."""
    must_write(user, channel)
    name = name if name.startswith("/") else f"/{name}"
    known = slack.manifest.command(name)
    if known is None and slack.manifest.enforced:
        slack.toast(
            user.id,
            f"{name} is not a valid command: no app's manifest lists it. Put a space before it to send it as text.",
        )
        return Outcome(error="invalid_command", channel_id=channel.id)
    if known is None:
        slack.inspector.note("fault", f"{name} is in no manifest; sent all the same", {"command": name})
    sent_text = composed(text, slack.workspace) if known and known.should_escape else text
    payload = interactions.slash_command(slack, user, channel, name, sent_text.strip())
    ack = await slack.hub.send("slash_commands", payload, accepts_response=True)
    if ack.ok:
        _show_answer(slack, user, channel, name, ack)
    elif ack.state == "timeout":
        slack.toast(user.id, f"{name} failed because the app did not respond.")
    else:
        slack.toast(user.id, f"{name} failed with the error “dispatch_failed”: the app is not connected.")
    return of_ack(ack, channel.id)


def _show_answer(slack: Slack, user: User, channel: Channel, name: str, ack: Ack) -> None:
    body = ack.payload
    if not any(body.get(key) for key in ("text", "blocks", "attachments")):
        return
    try:
        text, content = message_content(slack, Args(body), f"ack of {name}")
    except SlackError as error:
        slack.toast(user.id, f"{name} failed with the error “{error.code}”.")
        return
    in_channel = body.get("response_type") == "in_channel"
    post_answer(slack, channel, user.id, text, bot_content(slack, content), in_channel=in_channel)


async def global_shortcut(slack: Slack, user: User, key: str) -> Outcome:
    shortcut = find_shortcut(slack, key, "global")
    payload = interactions.global_shortcut(slack, user, shortcut.callback_id)
    return await _send_shortcut(slack, user, shortcut, payload)


async def message_shortcut(slack: Slack, user: User, channel: Channel, message: Message, key: str) -> Outcome:
    shortcut = find_shortcut(slack, key, "message")
    payload = interactions.message_shortcut(slack, user, channel, message, shortcut.callback_id)
    return await _send_shortcut(slack, user, shortcut, payload)


async def _send_shortcut(slack: Slack, user: User, shortcut: Shortcut, payload: Json) -> Outcome:
    ack = await slack.hub.send("interactive", payload, accepts_response=False)
    if not ack.ok:
        slack.toast(user.id, f"“{shortcut.name}” failed because the app did not respond.")
    return of_ack(ack)


def find_shortcut(slack: Slack, key: str, kind: str) -> Shortcut:
    """By callback id or name. Without a manifest any callback id will do."""
    found = next(
        (each for each in slack.manifest.shortcuts if each.type == kind and key in (each.callback_id, each.name)), None
    )
    if found:
        return found
    if slack.manifest.enforced:
        names = ", ".join(each.name for each in slack.manifest.shortcuts if each.type == kind) or "none"
        raise PersonError("no_such_shortcut", f"No {kind} shortcut “{key}”. The manifest lists: {names}.")
    return Shortcut(key, kind, key, "")
