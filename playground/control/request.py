"""One request to the control API: its arguments, and the things they name."""

from dataclasses import dataclass

from playground.interactions import Surface
from playground.json_types import Json
from playground.people.outcome import PersonError
from playground.slack import Slack
from playground.state.channels import Channel
from playground.state.messages import Message
from playground.state.users import User
from playground.state.views import View


@dataclass(frozen=True, slots=True)
class ControlRequest:
    """`user` is who acts. Look-ups raise PersonError with words that say what there is instead."""

    slack: Slack
    user: User
    body: Json

    def text(self, name: str, default: str = "") -> str:
        value = self.body.get(name)
        return default if value is None else str(value)

    def needed(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise PersonError("missing_argument", f"“{name}” is needed.")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self.body.get(name, default))

    def mapping(self, name: str) -> Json:
        value = self.body.get(name) or {}
        if not isinstance(value, dict):
            raise PersonError("invalid_argument", f"“{name}” must be an object.")
        return value

    def channel(self, name: str = "channel") -> Channel:
        key = self.needed(name)
        channel = self.slack.workspace.find_channel(key)
        if channel is None or not channel.visible_to(self.user.id):
            raise PersonError("channel_not_found", f"{self.user.real_name} sees no channel “{key}”.")
        return channel

    def message(self, channel: Channel) -> Message:
        ts = self.needed("ts")
        workspace = self.slack.workspace
        message = channel.log.get(ts) or workspace.find_ephemeral(self.user.id, channel.id, ts)
        if message is None:
            raise PersonError("message_not_found", f"There is no message {ts} in {channel.name or channel.id}.")
        return message

    def person(self, key: str) -> User:
        user = self.slack.workspace.find_user(key)
        if user is None:
            raise PersonError("user_not_found", f"There is nobody called “{key}”.")
        return user

    def people(self, name: str) -> list[User]:
        """One or several, as a list or separated by commas."""
        value = self.body.get(name)
        keys = value if isinstance(value, list) else str(value or "").split(",")
        found = [self.person(str(key).strip()) for key in keys if str(key).strip()]
        if not found:
            raise PersonError("missing_argument", f"“{name}” is needed.")
        return found

    def view(self) -> View:
        """The named modal of this person, else the top one."""
        stack = self.slack.workspace.views.stack(self.user.id)
        view_id = self.text("view_id")
        found = [view for view in stack if view_id in ("", view.id)]
        if not found:
            raise PersonError("view_not_found", f"{self.user.real_name} has no such modal open.")
        return found[-1]

    def surface(self) -> Surface:
        """A message (channel and ts), the Home tab (home), or a modal (view_id; else the top one)."""
        if self.flag("home"):
            home = self.slack.workspace.views.homes.get(self.user.id)
            if home is None:
                raise PersonError("view_not_found", "The app has published no Home tab for this person.")
            return Surface(view=home)
        if self.text("ts"):
            channel = self.channel()
            return Surface(channel=channel, message=self.message(channel))
        return Surface(view=self.view())
