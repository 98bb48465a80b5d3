"""What the chat sends when somebody types, clicks or submits, read into the product's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.command import Caller, Click, FormState, Shortcut, Submission

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes. `view_id` names the form it came from; without response_url and form, one is opened."""

    user: str
    trigger: str
    response_url: str = ""
    view_id: str = ""
    title: str = ""
    thread: str = ""
    ephemeral: bool = False


def place_of(body: Body) -> Place:
    """The place of any command or interaction."""
    view = _modal(body)
    container = body.get("container") or {}
    return Place(
        user=caller_of(body).id,
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        view_id=str(view.get("id", "")),
        title=str((view.get("title") or {}).get("text", "")),
        thread=str(container.get("thread_ts") or ""),
        ephemeral=bool(container.get("is_ephemeral")),
    )


def caller_of(body: Body) -> Caller:
    """Who typed (flat fields) or clicked (an object)."""
    user = body.get("user")
    if not isinstance(user, Mapping):
        return Caller(str(body.get("user_id", "")), str(body.get("user_name", "")), str(body.get("team_id", "")))
    team = user.get("team_id") or (body.get("team") or {}).get("id") or ""
    return Caller(str(user.get("id", "")), str(user.get("username") or user.get("name") or ""), str(team))


def line_of(body: Body) -> str:
    """A typed command with all that follows it."""
    return f"{body.get('command', '')} {body.get('text') or ''}".strip()


def click_of(body: Body) -> Click:
    """A press of a button or a choice in a menu."""
    action: Body = body["actions"][0]
    container = body.get("container") or {}
    view = _modal(body)
    return Click(
        key=str(body.get("trigger_id") or ""),
        caller=caller_of(body),
        action=str(action.get("action_id", "")),
        values=_values(action),
        channel=str((body.get("channel") or {}).get("id") or container.get("channel_id") or ""),
        ts=str(container.get("message_ts") or ""),
        thread=str(container.get("thread_ts") or ""),
        ephemeral=bool(container.get("is_ephemeral")),
        form=_form(view) if view else None,
        clicked_at=float(action.get("action_ts") or 0),
    )


def is_link(body: Body) -> bool:
    """Whether the button clicked leads somewhere: nothing but the link may be meant.

    Slack does not send a private message along with a click in it; there, what carries nothing is taken for a link.
    """
    clicked: Body = body["actions"][0]
    holder: Body | None = body.get("message") or body.get("view")
    if not holder:
        return not _values(clicked)
    elements = (element for block in holder.get("blocks") or () for element in _elements(block))
    return any(element.get("url") and element.get("action_id") == clicked.get("action_id") for element in elements)


def submission_of(body: Body) -> Submission:
    """A form sent in; its hash changes with every redrawing, so the same form sent twice has one key."""
    view: Body = body["view"]
    return Submission(f"view:{view['id']}:{view.get('hash', '')}", caller_of(body), _form(view))


def shortcut_of(body: Body) -> Shortcut:
    """An entry of the chat's menus, with the message it was chosen on."""
    message = body.get("message") or {}
    return Shortcut(
        key=str(body.get("trigger_id") or ""),
        caller=caller_of(body),
        name=str(body.get("callback_id", "")),
        channel=str((body.get("channel") or {}).get("id") or ""),
        ts=str(body.get("message_ts") or message.get("ts") or ""),
        author=str(message.get("user") or message.get("bot_id") or ""),
        text=str(message.get("text") or ""),
    )


def _modal(body: Body) -> Body:
    view: Body = body.get("view") or {}
    return view if view.get("type") == "modal" else {}


def _form(view: Body) -> FormState:
    state: Body = (view.get("state") or {}).get("values") or {}
    fields = {block: _values(element) for block, elements in state.items() for element in elements.values()}
    return FormState(
        form=str(view.get("callback_id", "")),
        view_id=str(view["id"]),
        title=str((view.get("title") or {}).get("text", "")),
        hash=str(view.get("hash", "")),
        metadata=str(view.get("private_metadata") or ""),
        fields=fields,
    )


def _values(element: Body) -> tuple[str, ...]:
    """What an element holds, whatever its kind: a value, a selected thing, or several."""
    for name, held in element.items():
        if held and name.startswith("selected_"):
            several = held if isinstance(held, list) else [held]
            return tuple(str(one["value"]) if isinstance(one, Mapping) else str(one) for one in several)
    value = element.get("value")
    return (str(value),) if value else ()


def _elements(block: Body) -> list[Body]:
    accessory = block.get("accessory")
    return [*(block.get("elements") or ()), *([accessory] if accessory else [])]
