"""files.*: the three-step upload, information, listing, deletion."""

import mimetypes
from pathlib import PurePath

from playground.json_types import Json
from playground.operations import messages
from playground.operations.errors import SlackError
from playground.operations.files import share
from playground.state.channels import Channel
from playground.state.files import File
from playground.web_api.args import invalid_arguments
from playground.web_api.content import read_blocks
from playground.web_api.method import Call, Family

api = Family()

MAX_FILES = 10
_FALLBACK_TYPE = "application/octet-stream"


@api.method("files.getUploadURLExternal", tier="4", scopes=("files:write",))
def get_upload_url(call: Call) -> Json:
    (name,) = call.args.require("filename")
    size = call.args.integer("length", 0)
    if size <= 0:
        raise invalid_arguments(["must be greater than 0: length"])
    file = File(
        call.slack.ids.entity("F"), name, name, mimetypes.guess_type(name)[0] or _FALLBACK_TYPE,
        call.args.text("snippet_type") or PurePath(name).suffix.lstrip(".") or "binary", call.user_id,
        call.slack.now_seconds(), size, alt_text=call.args.text("alt_txt"),
    )  # fmt: skip
    call.slack.workspace.files[file.id] = file
    return {"upload_url": f"{call.origin}/upload/{file.id}", "file_id": file.id}


@api.method("files.completeUploadExternal", tier="4", scopes=("files:write",))
def complete_upload(call: Call) -> Json:
    """Shares the uploaded files as one message in each channel; every upload can be completed only once."""
    files = _uploaded(call)
    targets = call.args.items("channels") or call.args.items("channel_id")
    channels = [_share_target(call, channel_id) for channel_id in targets]
    blocks = read_blocks(call.slack, call.args, call.method)
    for file in files:
        file.completed = True
    for channel in channels:
        _share(call, channel, files, blocks)
    return {"files": [file.wire(call.slack.url, call.slack.workspace.team_id) for file in files]}


@api.method("files.info", tier="4", scopes=("files:read",))
def info(call: Call) -> Json:
    file = _file(call)
    wire = file.wire(call.slack.url, call.slack.workspace.team_id)
    return {"file": wire, "comments": [], "response_metadata": {"next_cursor": ""}}


@api.method("files.list", tier="3", scopes=("files:read",))
def list_files(call: Call) -> Json:
    wanted = call.args.text("channel")
    files = [
        file for file in call.slack.workspace.files.values() if file.completed and (not wanted or wanted in file.shares)
    ]
    wires = [file.wire(call.slack.url, call.slack.workspace.team_id) for file in files]
    return {"files": wires, "paging": {"count": 100, "total": len(wires), "page": 1, "pages": 1}}


@api.method("files.delete", tier="3", scopes=("files:write",))
def delete(call: Call) -> Json:
    file = _file(call)
    if file.user != call.user_id:
        raise SlackError("cant_delete_file")
    del call.slack.workspace.files[file.id]
    return {}


def _uploaded(call: Call) -> list[File]:
    entries = call.args.decoded("files")
    if not isinstance(entries, list) or not entries:
        raise invalid_arguments(["missing required field: files"])
    if len(entries) > MAX_FILES:
        raise invalid_arguments([f"no more than {MAX_FILES} items allowed [json-pointer:/files]"])
    files = []
    for entry in entries:
        file = call.slack.workspace.files.get(str(entry.get("id", "")) if isinstance(entry, dict) else "")
        if file is None or not file.uploaded or file.completed:
            raise SlackError("file_not_found")
        file.title = str(entry.get("title") or file.name)
        files.append(file)
    return files


def _share_target(call: Call, channel_id: str) -> Channel:
    channel = call.slack.workspace.channels.get(channel_id)
    if channel is None or not channel.visible_to(call.user_id):
        raise SlackError("channel_not_found")
    if call.user_id not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


def _share(call: Call, channel: Channel, files: list[File], blocks: list[Json] | None) -> None:
    content = messages.bot_content(call.slack, {"blocks": blocks} if blocks else {})
    thread_ts = call.args.text("thread_ts") or None
    draft = messages.Draft(call.user_id, call.args.text("initial_comment"), content, thread_ts=thread_ts)
    share(call.slack, channel, files, draft)


def _file(call: Call) -> File:
    (file_id,) = call.args.require("file")
    file = call.slack.workspace.files.get(file_id)
    if file is None or not file.completed:
        raise SlackError("file_not_found")
    return file
