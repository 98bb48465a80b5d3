"""Finding the element a person means, and clicking, choosing and typing in it."""

import re
from collections.abc import Sequence

from playground import interactions
from playground.blockkit import check_suggestions
from playground.inputs import (
    SHAPES,
    TEXT_INPUTS,
    Placed,
    label_of,
    options_of,
    placed_elements,
    state_of,
)
from playground.interactions import Surface
from playground.json_types import Json
from playground.mrkdwn import composed
from playground.people.outcome import Outcome, PersonError, of_ack
from playground.rich_text import rich_text_block
from playground.slack import Slack
from playground.state.users import User

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def find_element(
    surface: Surface, *, action_id: str = "", block_id: str = "", text: str = "", value: str = "",
    kinds: Sequence[str] = (),
) -> Placed:  # fmt: skip
    """The one element that fits. Raises PersonError listing what is there when none or several do."""
    everything = [placed for placed in placed_elements(surface.blocks) if not kinds or placed.kind in kinds]
    fitting = [
        placed
        for placed in everything
        if action_id in ("", placed.action_id)
        and block_id in ("", placed.block_id)
        and (not text or text in _labels(placed))
    ]
    if len(fitting) > 1 and value:
        fitting = [placed for placed in fitting if value in _values(placed)] or fitting
    if len(fitting) == 1:
        return fitting[0]
    there = "; ".join(f"{placed.action_id} “{label_of(placed.element)}”" for placed in everything) or "nothing"
    wanted = text or action_id or block_id
    if not fitting:
        raise PersonError("no_such_element", f"There is no “{wanted}” to use here. There is: {there}.")
    raise PersonError(
        "ambiguous_element", f"“{wanted}” fits {len(fitting)} elements; name the block_id. There is: {there}."
    )


def _labels(placed: Placed) -> list[str]:
    labels = [label_of(placed.element)]
    if placed.in_input_block:
        labels.append(str(placed.block["label"]["text"]))
    if placed.kind == "overflow":
        labels += [str(option["text"]["text"]) for option in options_of(placed.element)]
    return labels


def _values(placed: Placed) -> list[str]:
    return [str(placed.element.get("value", "")), *(str(option["value"]) for option in options_of(placed.element))]


async def click(
    slack: Slack, user: User, surface: Surface, placed: Placed, text: str, value: str, confirm: bool
) -> Outcome:
    """Press a button, or pick an entry of an overflow menu. `confirm` answers its confirm dialog, if it has one."""
    chosen: Json = {}
    if placed.kind == "overflow":
        chosen["selected_option"] = pick_option(options_of(placed.element), value or text)
    elif placed.kind == "feedback_buttons":
        chosen |= _feedback(placed.element, value or text)
    elif placed.kind in SHAPES:
        raise PersonError("not_a_button", f"“{label_of(placed.element)}” is a {placed.kind}; use select or type.")
    elif "value" in placed.element:
        chosen["value"] = placed.element["value"]
    if placed.element.get("confirm") and not confirm:
        return Outcome(extra={"confirmed": False})
    return await send_action(slack, user, surface, placed, chosen)


def _feedback(element: Json, wanted: str) -> Json:
    """What the pressed one of the two adds to the action. Raises PersonError unless it names one."""
    offered = [element[f"{side}_button"] for side in ("positive", "negative")]
    pressed = next((each for each in offered if wanted in (each["value"], each["text"]["text"])), None)
    if pressed is None:
        raise PersonError("no_such_option", f"“{wanted}” is none of the two buttons.")
    return {"text": pressed["text"], "value": pressed["value"]}


async def choose(slack: Slack, user: User, surface: Surface, placed: Placed, value: object, confirm: bool) -> Outcome:
    """Choose in a select, picker, checkbox or radio group; sent at once unless it waits for the submit button."""
    if placed.kind == "overflow":
        return await click(slack, user, surface, placed, "", str(value), confirm)
    state = await entered_state(slack, user, surface, placed, value)
    if placed.element.get("confirm") and not confirm:
        return Outcome(extra={"confirmed": False})
    store_state(slack, user, surface, placed, state)
    if not placed.dispatches:
        return Outcome()
    return await send_action(slack, user, surface, placed, {key: part for key, part in state.items() if key != "type"})


async def type_text(slack: Slack, user: User, surface: Surface, placed: Placed, value: object, enter: bool) -> Outcome:
    """Type into a text field; sent at once only where the block asks for it."""
    state = await entered_state(slack, user, surface, placed, value)
    store_state(slack, user, surface, placed, state)
    config = placed.element.get("dispatch_action_config") or {}
    triggers = config.get("trigger_actions_on") or ["on_enter_pressed"]
    moment = "on_enter_pressed" if enter else "on_character_entered"
    if not placed.block.get("dispatch_action") or moment not in triggers:
        return Outcome()
    return await send_action(slack, user, surface, placed, {"value": state.get("value")})


async def send_action(slack: Slack, user: User, surface: Surface, placed: Placed, chosen: Json) -> Outcome:
    payload = interactions.block_actions(slack, user, surface, placed, chosen)
    ack = await slack.hub.send("interactive", payload, accepts_response=False)
    if not ack.ok:
        slack.toast(user.id, f"“{label_of(placed.element)}” failed because the app did not respond.")
    extra = {"opened": placed.element["url"]} if placed.element.get("url") else {}
    return of_ack(ack, surface.channel.id if surface.channel else None, extra)


async def suggestions(slack: Slack, user: User, surface: Surface, placed: Placed, query: str) -> Json:
    """What the app offers for an external select, as `options` or `option_groups`; no options without an answer."""
    payload = interactions.block_suggestion(slack, user, surface, placed, query)
    ack = await slack.hub.send("interactive", payload, accepts_response=True)
    problems = check_suggestions(ack.payload)
    for problem in problems:
        slack.inspector.violation("block_suggestion", problem.message, {"pointer": problem.pointer})
    offered = "option_groups" if "option_groups" in ack.payload else "options"
    return {offered: [] if problems else ack.payload.get(offered) or []}


async def entered_state(slack: Slack, user: User, surface: Surface, placed: Placed, value: object) -> Json:
    """The state an element takes when a person enters `value`; None or "" empties it."""
    kind = placed.kind
    if kind not in SHAPES:
        raise PersonError("not_an_input", f"“{label_of(placed.element)}” is a {kind} and takes no value.")
    if value in (None, "", []):
        return state_of(kind, None)
    if kind == "rich_text_input":
        block = value if isinstance(value, dict) else rich_text_block("", composed(str(value), slack.workspace))
        return state_of(kind, block)
    if kind in TEXT_INPUTS:
        return state_of(kind, str(value))
    items = value if isinstance(value, list) else [value]
    chosen = [await _choice(slack, user, surface, placed, item) for item in items]
    is_many = isinstance(SHAPES[kind].empty, list)
    return state_of(kind, chosen if is_many else chosen[0])


def store_state(slack: Slack, user: User, surface: Surface, placed: Placed, state: Json) -> None:
    if surface.view is not None:
        surface.view.values.setdefault(placed.block_id, {})[placed.action_id] = state
        surface.view.errors.pop(placed.block_id, None)
    elif surface.message is not None:
        key = (surface.message.channel_id, surface.message.ts, user.id)
        slack.workspace.inputs.setdefault(key, {}).setdefault(placed.block_id, {})[placed.action_id] = state


async def _choice(slack: Slack, user: User, surface: Surface, placed: Placed, item: object) -> object:
    kind, text = placed.kind, str(item)
    if kind.endswith("external_select"):
        if isinstance(item, dict):
            return item
        return pick_option(options_of(await suggestions(slack, user, surface, placed, text)), text)
    if options_of(placed.element):
        return pick_option(options_of(placed.element), str(item["value"]) if isinstance(item, dict) else text)
    if "users_select" in kind:
        person = slack.workspace.find_user(text)
        return _found(person and person.id, f"There is nobody called “{text}”.")
    if "channels_select" in kind or "conversations_select" in kind:
        channel = slack.workspace.find_channel(text)
        return _found(channel and channel.id, f"There is no channel “{text}”.")
    if kind == "datepicker":
        return _found(text if _DATE.fullmatch(text) else None, "A date is written 2026-11-21.")
    if kind == "timepicker":
        return _found(text if _TIME.fullmatch(text) else None, "A time is written 14:05.")
    if kind == "datetimepicker":
        return _found(int(text) if text.isdigit() else None, "A date and time is given in Unix seconds.")
    if kind == "file_input":
        file = slack.workspace.files.get(text)
        return _found(file and file.wire(slack.url, slack.workspace.team_id), f"There is no file “{text}”.")
    raise PersonError("not_an_input", f"A {kind} cannot be filled in here.")


def _found(value: object, complaint: str) -> object:
    if value is None:
        raise PersonError("no_such_option", complaint)
    return value


def pick_option(options: list[Json], wanted: str) -> Json:
    """By value, else by visible text."""
    for match in (
        [option for option in options if option["value"] == wanted],
        [option for option in options if option["text"]["text"] == wanted],
    ):
        if match:
            return {"text": match[0]["text"], "value": match[0]["value"]}
    there = ", ".join(str(option["text"]["text"]) for option in options) or "nothing"
    raise PersonError("no_such_option", f"“{wanted}” is not offered. Offered: {there}.")
