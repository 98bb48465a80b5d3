"""canvases.* (text only) and calls.*."""

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.state.files import Canvas
from playground.web_api.args import invalid_arguments
from playground.web_api.method import Call, Family

api = Family()

MAX_MARKDOWN_BYTES = 1024 * 1024
_OPERATIONS = ("insert_before", "insert_after", "insert_at_start", "insert_at_end", "replace", "delete", "rename")


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
    return {"canvas_id": canvas.id}


@api.method("canvases.edit", tier="3", scopes=("canvases:write",))
def edit(call: Call) -> Json:
    """One operation a call, as Slack demands."""
    canvas = _canvas(call)
    changes = call.args.decoded("changes")
    if not isinstance(changes, list) or len(changes) != 1 or not isinstance(changes[0], dict):
        raise SlackError("canvas_editing_failed", {"detail": "changes must hold exactly one operation"})
    _apply(call, canvas, changes[0])
    return {}


@api.method("canvases.delete", tier="3", scopes=("canvases:write",))
def delete(call: Call) -> Json:
    canvas = _canvas(call)
    del call.slack.workspace.canvases[canvas.id]
    if canvas.channel_id:
        call.slack.workspace.channels[canvas.channel_id].canvas_id = None
    return {}


@api.method("canvases.sections.lookup", tier="3", scopes=("canvases:read",))
def lookup(call: Call) -> Json:
    canvas = _canvas(call)
    criteria = call.args.decoded("criteria")
    if not isinstance(criteria, dict):
        raise invalid_arguments(["missing required field: criteria"])
    wanted = str(criteria.get("contains_text", ""))
    return {"sections": [{"id": key} for key, text in canvas.sections.items() if wanted in text]}


@api.method("calls.add", tier="2", scopes=("calls:write",))
def calls_add(call: Call) -> Json:
    """`created_by` is required with bot tokens."""
    external_id, join_url = call.args.require("external_unique_id", "join_url")
    if call.token.kind == "bot" and "created_by" not in call.args:
        raise invalid_arguments(["missing required field: created_by"])
    call_id = call.slack.ids.entity("R")
    record: Json = {
        "id": call_id,
        "date_start": call.args.integer("date_start", call.slack.now_seconds()),
        "external_unique_id": external_id,
        "join_url": join_url,
        "desktop_app_join_url": call.args.text("desktop_app_join_url"),
        "external_display_id": call.args.text("external_display_id"),
        "title": call.args.text("title"),
        "users": call.args.decoded("users") or [],
    }
    call.slack.workspace.calls[call_id] = record
    return {"call": record}


@api.method("calls.info", tier="2", scopes=("calls:read",))
def calls_info(call: Call) -> Json:
    return {"call": _call_record(call)}


@api.method("calls.update", tier="2", scopes=("calls:write",))
def calls_update(call: Call) -> Json:
    record = _call_record(call)
    for key in ("title", "join_url", "desktop_app_join_url"):
        record[key] = call.args.text(key, record[key])
    return {"call": record}


@api.method("calls.end", tier="2", scopes=("calls:write",))
def calls_end(call: Call) -> Json:
    record = _call_record(call)
    record["date_end"] = call.slack.now_seconds()
    record["duration"] = call.args.integer("duration", 0)
    return {}


def _call_record(call: Call) -> Json:
    (call_id,) = call.args.require("id")
    record = call.slack.workspace.calls.get(call_id)
    if record is None:
        raise SlackError("not_found")
    return record


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
