"""POST /control/<name> that steer the playground itself: faults, clock, rate limits, reset."""

import math
from collections.abc import Awaitable, Callable

from playground.faults import IMMEDIATE, KINDS, LASTING, Fault
from playground.json_types import Json
from playground.people.outcome import PersonError
from playground.rate_limits import MODES
from playground.slack import Slack
from playground.socket_mode import DISCONNECT_REASONS
from playground.state.users import User

_PERSON_FIELDS: dict[str, type] = {
    "real_name": str,
    "title": str,
    "email": str,
    "tz": str,
    "is_admin": bool,
    "is_guest": bool,
    "deleted": bool,
}
Admin = Callable[[Slack, Json], Awaitable[Json]]


async def _fault(slack: Slack, body: Json) -> Json:
    """Switch a fault on, or carry out an immediate one."""
    kind = body.get("kind")
    if kind not in KINDS:
        raise PersonError("unknown_kind", f"“{kind}” is no kind of fault. Kinds: {', '.join(KINDS)}.")
    slack.inspector.note("fault", f"{kind} switched on", body)
    if kind in IMMEDIATE:
        return _strike_now(slack, str(kind), body)
    fault = slack.faults.add(_read_fault(slack, str(kind), body))
    if kind == "offline":
        slack.hub.abort_all()
    return {"id": fault.id, "waiting": slack.faults.waiting()}


def _strike_now(slack: Slack, kind: str, body: Json) -> Json:
    if kind == "clear":
        slack.faults.clear()
    elif kind == "socket_cut":
        return {"cut": slack.hub.abort_all()}
    else:
        reason = str(body.get("reason", "refresh_requested"))
        if reason not in DISCONNECT_REASONS:
            raise PersonError("unknown_reason", f"Reasons: {', '.join(DISCONNECT_REASONS)}.")
        slack.hub.disconnect(reason)
    return {}


def _read_fault(slack: Slack, kind: str, body: Json) -> Fault:
    channel_id = None
    if body.get("channel"):
        channel = slack.workspace.find_channel(str(body["channel"]))
        if channel is None:
            raise PersonError("channel_not_found", f"There is no channel “{body['channel']}”.")
        channel_id = channel.id
    times = body.get("times", None if kind in LASTING else 1)
    return Fault(
        0,
        kind,
        method=str(body.get("method") or "*"),
        times=None if times is None else int(_number(body, "times", 1)),
        channel=channel_id,
        ms=_number(body, "ms", 0.0),
        retry_after=int(_number(body, "retry_after", 1)),
        error=str(body.get("error") or "internal_error"),
    )


async def _release(slack: Slack, body: Json) -> Json:
    held_id = body.get("id")
    return {"released": slack.faults.release(None if held_id is None else int(_number(body, "id", 0)))}


async def _clock(slack: Slack, body: Json) -> Json:
    if "speed" in body:
        speed = _number(body, "speed", 1.0)
        if speed < 0:
            raise PersonError("invalid_speed", "The clock does not run backwards: speed is 0 or more.")
        slack.clock.set_speed(speed)
    if "set" in body:
        slack.clock.set(_number(body, "set", 0.0))
    if "advance" in body:
        slack.clock.advance(_number(body, "advance", 0.0))
    return {"now": slack.clock.now(), "speed": slack.clock.speed}


async def _reset(slack: Slack, body: Json) -> Json:
    await slack.reset(int(_number(body, "seed", slack.options.seed)))
    return {}


async def _rate_limits(slack: Slack, body: Json) -> Json:
    mode = body.get("mode")
    found = next((each for each in MODES if each == mode), None)
    if found is None:
        raise PersonError("unknown_mode", f"Modes: {', '.join(MODES)}.")
    slack.limits.mode = found
    slack.limits.clear()
    return {"mode": found}


def _number(body: Json, name: str, default: float) -> float:
    """Raises PersonError unless it is a finite number."""
    try:
        number = float(body.get(name, default))
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise PersonError("invalid_number", f"“{name}” must be a number.")
    return number


async def _person(slack: Slack, body: Json) -> Json:
    """Add somebody, or change what is given of somebody who is there."""
    name = str(body.get("name") or "")
    if not name:
        raise PersonError("missing_argument", "“name” is needed.")
    user = slack.workspace.find_user(name)
    if user is None:
        user = User(slack.ids.entity("U"), name, str(body.get("real_name") or name), slack.workspace.team_id)
        slack.workspace.users[user.id] = user
    for field, kind in _PERSON_FIELDS.items():
        if field in body and not isinstance(body[field], kind):
            raise PersonError("invalid_field", f"“{field}” must be a {kind.__name__}.")
        if field in body:
            setattr(user, field, body[field])
    user.updated = slack.now_seconds()
    slack.feed.publish_to_all({"type": "user", "user": user.picture()})
    slack.events.emit("user_change", {"type": "user_change", "user": user.wire(with_email=False)})
    return {"user": user.picture()}


ADMIN: dict[str, Admin] = {
    "clock": _clock,
    "fault": _fault,
    "person": _person,
    "rate_limits": _rate_limits,
    "release": _release,
    "reset": _reset,
}
