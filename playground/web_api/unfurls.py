"""chat.unfurl: what stands behind a link, shown under the message that holds it."""

from playground.blockkit import check_message_blocks
from playground.json_types import Json
from playground.operations import messages
from playground.operations.errors import SlackError
from playground.operations.links import links_in
from playground.web_api.content import blocks_error
from playground.web_api.method import Call, Family

api = Family()


@api.method("chat.unfurl", tier="3", scopes=("links:write",))
def unfurl(call: Call) -> Json:
    """One attachment for each link; a second call for the same link replaces the first."""
    channel_id, ts = _target(call)
    channel = call.slack.workspace.channels.get(channel_id)
    if channel is None or not channel.visible_to(call.user_id):
        raise SlackError("cannot_find_channel")
    message = channel.log.get(ts)
    if message is None:
        raise SlackError("cannot_find_message")
    shown = _attachments(call)
    if not set(shown) <= set(links_in(message)):
        raise SlackError("cannot_unfurl_url")
    kept = [each for each in message.content.get("attachments") or [] if each.get("app_unfurl_url") not in shown]
    named = messages.named_attachments(call.slack, [*kept, *shown.values()])
    messages.edit(call.slack, channel, message, message.text, {**message.content, "attachments": named}, mark=False)
    return {}


def _target(call: Call) -> tuple[str, str]:
    """Channel and ts, given as such or as the unfurl_id of the event."""
    if "unfurl_id" in call.args:
        channel_id, _, ts = call.args.text("unfurl_id").partition(".")
        return channel_id, ts
    channel_id, ts = call.args.require("channel", "ts")
    return channel_id, ts


def _attachments(call: Call) -> dict[str, Json]:
    """Attachments by link. Raises missing_unfurls, invalid_unfurls_format or invalid_blocks."""
    unfurls = call.args.decoded("unfurls", "invalid_unfurls_format")
    if not unfurls:
        raise SlackError("missing_unfurls")
    if not isinstance(unfurls, dict) or not all(isinstance(content, dict) for content in unfurls.values()):
        raise SlackError("invalid_unfurls_format")
    for url, content in unfurls.items():
        problems = check_message_blocks(content.get("blocks") or [], f"/unfurls/{url}/blocks")
        if problems:
            raise blocks_error(call.slack, call.method, "invalid_blocks", problems)
    marks = {"app_id": call.slack.workspace.app_id, "bot_id": call.slack.workspace.bot_id, "is_app_unfurl": True}
    return {url: {**content, **marks, "from_url": url, "app_unfurl_url": url} for url, content in unfurls.items()}
