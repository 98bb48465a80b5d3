"""The payloads of what people do, in Slack's shapes."""

from dataclasses import dataclass

from playground.inputs import SHAPES, Placed
from playground.json_types import Json
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message, message_blocks
from playground.state.users import User
from playground.state.views import View

_TOKEN = "playground-verification-token"


@dataclass(frozen=True, slots=True)
class Surface:
    """Where an element was used: in a message (with its channel), or in a view."""

    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None

    @property
    def blocks(self) -> list[Json]:
        """All blocks in reading order, those of a message's attachments too."""
        if self.view is not None:
            return self.view.blocks
        return message_blocks(self.message) if self.message else []


def slash_command(slack: Slack, user: User, channel: Channel, command: str, text: str) -> Json:
    response_url = slack.url + slack.response_urls.issue(channel.id, user.id)
    return {
        "token": _TOKEN,
        "team_id": slack.workspace.team_id,
        "team_domain": slack.workspace.domain,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.is_im else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": slack.workspace.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": slack.triggers.issue(user.id),
    }


def block_actions(slack: Slack, user: User, surface: Surface, placed: Placed, chosen: Json) -> Json:
    """`chosen` is what the element type adds to its action: value, selected_option and so on."""
    view = surface.view
    modal_id = view.id if view is not None and not view.is_home else None
    payload: Json = {
        "type": "block_actions",
        **_common(slack, user),
        "container": _container(surface, placed),
        "trigger_id": slack.triggers.issue(user.id, modal_id),
        "actions": [_action(slack, placed, chosen)],
    }
    if view is not None:
        return payload | {"view": view.wire(), "hash": view.hash}
    return payload | _message_part(slack, user, surface)


def view_submission(slack: Slack, user: User, view: View) -> Json:
    return {
        "type": "view_submission",
        **_common(slack, user),
        "trigger_id": slack.triggers.issue(user.id, view.id),
        "view": view.wire(),
        "response_urls": _response_urls(slack, user, view),
    }


def view_closed(slack: Slack, user: User, view: View, *, is_cleared: bool) -> Json:
    return {"type": "view_closed", **_common(slack, user), "view": view.wire(), "is_cleared": is_cleared}


def global_shortcut(slack: Slack, user: User, callback_id: str) -> Json:
    return {
        "type": "shortcut",
        **_common(slack, user),
        "action_ts": slack.new_ts(),
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(user.id),
    }


def message_shortcut(slack: Slack, user: User, channel: Channel, message: Message, callback_id: str) -> Json:
    response = slack.response_urls.issue(channel.id, user.id, message_ts=message.ts, thread_ts=message.thread_ts)
    return {
        "type": "message_action",
        **_common(slack, user),
        "action_ts": slack.new_ts(),
        "callback_id": callback_id,
        "trigger_id": slack.triggers.issue(user.id),
        "channel": {"id": channel.id, "name": channel.name},
        "message": message.wire(),
        "message_ts": message.ts,
        "response_url": slack.url + response,
    }


def block_suggestion(slack: Slack, user: User, surface: Surface, placed: Placed, query: str) -> Json:
    payload: Json = {
        "type": "block_suggestion",
        **_common(slack, user),
        "container": _container(surface, placed),
        "block_id": placed.block_id,
        "action_id": placed.action_id,
        "value": query,
    }
    if surface.view is not None:
        return payload | {"view": surface.view.wire()}
    channel, message = surface.channel, surface.message
    if channel is not None and message is not None:
        payload |= {"channel": {"id": channel.id, "name": channel.name}, "message": message.wire()}
    return payload


def _common(slack: Slack, user: User) -> Json:
    team = {"id": slack.workspace.team_id, "domain": slack.workspace.domain}
    return {
        "team": team,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team["id"]},
        "api_app_id": slack.workspace.app_id,
        "token": _TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _container(surface: Surface, placed: Placed) -> Json:
    if surface.view is not None:
        return {"type": "view", "view_id": surface.view.id}
    message = surface.message
    if message is None:
        return {}
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel_id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    for attachment in message.content.get("attachments") or []:
        if placed.block in (attachment.get("blocks") or []):
            url = attachment.get("app_unfurl_url")
            container |= {"type": "message_attachment", "attachment_id": attachment["id"], "is_app_unfurl": bool(url)}
            if url:
                container["app_unfurl_url"] = url
    return container


def _message_part(slack: Slack, user: User, surface: Surface) -> Json:
    channel, message = surface.channel, surface.message
    if channel is None or message is None:
        return {}
    is_ephemeral = message.ephemeral_for is not None
    response = slack.response_urls.issue(
        channel.id, user.id, message_ts=message.ts, is_ephemeral=is_ephemeral, thread_ts=message.thread_ts
    )
    part: Json = {
        "channel": {"id": channel.id, "name": "directmessage" if channel.is_im else channel.name},
        "response_url": slack.url + response,
        "state": {"values": slack.workspace.inputs.get((channel.id, message.ts, user.id), {})},
    }
    # Slack does not send the content of ephemeral messages back.
    return part if is_ephemeral else part | {"message": message.wire()}


def _action(slack: Slack, placed: Placed, chosen: Json) -> Json:
    element = placed.element
    action: Json = {
        "type": placed.kind,
        "block_id": placed.block_id,
        "action_id": placed.action_id,
        "action_ts": slack.new_ts(),
        **chosen,
    }
    for key in ("text", "placeholder", "style", "confirm"):
        if key in element:
            action[key] = element[key]
    shape = SHAPES.get(placed.kind)
    if shape is not None and shape.preset in element:
        action[shape.preset] = element[shape.preset]
    return action


def _response_urls(slack: Slack, user: User, view: View) -> list[Json]:
    """One for each conversation select with response_url_enabled that was filled in."""
    urls = []
    for block in view.blocks:
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        state = view.values.get(block["block_id"], {}).get(element["action_id"], {})
        channel_id = state.get("selected_conversation") or state.get("selected_channel")
        if channel_id:
            urls.append({
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": channel_id,
                "response_url": slack.url + slack.response_urls.issue(channel_id, user.id),
            })  # fmt: skip
    return urls
