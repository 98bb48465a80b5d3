"""What is told when a user group is made, changed, or gets other members."""

from playground.json_types import Json
from playground.slack import Slack
from playground.state.users import UserGroup


def picture(group: UserGroup) -> Json:
    """The page's short form."""
    return {"id": group.id, "handle": group.handle, "name": group.name, "users": list(group.users)}


def show(slack: Slack) -> None:
    """Every page gets the list anew: groups are few and change seldom."""
    groups = [picture(group) for group in slack.workspace.usergroups.values() if not group.date_delete]
    slack.feed.publish_to_all({"type": "usergroups", "usergroups": groups})


def announce(slack: Slack, group: UserGroup, kind: str) -> None:
    """`kind` is subteam_created or subteam_updated."""
    group.date_update = slack.now_seconds()
    show(slack)
    wire = group.wire(with_users=True, with_count=True)
    slack.events.emit(kind, {"type": kind, "subteam": wire, "event_ts": slack.new_ts()})


def replace_members(slack: Slack, group: UserGroup, members: list[str]) -> None:
    before = set(group.users)
    group.users = list(dict.fromkeys(members))
    added, removed = sorted(set(group.users) - before), sorted(before - set(group.users))
    announce(slack, group, "subteam_updated")
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group.id,
        "team_id": group.team_id,
        "date_update": group.date_update,
        "added_users": added,
        "added_users_count": len(added),
        "removed_users": removed,
        "removed_users_count": len(removed),
        "event_ts": slack.new_ts(),
    }
    slack.events.emit("subteam_members_changed", event)
