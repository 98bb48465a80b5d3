"""auth.*, users.*, dnd.*, bots.*, team.* and emoji.*."""

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.operations.people import changed
from playground.state.users import User
from playground.web_api.method import Call, Family
from playground.web_api.paging import page

api = Family()

_SETTABLE = ("real_name", "title", "email", "status_text", "status_emoji")


@api.method("api.test", tier="4", tokens=("bot", "user", "app"))
def api_test(call: Call) -> Json:
    if call.args.text("error"):
        raise SlackError(call.args.text("error"), {"args": call.args.values})
    return {"args": call.args.values}


@api.method("auth.test", tier="special", tokens=("bot", "user", "app"))
def auth_test(call: Call) -> Json:
    workspace = call.slack.workspace
    user = workspace.users[call.user_id]
    answer: Json = {
        "url": f"{call.slack.url}/",
        "team": workspace.team_name,
        "user": user.name,
        "team_id": workspace.team_id,
        "user_id": user.id,
        "is_enterprise_install": False,
    }
    if call.token.kind == "app":
        return {"app_name": call.slack.manifest.app_name, "app_id": workspace.app_id}
    return answer | ({"bot_id": workspace.bot_id} if call.token.kind == "bot" else {})


@api.method("auth.revoke", tier="3")
def auth_revoke(call: Call) -> Json:
    """With `test` nothing happens. Revoked tokens are good again after a reset."""
    if call.args.flag("test"):
        return {"revoked": False}
    call.slack.tokens.revoke(call.token)
    return {"revoked": True}


@api.method("team.info", tier="3", scopes=("team:read",))
def team_info(call: Call) -> Json:
    return {"team": {**call.slack.team(), "url": f"{call.slack.url}/", "email_domain": "example.com", "icon": {}}}


@api.method("bots.info", tier="3", scopes=("users:read",))
def bots_info(call: Call) -> Json:
    workspace = call.slack.workspace
    if call.args.text("bot", workspace.bot_id) != workspace.bot_id:
        raise SlackError("bot_not_found")
    bot = {
        "id": workspace.bot_id,
        "deleted": False,
        "name": call.slack.bot.real_name,
        "updated": call.slack.bot.updated,
        "app_id": workspace.app_id,
        "user_id": workspace.bot_user_id,
        "icons": {},
    }
    return {"bot": bot}


@api.method("emoji.list", tier="2", scopes=("emoji:read",))
def emoji_list(call: Call) -> Json:
    return {"emoji": {}, "cache_ts": str(call.slack.clock.now())}


@api.method("users.info", tier="4", scopes=("users:read",))
def users_info(call: Call) -> Json:
    return {"user": _wire(call, call.user())}


@api.method("users.list", tier="2", scopes=("users:read",))
def users_list(call: Call) -> Json:
    found, metadata = page(list(call.slack.workspace.users.values()), call.args)
    members = [_wire(call, user) for user in found]
    return {"members": members, "cache_ts": call.slack.now_seconds(), "response_metadata": metadata}


@api.method("users.lookupByEmail", tier="3", scopes=("users:read.email",))
def lookup_by_email(call: Call) -> Json:
    (email,) = call.args.require("email")
    found = next((user for user in call.slack.workspace.people() if user.email == email and not user.deleted), None)
    if found is None:
        raise SlackError("users_not_found")
    return {"user": _wire(call, found)}


@api.method("users.profile.get", tier="4", scopes=("users.profile:read",))
def profile_get(call: Call) -> Json:
    user = call.user() if "user" in call.args else call.user_by_id(call.user_id)
    return {"profile": user.profile(with_email=call.granted("users:read.email"))}


@api.method("users.getPresence", tier="3", scopes=("users:read",))
def get_presence(call: Call) -> Json:
    user = call.user() if "user" in call.args else call.user_by_id(call.user_id)
    return {"presence": "active" if user.is_bot or user.id in call.slack.feed.listening() else "away"}


@api.method("users.setPresence", tier="2", scopes=("users:write",))
def set_presence(call: Call) -> Json:
    """Accepted and without effect: a bot is always online, a person as long as their page is open."""
    if call.args.text("presence") not in ("auto", "away"):
        raise SlackError("invalid_presence")
    return {}


@api.method("users.profile.set", tier="3", tokens=("user",))
def profile_set(call: Call) -> Json:
    """Only with the token of a person, for that person: Slack lets no bot do it."""
    user = call.user_by_id(call.user_id)
    given = call.args.decoded("profile")
    named = {call.args.text("name"): call.args.text("value")} if "name" in call.args else {}
    for name, value in (given if isinstance(given, dict) else named).items():
        if name in _SETTABLE:
            setattr(user, name, str(value))
    changed(call.slack, user)
    return {"profile": user.profile(with_email=True)}


@api.method("team.profile.get", tier="3", scopes=("users.profile:read",))
def team_profile(_call: Call) -> Json:
    """This workspace has no fields of its own in profiles."""
    return {"profile": {"fields": [], "sections": []}}


@api.method("dnd.info", tier="3", scopes=("dnd:read",))
def dnd_info(call: Call) -> Json:
    user = call.user() if "user" in call.args else call.user_by_id(call.user_id)
    return _do_not_disturb(call, user)


@api.method("dnd.teamInfo", tier="2", scopes=("dnd:read",))
def dnd_team_info(call: Call) -> Json:
    (users,) = call.args.require("users")
    people = [call.user_by_id(user_id) for user_id in users.split(",")]
    return {"users": {user.id: _do_not_disturb(call, user) for user in people}}


def _do_not_disturb(call: Call, user: User) -> Json:
    """Whether notifications of this person are off just now, and until when (Unix seconds)."""
    off = user.dnd_until > call.slack.now_seconds()
    start, end = (call.slack.now_seconds(), user.dnd_until) if off else (1, 1)
    return {"dnd_enabled": off, "next_dnd_start_ts": start, "next_dnd_end_ts": end, "snooze_enabled": off}


def _wire(call: Call, user: User) -> Json:
    return user.wire(with_email=call.granted("users:read.email"))
