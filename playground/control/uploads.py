"""POST /control/upload: a person uploads files, as the page's paper clip does (multipart form).

With `channel` they are shared there; without, they are only stored, for the file input of a modal.
"""

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import PurePath

from aiohttp import web

from playground.control.request import ControlRequest
from playground.json_types import Json
from playground.people import conversation
from playground.people.outcome import Outcome, PersonError
from playground.slack import Slack
from playground.state.files import File

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def upload_handler(slack: Slack) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fields: Json = {name: value for name, value in form.items() if isinstance(value, str)}
        attached = [value for value in form.values() if isinstance(value, web.FileField)]
        try:
            user = slack.workspace.find_user(str(fields.get("user", "")))
            if user is None or not attached:
                raise PersonError("missing_argument", "“user” and a “file” are needed.")
            control = ControlRequest(slack, user, fields)
            files = [_store(slack, user.id, field) for field in attached]
            outcome = _shared(control, files) if control.text("channel") else Outcome()
        except PersonError as error:
            return web.json_response({"ok": False, "error": error.code, "text": error.text}, status=400)
        stored = [file.wire(slack.url, slack.workspace.team_id) for file in files]
        return web.json_response({"ok": True, "files": stored, **outcome.extra})

    return handle


def _shared(control: ControlRequest, files: list[File]) -> Outcome:
    thread_ts = control.text("thread_ts") or None
    return conversation.share(control.slack, control.user, control.channel(), files, control.text("text"), thread_ts)


def _store(slack: Slack, user_id: str, field: web.FileField) -> File:
    content = field.file.read()
    kind = field.content_type or mimetypes.guess_type(field.filename)[0] or "application/octet-stream"
    file = File(
        slack.ids.entity("F"), field.filename, field.filename, kind, PurePath(field.filename).suffix.lstrip("."),
        user_id, slack.now_seconds(), len(content), content, uploaded=True, completed=True,
    )  # fmt: skip
    slack.workspace.files[file.id] = file
    return file
