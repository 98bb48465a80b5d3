"""Slack's mrkdwn: what it looks like to a reader, and how typed words become entities."""

import html
import re
from datetime import UTC, datetime

from playground.state.workspace import Workspace

_ENTITY = re.compile(r"<([^<>]*)>")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_STYLES = tuple(
    re.compile(
        rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=\S)([^{re.escape(mark)}\n]*?\S){re.escape(mark)}(?![\w])"
    )
    for mark in ("*", "_", "~")
)
_TYPED_NAME = re.compile(r"(?<![\w<@#|])([@#])([a-z0-9][a-z0-9._-]*)")
_TYPED_ENTITY = re.compile(r"<(?:@U|#C|!subteam\^S|https?://)[^<>]*>|<!(?:here|channel|everyone)>")
# Within these nothing is made live; what ends a sentence does not belong to a link.
_TYPED_CODE_OR_LINK = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)|(?P<link>\bhttps?://[^\s<>]+[^\s<>.,;:!?)\]}'\"])", re.DOTALL
)
_BROADCASTS = ("here", "channel", "everyone")

_DATE_TOKENS = {
    "date_num": "%Y-%m-%d",
    "date": "%B %d, %Y",
    "date_short": "%b %d, %Y",
    "date_long": "%A, %B %d, %Y",
    "date_pretty": "%B %d, %Y",
    "date_short_pretty": "%b %d, %Y",
    "date_long_pretty": "%A, %B %d, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
    "ago": "%b %d, %Y %H:%M",
}


def plain(text: str, workspace: Workspace) -> str:
    """What a reader sees, without styles: entities resolved, style marks gone where Slack would apply them."""
    parts = []
    position = 0
    for code in _CODE.finditer(text):
        parts.append(_plain_prose(text[position : code.start()], workspace))
        parts.append(_entities(code.group().strip("`").strip("\n"), workspace))
        position = code.end()
    parts.append(_plain_prose(text[position:], workspace))
    return html.unescape("".join(parts))


def _plain_prose(text: str, workspace: Workspace) -> str:
    shown = text
    for style in _STYLES:
        shown = style.sub(r"\1", shown)
    return _entities(shown, workspace)


def _entities(text: str, workspace: Workspace) -> str:
    return _ENTITY.sub(lambda found: _entity(found.group(1), workspace), text)


def _entity(body: str, workspace: Workspace) -> str:
    target, _, label = body.partition("|")
    if target.startswith("@"):
        user = workspace.users.get(target[1:])
        return f"@{user.real_name if user else label or target[1:]}"
    if target.startswith("#"):
        channel = workspace.channels.get(target[1:])
        return f"#{channel.name if channel else label or target[1:]}"
    if target.startswith("!subteam^"):
        group = workspace.usergroups.get(target.removeprefix("!subteam^"))
        return f"@{group.handle if group else label}"
    if target.startswith("!date^"):
        return date_text(target, label)
    if target.startswith("!"):
        return f"@{target[1:]}"
    return label or target


def date_text(target: str, fallback: str) -> str:
    """`!date^EPOCH^FORMAT[^url]` in the reader's zone, which is UTC here; the fallback where it is malformed."""
    parts = target.split("^")
    if len(parts) < 3 or not parts[1].isdigit():
        return fallback
    moment = datetime.fromtimestamp(int(parts[1]), UTC)

    def shown(token: re.Match[str]) -> str:
        return moment.strftime(_DATE_TOKENS[token.group(1)]) if token.group(1) in _DATE_TOKENS else token.group()

    return re.sub(r"\{(\w+)\}", shown, parts[2])


def composed(text: str, workspace: Workspace) -> str:
    """Typed text as Slack's composer sends it: &, < and > escaped; @names, #channels and links turned into entities."""
    parts = []
    position = 0
    for entity in _TYPED_ENTITY.finditer(text):
        parts += [_compose_prose(text[position : entity.start()], workspace), entity.group()]
        position = entity.end()
    return "".join([*parts, _compose_prose(text[position:], workspace)])


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _compose_prose(text: str, workspace: Workspace) -> str:
    parts = []
    position = 0
    for found in _TYPED_CODE_OR_LINK.finditer(text):
        parts.append(_compose_names(text[position : found.start()], workspace))
        parts.append(f"<{escaped(found.group())}>" if found.group("link") else escaped(found.group()))
        position = found.end()
    return "".join([*parts, _compose_names(text[position:], workspace)])


def _compose_names(text: str, workspace: Workspace) -> str:
    return _TYPED_NAME.sub(lambda found: _typed_name(found, workspace), escaped(text))


def _typed_name(found: re.Match[str], workspace: Workspace) -> str:
    sign, name = found.groups()
    if sign == "#":
        channel = workspace.channel_named(name)
        return f"<#{channel.id}|{channel.name}>" if channel else found.group()
    if name in _BROADCASTS:
        return f"<!{name}>"
    user = next((user for user in workspace.users.values() if user.name == name), None)
    if user:
        return f"<@{user.id}>"
    group = next((group for group in workspace.usergroups.values() if group.handle == name), None)
    return f"<!subteam^{group.id}|@{name}>" if group else found.group()
