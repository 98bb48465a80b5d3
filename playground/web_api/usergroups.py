"""usergroups.*: groups of people that are mentioned by one handle."""

from playground.json_types import Json
from playground.operations.errors import SlackError
from playground.operations.usergroups import announce, replace_members
from playground.state.users import UserGroup
from playground.web_api.method import Call, Family

api = Family()


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
    announce(call.slack, group, "subteam_created")
    return {"usergroup": _group_wire(call, group)}


@api.method("usergroups.update", tier="2", scopes=("usergroups:write",))
def usergroups_update(call: Call) -> Json:
    group = _group(call)
    group.name = call.args.text("name", group.name)
    group.handle = call.args.text("handle", group.handle)
    group.description = call.args.text("description", group.description)
    announce(call.slack, group, "subteam_updated")
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
    replace_members(call.slack, group, wanted)
    return {"usergroup": group.wire(with_users=True, with_count=False)}


@api.method("usergroups.enable", tier="2", scopes=("usergroups:write",))
def usergroups_enable(call: Call) -> Json:
    group = _group(call)
    if not group.date_delete:
        raise SlackError("already_enabled")
    group.date_delete = 0
    announce(call.slack, group, "subteam_updated")
    return {"usergroup": _group_wire(call, group)}


@api.method("usergroups.disable", tier="2", scopes=("usergroups:write",))
def usergroups_disable(call: Call) -> Json:
    group = _group(call)
    if group.date_delete:
        raise SlackError("already_disabled")
    group.date_delete = call.slack.now_seconds()
    announce(call.slack, group, "subteam_updated")
    return {"usergroup": _group_wire(call, group)}


def _group(call: Call) -> UserGroup:
    (group_id,) = call.args.require("usergroup")
    group = call.slack.workspace.usergroups.get(group_id)
    if group is None:
        raise SlackError("no_such_subteam")
    return group


def _group_wire(call: Call, group: UserGroup) -> Json:
    return group.wire(with_users=call.args.flag("include_users"), with_count=call.args.flag("include_count"))
