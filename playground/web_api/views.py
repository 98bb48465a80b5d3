"""views.*: open, push, update, publish."""

import json

from playground.blockkit import check_view
from playground.json_types import Json
from playground.operations import views
from playground.operations.errors import SlackError
from playground.slack import Slack
from playground.state.views import View
from playground.triggers import Trigger, TriggerError
from playground.web_api.args import Args, invalid_arguments
from playground.web_api.content import blocks_error
from playground.web_api.method import Call, Family
from playground.web_api.slack_files import unknown_files

api = Family()

MAX_VIEW_BYTES = 250_000


@api.method("views.open", tier="4")
def open_view(call: Call) -> Json:
    trigger = _trigger(call)
    body = read_view(call.slack, call.args, call.method, "modal")
    view = views.open_view(call.slack, trigger.user_id, body)
    trigger.used = True
    return _answer(view)


@api.method("views.push", tier="4")
def push_view(call: Call) -> Json:
    """Only with a trigger from inside an open modal."""
    trigger = _trigger(call)
    body = read_view(call.slack, call.args, call.method, "modal")
    if trigger.view_id is None or call.slack.workspace.views.find(view_id=trigger.view_id) is None:
        raise SlackError("invalid_trigger_id")
    view = views.push_view(call.slack, trigger.user_id, body)
    trigger.used = True
    return _answer(view)


@api.method("views.update", tier="4")
def update_view(call: Call) -> Json:
    view = _target(call)
    body = read_view(call.slack, call.args, call.method, "home" if view.is_home else "modal")
    _check_hash(call, view)
    return _answer(views.update_view(call.slack, view, body))


@api.method("views.publish", tier="4")
def publish_view(call: Call) -> Json:
    if not call.slack.manifest.has_home:
        raise SlackError("not_enabled")
    user = call.user("user_id")
    body = read_view(call.slack, call.args, call.method, "home")
    home = call.slack.workspace.views.homes.get(user.id)
    if home is not None:
        _check_hash(call, home)
    elif call.args.text("hash"):
        raise SlackError("hash_conflict")
    return _answer(views.publish_home(call.slack, user.id, body))


def read_view(slack: Slack, args: Args, where: str, kind: str) -> Json:
    return check_view_body(slack, args.decoded("view"), where, kind)


def check_view_body(slack: Slack, value: object, where: str, kind: str) -> Json:
    """A valid view of this type. Raises invalid_arguments with the list of problems, or view_too_large."""
    if not isinstance(value, dict):
        raise invalid_arguments(["missing required field: view"])
    if len(json.dumps(value).encode()) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = check_view(value, kind) or list(unknown_files(slack, value.get("blocks"), "/view/blocks"))
    if problems:
        raise blocks_error(slack, where, "invalid_arguments", problems)
    return value


def _trigger(call: Call) -> Trigger:
    trigger_id = call.args.text("trigger_id") or call.args.text("interactivity_pointer")
    if not trigger_id:
        raise invalid_arguments(["missing required field: trigger_id"])
    try:
        return call.slack.triggers.check(trigger_id)
    except TriggerError as error:
        raise SlackError(error.code) from error


def _target(call: Call) -> View:
    view_id, external_id = call.args.text("view_id"), call.args.text("external_id")
    if not (view_id or external_id):
        raise invalid_arguments(["missing required field: view_id"])
    view = call.slack.workspace.views.find(view_id=view_id, external_id=external_id)
    if view is None:
        raise SlackError("not_found")
    return view


def _check_hash(call: Call, view: View) -> None:
    expected = call.args.text("hash")
    if expected and expected != view.hash:
        raise SlackError("hash_conflict")


def _answer(view: View) -> Json:
    """Slack does not tell input state here, only in interactions."""
    return {"view": {**view.wire(), "state": {"values": {}}}}
