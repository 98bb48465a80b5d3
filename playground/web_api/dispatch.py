"""The way of a Web API request: record, rate limit, faults, token, scope, effect, answer."""

import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from playground.gate import Gate, Lost, api_response, rate_limited
from playground.inspector import CallRecord
from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.slack import Slack
from playground.tokens import Token
from playground.web_api.args import Args, read_args
from playground.web_api.method import Call, Method
from playground.web_api.table import METHODS

# The app-level token is taken from the header only.
_HEADER_ONLY = ("apps.connections.open",)
_NO_METHOD = ("unknown_method", "method_deprecated")
# Families that Slack has switched off in favour of conversations.* and views.*.
_RETIRED = ("channels.", "groups.", "im.", "mpim.", "dialog.", "stars.")
_POSTS = ("chat.postMessage", "chat.meMessage", "chat.startStream", "files.completeUploadExternal")


def handler(slack: Slack) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of /api/{method}."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await _handle(slack, request)

    return handle


async def _handle(slack: Slack, request: web.Request) -> web.StreamResponse:
    started = time.monotonic()
    name = request.match_info["method"]
    try:
        args = await read_args(request)
    except SlackError as error:
        return api_response({"ok": False, "error": error.code, **error.extra})
    record = slack.inspector.call(name, {key: value for key, value in args.values.items() if key != "token"})
    try:
        response, body = await _answer(slack, request, name, args, record)
    except Lost:
        slack.inspector.call_ended(record)
        return web.Response(status=500)
    record.status, record.ok = response.status, bool(body.get("ok"))
    record.error, record.response = body.get("error"), body
    record.ms = round((time.monotonic() - started) * 1000, 1)
    slack.inspector.call_ended(record)
    return response


async def _answer(
    slack: Slack, request: web.Request, name: str, args: Args, record: CallRecord
) -> tuple[web.Response, Json]:
    method = METHODS.get(name)
    gate = Gate(slack, request, record, _channel_id(slack, args))
    try:
        refusal = _over_limit(slack, method, args) or await gate.before()
        if refusal is not None:
            return refusal, {"ok": False, "error": "ratelimited" if refusal.status == 429 else "internal_error"}
        if method is None:
            raise _no_such_method(name)
        token = _authorize(slack, request, args, method)
        record.token = token.kind
        call = Call(slack, name, token, args, _origin(request))
        if method.scopes:
            call.need_scope(*method.scopes)
        body = {"ok": True, **method.handler(call)}
        record.effect = True
        await gate.after()
    except SlackError as error:
        if method is None and error.code in _NO_METHOD:
            slack.inspector.violation(name, error.code.replace("_", " "), {"method": name})
        body = {"ok": False, "error": error.code, **error.extra}
    return api_response(body, headers=_headers(slack, method)), body


def _no_such_method(name: str) -> SlackError:
    if name == "files.upload" or name.startswith(_RETIRED):
        return SlackError("method_deprecated")
    return SlackError("unknown_method", {"req_method": name})


def _authorize(slack: Slack, request: web.Request, args: Args, method: Method) -> Token:
    """Raises not_authed, invalid_auth or not_allowed_token_type."""
    header = request.headers.get("Authorization", "")
    in_body = "" if method.name in _HEADER_ONLY else args.text("token")
    presented = header.removeprefix("Bearer ").strip() or in_body
    if not presented:
        raise SlackError("not_authed")
    token = slack.tokens.identify(presented, set(slack.workspace.users))
    if token is None:
        raise SlackError("invalid_auth")
    if slack.workspace.users[token.user_id].deleted:
        raise SlackError("account_inactive")
    if slack.tokens.is_revoked(token):
        raise SlackError("token_revoked")
    if token.kind not in method.tokens:
        raise SlackError("not_allowed_token_type")
    return token


def _over_limit(slack: Slack, method: Method | None, args: Args) -> web.Response | None:
    if method is None or slack.limits.mode == "off":
        return None
    retry_after = slack.limits.method(method.name, method.tier)
    channel_id = _channel_id(slack, args)
    if retry_after is None and method.name in _POSTS and channel_id:
        retry_after = slack.limits.post(channel_id)
    return None if retry_after is None else rate_limited(retry_after)


def _channel_id(slack: Slack, args: Args) -> str | None:
    key = args.text("channel") or args.text("channel_id")
    channel = slack.workspace.find_channel(key) if key else None
    return channel.id if channel else None


def _origin(request: web.Request) -> str:
    return f"{request.scheme}://{request.host}"


def _headers(slack: Slack, method: Method | None) -> dict[str, str]:
    return {
        "x-oauth-scopes": ",".join(slack.manifest.scopes),
        "x-accepted-oauth-scopes": ",".join(method.scopes) if method else "",
    }
