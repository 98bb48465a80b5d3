"""The rich_text block Slack adds to what people type: apps get it in events and histories."""

import html
import re

from playground.json_types import Json

_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_PIECE = re.compile(
    r"<(?P<entity>[^<>]+)>"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?<!\w)\*(?P<bold>[^*\s](?:[^*\n]*[^*\s])?)\*(?!\w)"
    r"|(?<!\w)_(?P<italic>[^_\s](?:[^_\n]*[^_\s])?)_(?!\w)"
    r"|(?<!\w)~(?P<strike>[^~\s](?:[^~\n]*[^~\s])?)~(?!\w)"
    r"|(?<![\w:]):(?P<emoji>[a-z0-9_+'-]+):(?![\w:])"
    r"|(?P<url>https?://(?:(?!&[lg]t;)[^\s<>])+(?<![.,;:!?)]))"
)
_STYLES = ("code", "bold", "italic", "strike")


def rich_text_block(block_id: str, text: str) -> Json:
    """`text` is composed mrkdwn: escaped, with entities."""
    parts: list[Json] = []
    position = 0
    for fence in _FENCE.finditer(text):
        parts += _section(text[position : fence.start()])
        code = html.unescape(fence.group(1).strip("\n"))
        parts.append({"type": "rich_text_preformatted", "elements": [{"type": "text", "text": code}], "border": 0})
        position = fence.end()
    parts += _section(text[position:])
    return {"type": "rich_text", "block_id": block_id, "elements": parts}


def _section(text: str) -> list[Json]:
    return [{"type": "rich_text_section", "elements": _pieces(text)}] if text else []


def _pieces(text: str) -> list[Json]:
    pieces: list[Json] = []
    position = 0
    for found in _PIECE.finditer(text):
        pieces += _text(text[position : found.start()])
        pieces.append(_piece(found))
        position = found.end()
    return [*pieces, *_text(text[position:])]


def _text(text: str) -> list[Json]:
    return [{"type": "text", "text": html.unescape(text)}] if text else []


def _piece(found: re.Match[str]) -> Json:
    kind = str(found.lastgroup)
    body = found.group(kind)
    if kind == "entity":
        return _entity(body)
    if kind == "emoji":
        return {"type": "emoji", "name": body}
    if kind == "url":
        return {"type": "link", "url": html.unescape(body)}
    assert kind in _STYLES
    return {"type": "text", "text": html.unescape(body), "style": {kind: True}}


def _entity(body: str) -> Json:
    target, _, label = body.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link: Json = {"type": "link", "url": html.unescape(target)}
    return {**link, "text": html.unescape(label)} if label else link
