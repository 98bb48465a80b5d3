"""auth.*, users.*, bots.*, team.* and usergroups.*."""

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.state.users import User, UserGroup
from playground.web_api.method import Call, Family
from playground.web_api.paging import page

api = Family()


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


@api.method("usergroups.list", tier="2", scopes=("usergroups:read",))
def usergroups_list(call: Call) -> Json:
    with_disabled = call.args.flag("include_disabled")
    groups = [group for group in call.slack.workspace.usergroups.values() if with_disabled or not group.date_delete]
    return {"usergroups": [_group_wire(call, group) for group in groups]}


@api.method("usergroups.users.list", tier="2", scopes=("usergroups:read",))
def usergroup_users(call: Call) -> Json:
    return {"users": list(_group(call).users)}


@api.method("usergroups.create", tier="2", scopes=("usergroups:write",))
def usergroups_create(call: Call) -> Json:
    (name,) = call.args.require("name")
    handle = call.args.text("handle") or name.lower().replace(" ", "-")
    groups = call.slack.workspace.usergroups
    if any(group.name == name for group in groups.values()):
        raise SlackError("name_already_exists")
    if any(group.handle == handle for group in groups.values()):
        raise SlackError("handle_already_exists")
    now = call.slack.now_seconds()
    group = UserGroup(
        call.slack.ids.entity("S"), handle, name, call.slack.workspace.team_id, created_by=call.user_id,
        description=call.args.text("description"), date_create=now, date_update=now,
    )  # fmt: skip
    groups[group.id] = group
    return {"usergroup": _group_wire(call, group)}


@api.method("usergroups.update", tier="2", scopes=("usergroups:write",))
def usergroups_update(call: Call) -> Json:
    group = _group(call)
    group.name = call.args.text("name", group.name)
    group.handle = call.args.text("handle", group.handle)
    group.description = call.args.text("description", group.description)
    return {"usergroup": _group_wire(call, group)}


@api.method("usergroups.users.update", tier="2", scopes=("usergroups:write",))
def usergroup_users_update(call: Call) -> Json:
    """Replaces all members; the list may not be empty."""
    group = _group(call)
    wanted = call.args.items("users")
    if not wanted:
        raise SlackError("no_users_provided")
    if not all(user_id in call.slack.workspace.users for user_id in wanted):
        raise SlackError("invalid_users")
    before = set(group.users)
    group.users = list(dict.fromkeys(wanted))
    group.date_update = call.slack.now_seconds()
    added, removed = sorted(set(group.users) - before), sorted(before - set(group.users))
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": group.team_id,
        "date_update": group.date_update,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": call.slack.new_ts(),
    }
    call.slack.events.emit("subteam_members_changed", event)
    return {"usergroup": group.wire(with_users=True, with_count=False)}


@api.method("usergroups.enable", tier="2", scopes=("usergroups:write",))
def usergroups_enable(call: Call) -> Json:
    group = _group(call)
    if not group.date_delete:
        raise SlackError("already_enabled")
    group.date_delete = 0
    return {"usergroup": _group_wire(call, group)}


@api.method("usergroups.disable", tier="2", scopes=("usergroups:write",))
def usergroups_disable(call: Call) -> Json:
    group = _group(call)
    if group.date_delete:
        raise SlackError("already_disabled")
    group.date_delete = call.slack.now_seconds()
    return {"usergroup": _group_wire(call, group)}


def _wire(call: Call, user: User) -> Json:
    return user.wire(with_email=call.granted("users:read.email"))


def _group(call: Call) -> UserGroup:
    (group_id,) = call.args.require("usergroup")
    group = call.slack.workspace.usergroups.get(group_id)
    if group is None:
        raise SlackError("no_such_subteam")
    return group


def _group_wire(call: Call, group: UserGroup) -> Json:
    return group.wire(with_users=call.args.flag("include_users"), with_count=call.args.flag("include_count"))
