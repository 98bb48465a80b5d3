"""What is told when somebody joins the workspace or changes."""

from playground.slack import Slack
from playground.state.users import User


def joined(slack: Slack, user: User) -> None:
    _tell(slack, user, "team_join")


def changed(slack: Slack, user: User) -> None:
    _tell(slack, user, "user_change")


def _tell(slack: Slack, user: User, kind: str) -> None:
    user.updated = slack.now_seconds()
    slack.feed.publish_to_all({"type": "user", "user": user.picture()})
    wire = user.wire(with_email="users:read.email" in slack.manifest.scopes)
    slack.events.emit(kind, {"type": kind, "user": wire, "event_ts": slack.new_ts()})
