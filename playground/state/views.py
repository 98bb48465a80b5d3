"""Modals and Home tabs: the stack of open modals of each person, and their input state."""

from dataclasses import dataclass, field

from playground.json_types import Json

MAX_STACK = 3


@dataclass(slots=True)
class View:
    """`body` is what the app sent; `values` is what the person typed: block_id → action_id → state."""

    id: str
    owner: str
    body: Json
    hash: str
    team_id: str
    app_id: str
    bot_id: str
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, Json] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def external_id(self) -> str:
        return str(self.body.get("external_id") or "")

    @property
    def is_home(self) -> bool:
        return self.body.get("type") == "home"

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks") or [])

    def wire(self) -> Json:
        """Slack's view object."""
        body = self.body
        return {
            "id": self.id,
            "team_id": self.team_id,
            "type": body["type"],
            "blocks": self.blocks,
            "private_metadata": body.get("private_metadata") or "",
            "callback_id": body.get("callback_id") or "",
            "state": {"values": self.values},
            "hash": self.hash,
            "title": body.get("title"),
            "clear_on_close": bool(body.get("clear_on_close")),
            "notify_on_close": bool(body.get("notify_on_close")),
            "close": body.get("close"),
            "submit": body.get("submit"),
            "submit_disabled": bool(body.get("submit_disabled")),
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": self.app_id,
            "external_id": self.external_id,
            "app_installed_team_id": self.team_id,
            "bot_id": self.bot_id,
        }


class Views:
    """Open modals by person (bottom of the stack first) and published Home tabs."""

    def __init__(self) -> None:
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def clear(self) -> None:
        self.stacks.clear()
        self.homes.clear()

    def stack(self, user_id: str) -> list[View]:
        return self.stacks.setdefault(user_id, [])

    def all(self) -> list[View]:
        return [view for stack in self.stacks.values() for view in stack] + list(self.homes.values())

    def find(self, *, view_id: str = "", external_id: str = "") -> View | None:
        if view_id:
            return next((view for view in self.all() if view.id == view_id), None)
        if external_id:
            return next((view for view in self.all() if view.external_id == external_id), None)
        return None

    def remove(self, view: View) -> None:
        stack = self.stack(view.owner)
        if view in stack:
            stack.remove(view)
