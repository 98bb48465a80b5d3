"""Submitting and closing modals, with the checks a Slack client makes itself."""

import re

from playground import interactions
from playground.inputs import Placed, is_empty, placed_elements
from playground.interactions import Surface
from playground.json_types import Json
from playground.operations import views
from playground.operations.errors import SlackError
from playground.people.elements import entered_state, find_element, store_state
from playground.people.outcome import Outcome, of_ack
from playground.slack import Slack
from playground.socket_mode import Ack
from playground.state.users import User
from playground.state.views import View
from playground.web_api.views import check_view_body

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_TROUBLE = "We had some trouble connecting. Try again?"


async def fill_in(slack: Slack, user: User, view: View, values: Json) -> None:
    """Set several inputs, each by block id or label."""
    surface = Surface(view=view)
    block_ids = {str(block.get("block_id")) for block in view.blocks}
    for key, value in values.items():
        wanted = {"block_id": key} if key in block_ids else {"text": key}
        placed = find_element(surface, **wanted)
        store_state(slack, user, surface, placed, await entered_state(slack, user, surface, placed, value))


async def submit(slack: Slack, user: User, view: View) -> Outcome:
    """Press the submit button: the client's own checks, then the app's answer."""
    errors = client_errors(view)
    if errors:
        _show_errors(slack, view, errors)
        return Outcome(error="invalid_input")
    view.errors = {}
    payload = interactions.view_submission(slack, user, view)
    ack = await slack.hub.send("interactive", payload, accepts_response=True)
    if not ack.ok:
        slack.toast(user.id, _TROUBLE)
        return of_ack(ack)
    try:
        _carry_out(slack, user, view, ack)
    except SlackError as error:
        slack.toast(user.id, _TROUBLE)
        return Outcome(True, ack.ms, error.code)
    return of_ack(ack)


async def close(slack: Slack, user: User, view: View, *, everything: bool) -> Outcome:
    """Cancel closes this view; `everything` is the x: the whole stack, told for its root view."""
    clears = everything or bool(view.body.get("clear_on_close"))
    told = slack.workspace.views.stack(user.id)[0] if clears else view
    if clears:
        views.close_all(slack, user.id)
    else:
        views.close_view(slack, view)
    if not told.body.get("notify_on_close"):
        return Outcome()
    payload = interactions.view_closed(slack, user, told, is_cleared=clears)
    return of_ack(await slack.hub.send("interactive", payload, accepts_response=False))


def client_errors(view: View) -> dict[str, str]:
    """What the client refuses before anything is sent: block id → words."""
    found = {}
    for placed in placed_elements(view.blocks):
        if placed.in_input_block and (complaint := _complaint(placed, view.values)):
            found[placed.block_id] = complaint
    return found


def _complaint(placed: Placed, values: dict[str, Json]) -> str:
    state = values.get(placed.block_id, {}).get(placed.action_id)
    if state is None or is_empty(state):
        return "" if placed.block.get("optional") else "Please complete this required field."
    text = str(state.get("value") or "")
    element = placed.element
    match placed.kind:
        case "plain_text_input":
            return _length_complaint(element, text)
        case "email_text_input":
            return "" if _EMAIL.fullmatch(text) else "This isn’t a valid email address."
        case "url_text_input":
            return "" if _URL.fullmatch(text) else "This isn’t a valid URL."
        case "number_input":
            return _number_complaint(element, text)
        case _:
            return ""


def _length_complaint(element: Json, text: str) -> str:
    low, high = element.get("min_length") or 0, element.get("max_length") or 3000
    if len(text) < low:
        return f"This must be at least {low} characters."
    return f"This must be at most {high} characters." if len(text) > high else ""


def _number_complaint(element: Json, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return "This isn’t a number."
    if not element["is_decimal_allowed"] and not number.is_integer():
        return "This must be a whole number."
    if number < float(element.get("min_value", "-inf")):
        return f"This must be at least {element['min_value']}."
    return f"This must be at most {element['max_value']}." if number > float(element.get("max_value", "inf")) else ""


def _carry_out(slack: Slack, user: User, view: View, ack: Ack) -> None:
    """The response_action of a view_submission; none closes this view only."""
    body = ack.payload
    action = body.get("response_action")
    if action is None:
        views.close_view(slack, view)
    elif action == "clear":
        views.close_all(slack, user.id)
    elif action == "errors":
        _app_errors(slack, view, body.get("errors"))
    elif action == "update":
        views.update_view(slack, view, check_view_body(slack, body.get("view"), "response_action update", "modal"))
    elif action == "push":
        views.push_view(slack, user.id, check_view_body(slack, body.get("view"), "response_action push", "modal"))
    else:
        slack.inspector.violation("view_submission", f"unknown response_action {action}", body)
        raise SlackError("invalid_response_action")


def _app_errors(slack: Slack, view: View, errors: object) -> None:
    """Errors must name input blocks of this view, or Slack shows none of them."""
    inputs = {placed.block_id for placed in placed_elements(view.blocks) if placed.in_input_block}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        detail = {"errors": errors, "input_blocks": sorted(inputs)}
        slack.inspector.violation("view_submission", "errors must name input blocks of the view", detail)
        raise SlackError("invalid_errors")
    _show_errors(slack, view, {str(block_id): str(text) for block_id, text in errors.items()})


def _show_errors(slack: Slack, view: View, errors: dict[str, str]) -> None:
    view.errors = errors
    slack.feed.publish(view.owner, {"type": "view_errors", "view_id": view.id, "errors": errors})
