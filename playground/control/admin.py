"""POST /control/<name> that steer the playground itself: faults, clock, rate limits, reset."""

import math
from collections.abc import Awaitable, Callable

from playground.faults import IMMEDIATE, KINDS, LASTING, Fault
from playground.json_types import Json
from playground.operations.people import changed, joined
from playground.operations.usergroups import announce, replace_members
from playground.people.outcome import PersonError
from playground.rate_limits import MODES
from playground.slack import Slack
from playground.socket_mode import DISCONNECT_REASONS
from playground.state.users import User, UserGroup
from playground.tokens import Token

_PERSON_FIELDS: dict[str, type] = {
    "real_name": str,
    "title": str,
    "email": str,
    "tz": str,
    "is_admin": bool,
    "is_guest": bool,
    "deleted": bool,
    "status_text": str,
    "dnd_until": int,
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
    is_new = user is None
    if user is None:
        user = User(slack.ids.entity("U"), name, str(body.get("real_name") or name), slack.workspace.team_id)
        slack.workspace.users[user.id] = user
    for field, kind in _PERSON_FIELDS.items():
        if field in body and not isinstance(body[field], kind):
            raise PersonError("invalid_field", f"“{field}” must be a {kind.__name__}.")
        if field in body:
            setattr(user, field, body[field])
    (joined if is_new else changed)(slack, user)
    return {"user": user.picture()}


async def _group(slack: Slack, body: Json) -> Json:
    """Change who is in a user group, or make a new one: as somebody in the admin pages, or a directory sync, does."""
    handle = str(body.get("handle") or "").removeprefix("@")
    users = body.get("users") or []
    if not handle or not isinstance(users, list):
        raise PersonError("missing_argument", "“handle” is needed, and “users” must be a list.")
    people = [slack.workspace.find_user(str(key)) for key in users]
    members = [user.id for user in people if user is not None]
    if len(members) < len(people):
        raise PersonError("user_not_found", f"Not all of these are people here: {users}.")
    groups = slack.workspace.usergroups
    group = next((each for each in groups.values() if each.handle == handle), None)
    if group is None:
        group = UserGroup(slack.ids.entity("S"), handle, str(body.get("name") or handle), slack.workspace.team_id)
        groups[group.id] = group
        announce(slack, group, "subteam_created")
    replace_members(slack, group, members)
    return {"usergroup": group.wire(with_users=True, with_count=True)}


async def _app(slack: Slack, body: Json) -> Json:
    """`installed: false` takes the app out of the workspace: it is told, and its token revoked. True undoes it."""
    if body.get("installed", True):
        slack.tokens.restore()
        return {"installed": True}
    slack.tokens.revoke(Token("bot", slack.bot.id))
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [slack.bot.id]}, "event_ts": slack.new_ts()}
    slack.events.emit("tokens_revoked", revoked)
    slack.events.emit("app_uninstalled", {"type": "app_uninstalled", "event_ts": slack.new_ts()})
    return {"installed": False}


ADMIN: dict[str, Admin] = {
    "app": _app,
    "clock": _clock,
    "fault": _fault,
    "group": _group,
    "person": _person,
    "rate_limits": _rate_limits,
    "release": _release,
    "reset": _reset,
}
