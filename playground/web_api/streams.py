"""chat.startStream, chat.appendStream, chat.stopStream: a message that is written bit by bit.

Slack documents the arguments; that a stream is bound to text or to chunks, that it ends by itself, and how chat.update
answers meanwhile, is what apps have found out.
"""

from playground.blockkit import check_message_blocks
from playground.json_types import Json
from playground.operations import messages, streams
from playground.operations.errors import SlackError
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.streams import Mode, Stream
from playground.web_api.args import invalid_arguments
from playground.web_api.content import MAX_MARKDOWN, blocks_error, read_blocks, read_metadata
from playground.web_api.method import Call, Family

api = Family()

MAX_TITLE = 256
_STATUSES = ("pending", "in_progress", "complete", "error")
_DISPLAYS = ("timeline", "plan")


@api.method("chat.startStream", tier="2", scopes=("chat:write",))
def start(call: Call) -> Json:
    """Outside of direct messages it must be said for whom it is written."""
    channel = call.writable_channel()
    if not channel.is_im:
        for name in ("recipient_user_id", "recipient_team_id"):
            if name not in call.args:
                raise SlackError(f"missing_{name}")
    display = call.args.text("task_display_mode", "timeline")
    if display not in _DISPLAYS:
        raise invalid_arguments([f"must be one of: {', '.join(_DISPLAYS)} [json-pointer:/task_display_mode]"])
    stream = Stream(as_plan=display == "plan")
    _add(call, stream)
    draft = messages.Draft(call.user_id, "", messages.bot_content(call.slack, {}), thread_ts=_thread(call, channel))
    message = streams.start(call.slack, channel, draft, stream)
    return {"channel": channel.id, "ts": message.ts}


@api.method("chat.appendStream", tier="4", scopes=("chat:write",))
def append(call: Call) -> Json:
    channel, message, stream = _streaming(call)
    if not _add(call, stream):
        raise SlackError("no_text")
    streams.show(call.slack, channel, message, stream)
    return {"channel": channel.id, "ts": message.ts}


@api.method("chat.stopStream", tier="2", scopes=("chat:write",))
def stop(call: Call) -> Json:
    channel, message, stream = _streaming(call)
    blocks = read_blocks(call.slack, call.args, call.method) or []
    metadata = read_metadata(call.args)
    _add(call, stream)
    message.metadata = metadata or message.metadata
    streams.stop(call.slack, channel, message, stream, blocks)
    return {"channel": channel.id, "ts": message.ts, "message": message.wire(metadata=True)}


def _thread(call: Call, channel: Channel) -> str | None:
    """A stream answers somebody: in a direct message it needs the thread of what they wrote."""
    thread_ts = call.args.text("thread_ts") or None
    if (thread_ts is None and channel.is_im) or (thread_ts and channel.log.get(thread_ts) is None):
        raise SlackError("invalid_thread_ts")
    return thread_ts


def _streaming(call: Call) -> tuple[Channel, Message, Stream]:
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.author != call.user_id:
        raise SlackError("message_not_owned_by_app")
    stream = call.slack.workspace.streams.get((channel.id, message.ts))
    if stream is None:
        raise SlackError("message_not_in_streaming_state")
    return channel, message, stream


def _add(call: Call, stream: Stream) -> bool:
    """Add what the call brings, if it is of the stream's kind; False where it brings nothing."""
    text, chunks = call.args.text("markdown_text"), _chunks(call)
    if text and chunks:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    if not (text or chunks):
        return False
    mode: Mode = "text" if text else "chunks"
    if stream.mode not in ("", mode):
        raise SlackError("streaming_mode_mismatch")
    if len(text) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    stream.mode = mode
    stream.add_text(text)
    for chunk in chunks:
        _add_chunk(stream, chunk)
    return True


def _add_chunk(stream: Stream, chunk: Json) -> None:
    match chunk["type"]:
        case "markdown_text":
            stream.add_text(chunk["text"])
        case "plan_update":
            stream.name_plan(chunk["title"])
        case "task_update":
            stream.add_task(_task(chunk))
        case _:
            stream.blocks += chunk["blocks"]


def _task(chunk: Json) -> Json:
    """A task as the block that shows it."""
    told = {name: _rich(chunk[name]) for name in ("details", "output") if chunk.get(name)}
    if chunk.get("sources"):
        told["sources"] = chunk["sources"]
    return {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"], "status": chunk["status"], **told}


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": str(text)}]}
    return {"type": "rich_text", "elements": [section]}


def _chunks(call: Call) -> list[Json]:
    """Raises invalid_chunks, msg_too_long or invalid_blocks."""
    value = call.args.decoded("chunks", "invalid_chunks")
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(chunk, dict) for chunk in value):
        raise SlackError("invalid_chunks")
    for chunk in value:
        _check_chunk(call, chunk)
    return value


def _check_chunk(call: Call, chunk: Json) -> None:
    kind, title = chunk.get("type"), chunk.get("title")
    titled = isinstance(title, str) and 0 < len(title) <= MAX_TITLE
    task = titled and isinstance(chunk.get("id"), str) and chunk.get("status") in _STATUSES
    well_formed = {
        "markdown_text": isinstance(chunk.get("text"), str),
        "plan_update": titled,
        "task_update": task,
        "blocks": isinstance(chunk.get("blocks"), list) and bool(chunk["blocks"]),
    }
    if not well_formed.get(str(kind)):
        raise SlackError("invalid_chunks")
    if kind == "markdown_text" and len(chunk["text"]) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    problems = check_message_blocks(chunk["blocks"], "/chunks/blocks") if kind == "blocks" else []
    if problems:
        raise blocks_error(call.slack, call.method, "invalid_blocks", problems)
