"""Messages and views as plain text: what a person reads, in the order they read it."""

from collections.abc import Callable

from playground.inputs import SHAPES, inner_blocks, label_of
from playground.json_types import Json
from playground.mrkdwn import date_text, plain
from playground.state.messages import Message
from playground.state.views import View
from playground.state.workspace import Workspace

# `values` of the surface being drawn: block_id → action_id → state.
Values = dict[str, Json]


def message_text(workspace: Workspace, message: Message, values: Values | None = None) -> str:
    """Blocks if there are any, else the text; then files and attachments."""
    content = message.content
    blocks = content.get("blocks") or []
    lines = blocks_text(workspace, blocks, values or {}) if blocks else [plain(message.text, workspace)]
    for attachment in content.get("attachments") or []:
        lines += _attachment(workspace, attachment)
    if blocks and content.get("files") and message.text:
        lines.append(plain(message.text, workspace))
    lines += [f"[file: {file['title']}]" for file in content.get("files") or []]
    return "\n".join(line for line in lines if line)


def view_text(workspace: Workspace, view: View) -> str:
    """Title, blocks with what is filled in, field errors, and the buttons below."""
    lines = [f"== {_raw(view.body.get('title'))} =="] if view.body.get("title") else []
    for block in view.blocks:
        lines += _block(workspace, block, view.values)
        error = view.errors.get(str(block.get("block_id")))
        lines += [f"  ! {error}"] if error else []
    buttons = [_raw(view.body[name]) for name in ("submit", "close") if view.body.get(name)]
    return "\n".join([*lines, " ".join(f"[{button}]" for button in buttons)]).strip()


def blocks_text(workspace: Workspace, blocks: list[Json], values: Values) -> list[str]:
    return [line for block in blocks for line in _block(workspace, block, values)]


def _block(workspace: Workspace, block: Json, values: Values) -> list[str]:
    draw = _DRAW.get(str(block.get("type")))
    return draw(workspace, block, values) if draw else [f"[{block.get('type')}]"]


def _text(workspace: Workspace, value: Json | None) -> str:
    """A text object: mrkdwn as read, plain_text as it is."""
    if not value:
        return ""
    return plain(value["text"], workspace) if value.get("type") == "mrkdwn" else str(value["text"])


def _raw(value: Json | None) -> str:
    return str(value["text"]) if value else ""


def _header(_workspace: Workspace, block: Json, _values: Values) -> list[str]:
    return [_raw(block["text"])]


def _section(workspace: Workspace, block: Json, values: Values) -> list[str]:
    lines = [_text(workspace, block.get("text"))] if block.get("text") else []
    lines += [_text(workspace, field).replace("\n", ": ") for field in block.get("fields") or []]
    accessory = block.get("accessory")
    if accessory:
        lines.append(_element(workspace, block, accessory, values))
    return lines


def _context(workspace: Workspace, block: Json, _values: Values) -> list[str]:
    parts = [
        f"[image: {element['alt_text']}]" if element["type"] == "image" else _text(workspace, element)
        for element in block["elements"]
    ]
    return ["  ".join(parts)]


def _actions(workspace: Workspace, block: Json, values: Values) -> list[str]:
    return [" ".join(_element(workspace, block, element, values) for element in block["elements"])]


def _divider(_workspace: Workspace, _block_json: Json, _values: Values) -> list[str]:
    return ["---"]


def _image(_workspace: Workspace, block: Json, _values: Values) -> list[str]:
    title = f"{_raw(block['title'])}: " if block.get("title") else ""
    return [f"[image: {title}{block['alt_text']}]"]


def _input(workspace: Workspace, block: Json, values: Values) -> list[str]:
    optional = " (optional)" if block.get("optional") else ""
    line = f"{_raw(block['label'])}{optional}: {_element(workspace, block, block['element'], values)}"
    return [line, f"  {_raw(block['hint'])}"] if block.get("hint") else [line]


def _markdown(_workspace: Workspace, block: Json, _values: Values) -> list[str]:
    return [str(block["text"])]


def _video(_workspace: Workspace, block: Json, _values: Values) -> list[str]:
    return [f"[video: {_raw(block['title'])} {block['video_url']}]"]


def _table(workspace: Workspace, block: Json, _values: Values) -> list[str]:
    return [" | ".join(_cell(workspace, cell) for cell in row) for row in block["rows"]]


def _cell(workspace: Workspace, cell: Json) -> str:
    if cell["type"] == "rich_text":
        return " ".join(_rich_text(workspace, cell, {}))
    return str(cell.get("text", cell.get("value", "")))


def _rich_text(workspace: Workspace, block: Json, _values: Values) -> list[str]:
    lines = []
    for part in block["elements"]:
        if part["type"] == "rich_text_list":
            for number, item in enumerate(part["elements"], 1 + int(part.get("offset", 0))):
                mark = f"{number}." if part["style"] == "ordered" else "-"
                lines.append(f"{'  ' * int(part.get('indent', 0))}{mark} {_inline(workspace, item)}")
        else:
            quoted = "> " if part["type"] == "rich_text_quote" else ""
            lines.append(quoted + _inline(workspace, part))
    return lines


def _inline(workspace: Workspace, part: Json) -> str:
    return "".join(_inline_piece(workspace, piece) for piece in part["elements"])


def _inline_piece(workspace: Workspace, piece: Json) -> str:
    match piece["type"]:
        case "text":
            return str(piece["text"])
        case "link":
            return str(piece.get("text") or piece["url"])
        case "emoji":
            return f":{piece['name']}:"
        case "user":
            return plain(f"<@{piece['user_id']}>", workspace)
        case "usergroup":
            return plain(f"<!subteam^{piece['usergroup_id']}>", workspace)
        case "channel":
            return plain(f"<#{piece['channel_id']}>", workspace)
        case "broadcast":
            return f"@{piece['range']}"
        case "date":
            return date_text(f"!date^{piece['timestamp']}^{piece['format']}", str(piece.get("fallback", "")))
        case _:
            return str(piece.get("value", ""))


def _element(workspace: Workspace, block: Json, element: Json, values: Values) -> str:
    kind = element["type"]
    if kind == "image":
        return f"[image: {element['alt_text']}]"
    if kind == "overflow":
        return f"[… {' / '.join(_raw(option['text']) for option in element['options'])}]"
    if kind in SHAPES:
        state = values.get(str(block.get("block_id")), {}).get(str(element.get("action_id")), {})
        chosen = chosen_text(workspace, kind, state)
        return f"[{chosen}]" if chosen else f"<{label_of(element)}>"
    return f"[{label_of(element)}]"


def chosen_text(workspace: Workspace, kind: str, state: Json) -> str:
    """What a filled-in element shows; empty when nothing was chosen."""
    value = state.get(SHAPES[kind].field)
    if value in (None, "", []):
        return ""
    items = value if isinstance(value, list) else [value]
    return ", ".join(_chosen_item(workspace, kind, item) for item in items)


def _chosen_item(workspace: Workspace, kind: str, item: object) -> str:
    if isinstance(item, dict):
        return _raw(item.get("text")) if "text" in item else str(item.get("name") or "text")
    text = str(item)
    if "user" in kind and text in workspace.users:
        return workspace.users[text].real_name
    if text in workspace.channels:
        return f"#{workspace.channels[text].name}"
    return text


def _attachment(workspace: Workspace, attachment: Json) -> list[str]:
    if attachment.get("blocks"):
        return blocks_text(workspace, attachment["blocks"], {})
    lines = [attachment.get(name) for name in ("pretext", "title", "text")]
    if not any(lines):
        lines = [attachment.get("fallback")]
    fields = [f"{field.get('title', '')}: {field.get('value', '')}" for field in attachment.get("fields") or []]
    return [plain(str(line), workspace) for line in [*lines, *fields] if line]


def _alert(workspace: Workspace, block: Json, _values: Values) -> list[str]:
    return [f"({block.get('level', 'default')}) {_text(workspace, block['text'])}"]


def _card(workspace: Workspace, block: Json, values: Values) -> list[str]:
    lines = [_text(workspace, block.get(name)) for name in ("title", "subtitle", "body", "subtext")]
    lines.append(" ".join(_element(workspace, block, element, values) for element in block.get("actions") or []))
    return [line for line in lines if line]


def _framing(workspace: Workspace, block: Json, values: Values) -> list[str]:
    title = [_text(workspace, block["title"])] if block.get("title") else []
    return [*title, *blocks_text(workspace, inner_blocks(block), values)]


def _call(_workspace: Workspace, block: Json, _values: Values) -> list[str]:
    call = (block.get("call") or {}).get("v1") or {}
    return [f"[call: {call.get('title') or block['call_id']}]"]


def _plan(workspace: Workspace, block: Json, values: Values) -> list[str]:
    return [
        str(block["title"]),
        *(line for task in block.get("tasks") or [] for line in _task(workspace, task, values)),
    ]


def _task(_workspace: Workspace, block: Json, _values: Values) -> list[str]:
    return [f"- {block['title']} ({block.get('status', 'pending')})"]


_Draw = Callable[[Workspace, Json, Values], list[str]]
_DRAW: dict[str, _Draw] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "divider": _divider,
    "image": _image,
    "input": _input,
    "markdown": _markdown,
    "video": _video,
    "table": _table,
    "rich_text": _rich_text,
    "alert": _alert,
    "call": _call,
    "card": _card,
    "carousel": _framing,
    "container": _framing,
    "data_table": _table,
    "plan": _plan,
    "task_card": _task,
}
