"""canvases.*, text only."""

from playground.json_types import Json
from playground.operations.broadcast import show_channel
from playground.operations.errors import SlackError
from playground.state.files import Canvas
from playground.web_api.args import invalid_arguments
from playground.web_api.method import Call, Family

api = Family()

MAX_MARKDOWN_BYTES = 1024 * 1024
_OPERATIONS = ("insert_before", "insert_after", "insert_at_start", "insert_at_end", "replace", "delete", "rename")
_ACCESS_LEVELS = ("read", "write", "owner")


@api.method("canvases.create", tier="2", scopes=("canvases:write",))
def create(call: Call) -> Json:
    return {"canvas_id": _new_canvas(call, channel_id=None).id}


@api.method("conversations.canvases.create", tier="2", scopes=("canvases:write",))
def create_in_channel(call: Call) -> Json:
    channel = call.member_channel("channel_id")
    if channel.canvas_id:
        raise SlackError("channel_canvas_already_exists")
    canvas = _new_canvas(call, channel.id)
    channel.canvas_id = canvas.id
    _show(call, canvas)
    return {"canvas_id": canvas.id}


@api.method("canvases.edit", tier="3", scopes=("canvases:write",))
def edit(call: Call) -> Json:
    """One operation a call, as Slack demands."""
    canvas = _canvas(call)
    changes = call.args.decoded("changes")
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise SlackError("canvas_editing_failed", {"detail": "changes must hold exactly one operation"})
    _apply(call, canvas, changes[0])
    _show(call, canvas)
    return {}


@api.method("canvases.delete", tier="3", scopes=("canvases:write",))
def delete(call: Call) -> Json:
    canvas = _canvas(call)
    del call.slack.workspace.canvases[canvas.id]
    if canvas.channel_id:
        call.slack.workspace.channels[canvas.channel_id].canvas_id = None
    _show(call, canvas)
    return {}


@api.method("canvases.sections.lookup", tier="3", scopes=("canvases:read",))
def lookup(call: Call) -> Json:
    canvas = _canvas(call)
    criteria = call.args.decoded("criteria")
    if not isinstance(criteria, dict):
        raise invalid_arguments(["missing required field: criteria"])
    wanted = str(criteria.get("contains_text", ""))
    return {"sections": [{"id": key} for key, text in canvas.sections.items() if wanted in text]}


@api.method("canvases.access.set", tier="3", scopes=("canvases:write",))
def set_access(call: Call) -> Json:
    """For channels or for people, never both in one call; a canvas has one owner, a person."""
    canvas = _canvas(call)
    (level,) = call.args.require("access_level")
    if level not in _ACCESS_LEVELS:
        raise invalid_arguments([f"must be one of: {', '.join(_ACCESS_LEVELS)} [json-pointer:/access_level]"])
    readers = _readers(call)
    if level == "owner":
        if len(readers) != 1 or readers[0] not in call.slack.workspace.users:
            raise invalid_arguments(["exactly one user may own a canvas [json-pointer:/user_ids]"])
        canvas.owner = readers[0]
    canvas.access.update(dict.fromkeys(readers, level))
    return {}


@api.method("canvases.access.delete", tier="3", scopes=("canvases:write",))
def delete_access(call: Call) -> Json:
    canvas = _canvas(call)
    for reader in _readers(call):
        canvas.access.pop(reader, None)
    return {}


def _readers(call: Call) -> list[str]:
    """Ids of channel_ids or of user_ids. Raises invalid_arguments, channel_not_found or user_not_found."""
    channels, people = call.args.items("channel_ids"), call.args.items("user_ids")
    if bool(channels) == bool(people):
        raise invalid_arguments(["exactly one of channel_ids and user_ids is needed"])
    if not set(channels) <= set(call.slack.workspace.channels):
        raise SlackError("channel_not_found")
    if not set(people) <= set(call.slack.workspace.users):
        raise SlackError("user_not_found")
    return channels or people


def _canvas(call: Call) -> Canvas:
    (canvas_id,) = call.args.require("canvas_id")
    canvas = call.slack.workspace.canvases.get(canvas_id)
    if canvas is None:
        raise SlackError("canvas_not_found")
    return canvas


def _new_canvas(call: Call, channel_id: str | None) -> Canvas:
    content = call.args.decoded("document_content")
    markdown = _markdown(content) if content is not None else ""
    canvas = Canvas(call.slack.ids.entity("F"), call.args.text("title"), call.user_id, channel_id=channel_id)
    if markdown:
        canvas.sections[_section_id(call)] = markdown
    call.slack.workspace.canvases[canvas.id] = canvas
    return canvas


def _show(call: Call, canvas: Canvas) -> None:
    """Pages show the canvas of a channel as a tab of it."""
    if canvas.channel_id:
        show_channel(call.slack, call.slack.workspace.channels[canvas.channel_id])


def _markdown(content: object) -> str:
    if not isinstance(content, dict) or content.get("type") != "markdown":
        raise SlackError("canvas_creation_failed", {"detail": "document_content must be of type markdown"})
    text = str(content.get("markdown", ""))
    if len(text.encode()) > MAX_MARKDOWN_BYTES:
        raise SlackError("canvas_creation_failed", {"detail": "markdown is longer than 1 MiB"})
    return text


def _section_id(call: Call) -> str:
    return f"temp:C:{call.slack.ids.hexadecimal(16)}"


def _apply(call: Call, canvas: Canvas, change: Json) -> None:
    operation = str(change.get("operation"))
    if operation not in _OPERATIONS:
        raise SlackError("canvas_editing_failed", {"detail": f"unknown operation: {operation}"})
    if operation == "rename":
        canvas.title = _markdown(change.get("title_content"))
        return
    section_id = str(change.get("section_id") or "")
    if section_id and section_id not in canvas.sections:
        raise SlackError("canvas_editing_failed", {"detail": f"no such section: {section_id}"})
    if operation == "delete":
        del canvas.sections[section_id]
        return
    text = _markdown(change.get("document_content"))
    if operation == "replace":
        canvas.sections = {**canvas.sections, section_id: text} if section_id else {_section_id(call): text}
        return
    _insert(canvas, _position(canvas, operation, section_id), _section_id(call), text)


def _position(canvas: Canvas, operation: str, section_id: str) -> int:
    if operation == "insert_at_start":
        return 0
    if operation == "insert_at_end":
        return len(canvas.sections)
    if not section_id:
        raise SlackError("canvas_editing_failed", {"detail": f"{operation} needs a section_id"})
    return list(canvas.sections).index(section_id) + (operation == "insert_after")


def _insert(canvas: Canvas, position: int, section_id: str, text: str) -> None:
    pairs = list(canvas.sections.items())
    pairs.insert(position, (section_id, text))
    canvas.sections = dict(pairs)
