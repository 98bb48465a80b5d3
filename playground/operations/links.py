"""Links in what people write: the app hears of those of its domains, and may show what is behind them."""

import re
from urllib.parse import urlsplit

from playground.json_types import Json
from playground.operations.broadcast import emit_in_channel
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message

_LINK = re.compile(r"<(https?://[^|>\s]+)[^>]*>")
MAX_LINKS = 10


def links_in(message: Message) -> list[str]:
    return _LINK.findall(message.text)


def announce_links(slack: Slack, channel: Channel, message: Message) -> None:
    """link_shared, where the manifest names a link's domain, or a domain above it."""
    links = [
        {"domain": domain, "url": url}
        for url in links_in(message)
        if (domain := _domain_of(url, slack.manifest.unfurl_domains))
    ]
    if not links:
        return
    event: Json = {
        "type": "link_shared",
        "user": message.author,
        "channel": channel.id,
        "message_ts": message.ts,
        "links": links[:MAX_LINKS],
        "unfurl_id": f"{channel.id}.{message.ts}",
        "source": "conversations_history",
        "is_bot_user_member": slack.bot.id in channel.members,
        "event_ts": slack.new_ts(),
    }
    if message.thread_ts:
        event["thread_ts"] = message.thread_ts
    emit_in_channel(slack, channel, "link_shared", event)


def _domain_of(url: str, domains: tuple[str, ...]) -> str:
    host = urlsplit(url).hostname or ""
    return next((domain for domain in domains if host == domain or host.endswith(f".{domain}")), "")
