"""The HTTP side of the control API."""

import difflib
import json
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from playground.control.actions import ACTIONS
from playground.control.admin import ADMIN
from playground.control.lookups import LOOKUPS
from playground.control.observer import Observer
from playground.control.request import ControlRequest
from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.people.outcome import Outcome, PersonError
from playground.people.refusals import refusal
from playground.slack import Slack

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

DEFAULT_WAIT = 1.0


def post_handler(slack: Slack) -> Handler:
    """POST /control/{name}: act as a person, or steer the playground."""

    async def handle(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        try:
            body = await _read_body(request)
            if name in ADMIN:
                return web.json_response({"ok": True, **await ADMIN[name](slack, body)})
            if name not in ACTIONS:
                raise PersonError("unknown_action", _unknown(name, [*ACTIONS, *ADMIN]))
            return web.json_response(await act(slack, name, body))
        except PersonError as error:
            return _refusal(error)

    return handle


def get_handler(slack: Slack) -> Handler:
    """GET /control/{name}: look."""

    async def handle(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        try:
            if name not in LOOKUPS:
                raise PersonError("unknown_list", _unknown(name, LOOKUPS))
            return web.json_response(LOOKUPS[name](slack, request.query))
        except PersonError as error:
            return _refusal(error)

    return handle


async def act(slack: Slack, name: str, body: Json) -> Json:
    """Do it, wait for what the person sees next, and tell it."""
    user_key = str(body.get("user") or "")
    user = slack.workspace.find_user(user_key)
    if user is None:
        raise PersonError("user_not_found", f"There is nobody called “{user_key}”: “user” is an id or a handle.")
    observer = Observer(slack, user)
    with observer.watching():
        complaint = ""
        try:
            outcome = await ACTIONS[name](ControlRequest(slack, user, body))
        except PersonError as error:
            outcome, complaint = Outcome(error=error.code), error.text
        except SlackError as error:
            outcome, complaint = Outcome(error=error.code), refusal(error.code)
        place = outcome.channel_id or _place(slack, body)
        if outcome.error is None:
            until = str(body["until"]) if body.get("until") else None
            await observer.wait(_wait_seconds(body), until, place)
    text = observer.text(place)
    return {
        "ok": outcome.error is None,
        "error": outcome.error,
        "acked": outcome.acked,
        "ack_ms": outcome.ack_ms,
        "saw": observer.saw(place),
        "text": f"! {complaint}" if complaint else text,
        **outcome.extra,
    }


def _place(slack: Slack, body: Json) -> str | None:
    """The channel a request names: where this person looks, also when they act in a modal."""
    channel = slack.workspace.find_channel(str(body.get("channel") or ""))
    return channel.id if channel else None


def _wait_seconds(body: Json) -> float:
    wait = body.get("wait", DEFAULT_WAIT)
    if isinstance(wait, bool) or not isinstance(wait, int | float) or not 0 <= wait <= 3600:
        raise PersonError("invalid_number", "“wait” must be a number of seconds.")
    return float(wait)


async def _read_body(request: web.Request) -> Json:
    text = await request.text()
    try:
        body = json.loads(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise PersonError("invalid_json", f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise PersonError("invalid_json", "The body must be a JSON object.")
    return body


def _refusal(error: PersonError) -> web.Response:
    return web.json_response({"ok": False, "error": error.code, "text": error.text}, status=400)


def _unknown(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name, names, 1)
    hint = f" Did you mean “{close[0]}”?" if close else ""
    return f"There is no “{name}”.{hint} There is: {', '.join(names)}."
