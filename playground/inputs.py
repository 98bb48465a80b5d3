"""Interactive elements and their state: where they sit in blocks, and how Slack words what was chosen."""

from collections.abc import Iterator
from dataclasses import dataclass

from playground.json_types import Json


@dataclass(frozen=True, slots=True)
class StateShape:
    """How the state of one element type looks: the field that holds it, its empty value, and its preset."""

    field: str
    empty: object
    preset: str


_OPTION = StateShape("selected_option", None, "initial_option")
_TEXT = StateShape("value", None, "initial_value")

SHAPES: dict[str, StateShape] = {
    "plain_text_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "number_input": _TEXT,
    "static_select": _OPTION,
    "external_select": _OPTION,
    "radio_buttons": _OPTION,
    "multi_static_select": StateShape("selected_options", [], "initial_options"),
    "multi_external_select": StateShape("selected_options", [], "initial_options"),
    "checkboxes": StateShape("selected_options", [], "initial_options"),
    "users_select": StateShape("selected_user", None, "initial_user"),
    "multi_users_select": StateShape("selected_users", [], "initial_users"),
    "conversations_select": StateShape("selected_conversation", None, "initial_conversation"),
    "multi_conversations_select": StateShape("selected_conversations", [], "initial_conversations"),
    "channels_select": StateShape("selected_channel", None, "initial_channel"),
    "multi_channels_select": StateShape("selected_channels", [], "initial_channels"),
    "datepicker": StateShape("selected_date", None, "initial_date"),
    "timepicker": StateShape("selected_time", None, "initial_time"),
    "datetimepicker": StateShape("selected_date_time", None, "initial_date_time"),
    "rich_text_input": StateShape("rich_text_value", None, "initial_value"),
    "file_input": StateShape("files", [], ""),
}

TEXT_INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input")


@dataclass(frozen=True, slots=True)
class Placed:
    """An interactive element with the block it sits in."""

    block: Json
    element: Json

    @property
    def block_id(self) -> str:
        return str(self.block.get("block_id", ""))

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))

    @property
    def kind(self) -> str:
        return str(self.element.get("type", ""))

    @property
    def in_input_block(self) -> bool:
        return self.block.get("type") == "input"

    @property
    def dispatches(self) -> bool:
        """Whether a change is sent to the app at once."""
        return not self.in_input_block or bool(self.block.get("dispatch_action"))


def placed_elements(blocks: list[Json]) -> Iterator[Placed]:
    """Every interactive element of these blocks, in reading order."""
    for block in blocks:
        if inner := inner_blocks(block):
            yield from placed_elements(inner)
        for element in _elements(block):
            if element.get("type") != "image" and "action_id" in element:
                yield Placed(block, element)


def inner_blocks(block: Json) -> list[Json]:
    """The blocks that stand inside one: those of a container, the cards of a carousel."""
    key = {"container": "child_blocks", "carousel": "elements"}.get(str(block.get("type")))
    return list(block.get(key) or []) if key else []


def _elements(block: Json) -> list[Json]:
    if block.get("type") in ("actions", "context_actions"):
        return list(block.get("elements") or [])
    if block.get("type") == "card":
        return list(block.get("actions") or [])
    single = block.get("accessory") or block.get("element")
    return [single] if isinstance(single, dict) else []


def initial_values(blocks: list[Json]) -> dict[str, Json]:
    """`state.values` before anyone touched anything: presets, else null or an empty list."""
    values: dict[str, Json] = {}
    for placed in placed_elements(blocks):
        shape = SHAPES.get(placed.kind)
        if shape is not None:
            preset = placed.element.get(shape.preset)
            values.setdefault(placed.block_id, {})[placed.action_id] = state_of(placed.kind, preset)
    return values


def state_of(kind: str, value: object) -> Json:
    """One entry of `state.values`. `value` None means empty; a multi element takes a list."""
    shape = SHAPES[kind]
    empty = list(shape.empty) if isinstance(shape.empty, list) else shape.empty
    return {"type": kind, shape.field: empty if value is None else value}


def is_empty(state: Json) -> bool:
    shape = SHAPES[state["type"]]
    return state.get(shape.field) in (None, "", [])


def options_of(element: Json) -> list[Json]:
    """All options of a static element, groups flattened."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options.extend(group.get("options") or [])
    return options


def label_of(element: Json) -> str:
    """The words a person sees on an element."""
    for key in ("text", "placeholder"):
        text = element.get(key)
        if isinstance(text, dict):
            return str(text.get("text", ""))
    return ""
