"""POST /response/<key>: what apps send to a response_url."""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.gate import Gate, Lost, api_response, rate_limited
from playground.inspector import CallRecord
from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.operations.respond import respond
from playground.response_urls import ResponseUrl
from playground.slack import Slack
from playground.web_api.args import Args
from playground.web_api.content import message_content

METHOD = "response_url"


def handler(slack: Slack) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        body = await _read(request)
        record = slack.inspector.call(METHOD, body)
        try:
            response = await _answer(slack, request, body, record)
        except Lost:
            slack.inspector.call_ended(record)
            return web.Response(status=500)
        record.status = response.status
        record.ok = response.status == 200 and record.error is None
        slack.inspector.call_ended(record)
        return response

    return handle


async def _read(request: web.Request) -> Json:
    """A JSON body, or the form field `payload`; anything else counts as empty."""
    if request.content_type == "application/x-www-form-urlencoded":
        text = str((await request.post()).get("payload", "{}"))
    else:
        text = await request.text()
    try:
        body = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


async def _answer(slack: Slack, request: web.Request, body: Json, record: CallRecord) -> web.Response:
    key = request.match_info["key"]
    target = slack.response_urls.peek(key)
    gate = Gate(slack, request, record, target.channel_id if target else None)
    try:
        refusal = await gate.before()
        if refusal is not None:
            return refusal
        retry_after = slack.limits.post(target.channel_id) if target else None
        if retry_after is not None:
            return rate_limited(retry_after)
        used = slack.response_urls.use(key)
        if isinstance(used, str):
            record.error = used
            slack.inspector.violation(METHOD, used, {"method": METHOD})
            return api_response({"ok": False, "error": used}, status=404)
        _carry_out(slack, used, body)
        record.effect = True
        await gate.after()
    except SlackError as error:
        record.error = error.code
        return api_response({"ok": False, "error": error.code, **error.extra})
    return web.Response(text="ok")


def _carry_out(slack: Slack, target: ResponseUrl, body: Json) -> None:
    args = Args(body)
    deletes = args.flag("delete_original")
    text, content = ("", {}) if deletes else message_content(slack, args, METHOD)
    respond(slack, target, args.values | {"delete_original": deletes}, text, content)
