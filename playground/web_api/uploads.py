"""The raw endpoints beside the Web API: uploaded bytes in, file content out."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.gate import Gate, Lost
from playground.operations.errors import SlackError
from playground.slack import Slack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def upload_handler(slack: Slack) -> Handler:
    """POST /upload/<file id>: the second of the three steps. Carries no Authorization."""

    async def handle(request: web.Request) -> web.StreamResponse:
        file_id = request.match_info["file_id"]
        record = slack.inspector.call("upload", {"file_id": file_id})
        gate = Gate(slack, request, record, None)
        try:
            refusal = await gate.before()
            if refusal is not None:
                record.status = refusal.status
                return refusal
            status, text = await _store(slack, request, file_id)
            record.effect = status == 200
            await gate.after()
        except Lost:
            return web.Response(status=500)
        except SlackError as error:
            status, text = 500, error.code
        record.status, record.ok = status, status == 200
        slack.inspector.call_ended(record)
        return web.Response(status=status, text=text)

    return handle


async def _store(slack: Slack, request: web.Request, file_id: str) -> tuple[int, str]:
    file = slack.workspace.files.get(file_id)
    if file is None or file.completed:
        return 404, "no such upload"
    file.content = await _read_bytes(request)
    file.uploaded = True
    if len(file.content) != file.expected_size:
        detail = {"file_id": file_id, "announced": file.expected_size, "received": len(file.content)}
        slack.inspector.violation("upload", "length differs from what files.getUploadURLExternal was told", detail)
    return 200, f"OK - {len(file.content)}"


async def _read_bytes(request: web.Request) -> bytes:
    """A raw body, or the first file of a form, which curl users send."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""


def content_handler(slack: Slack) -> Handler:
    """GET /files/<id>/<name>. Served inline only as pictures or text, never as a page."""

    async def handle(request: web.Request) -> web.StreamResponse:
        file = slack.workspace.files.get(request.match_info["file_id"])
        if file is None or not file.uploaded:
            raise web.HTTPNotFound(text="no such file")
        is_safe = file.is_image or file.mimetype == "text/plain"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if not is_safe:
            headers["Content-Disposition"] = "attachment"
        return web.Response(body=file.content, content_type=file.mimetype, headers=headers)

    return handle
