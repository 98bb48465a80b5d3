"""Opening, pushing, updating, publishing and closing views."""

from playground.inputs import initial_values
from playground.json_types import Json
from playground.operations.broadcast import show_home, show_views
from playground.operations.errors import SlackError
from playground.operations.messages import with_block_ids
from playground.slack import Slack
from playground.state.views import MAX_STACK, View


def open_view(slack: Slack, user_id: str, body: Json) -> View:
    """A new root view; what was open gives way to it."""
    view = _new(slack, user_id, body)
    slack.workspace.views.stacks[user_id] = [view]
    show_views(slack, user_id)
    return view


def push_view(slack: Slack, user_id: str, body: Json) -> View:
    """On top of the open ones. Raises push_limit_reached above three."""
    stack = slack.workspace.views.stack(user_id)
    if len(stack) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view = _new(slack, user_id, body)
    if stack:
        view.root_view_id = stack[0].id
        view.previous_view_id = stack[-1].id
    stack.append(view)
    show_views(slack, user_id)
    return view


def update_view(slack: Slack, view: View, body: Json) -> View:
    """Same view, new content: input stays where block_id and action_id do."""
    _check_external_id(slack, body, current=view)
    named = _with_ids(slack, body)
    fresh = initial_values(named["blocks"])
    for block_id, actions in fresh.items():
        for action_id, state in actions.items():
            kept = view.values.get(block_id, {}).get(action_id)
            if kept is not None and kept.get("type") == state.get("type"):
                actions[action_id] = kept
    view.values, view.body = fresh, named
    view.hash = slack.ids.view_hash(slack.clock.now())
    view.errors = {}
    _show(slack, view)
    return view


def publish_home(slack: Slack, user_id: str, body: Json) -> View:
    home = slack.workspace.views.homes.get(user_id)
    if home is not None:
        return update_view(slack, home, body)
    home = _new(slack, user_id, body)
    slack.workspace.views.homes[user_id] = home
    show_home(slack, user_id)
    return home


def close_view(slack: Slack, view: View) -> None:
    slack.workspace.views.remove(view)
    show_views(slack, view.owner)


def close_all(slack: Slack, user_id: str) -> None:
    slack.workspace.views.stacks[user_id] = []
    show_views(slack, user_id)


def _new(slack: Slack, user_id: str, body: Json) -> View:
    _check_external_id(slack, body, current=None)
    named = _with_ids(slack, body)
    view_id = slack.ids.entity("V")
    workspace = slack.workspace
    return View(
        view_id, user_id, named, slack.ids.view_hash(slack.clock.now()), workspace.team_id, workspace.app_id,
        workspace.bot_id, root_view_id=view_id, values=initial_values(named["blocks"]),
    )  # fmt: skip


def _with_ids(slack: Slack, body: Json) -> Json:
    return {**body, "blocks": with_block_ids(slack, body.get("blocks") or [])}


def _check_external_id(slack: Slack, body: Json, current: View | None) -> None:
    external_id = str(body.get("external_id") or "")
    holder = slack.workspace.views.find(external_id=external_id)
    if holder is not None and holder is not current:
        raise SlackError("duplicate_external_id")


def _show(slack: Slack, view: View) -> None:
    if view.is_home:
        show_home(slack, view.owner)
    else:
        show_views(slack, view.owner)
