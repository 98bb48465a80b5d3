"""Checks whole payloads: the blocks of a message, and a view. What single objects may hold is in `limits`."""

from collections.abc import Iterator

from playground.blockkit.limits import (
    MAX_DATA_VISUALIZATIONS,
    MAX_MARKDOWN_TOTAL,
    MAX_MESSAGE_BLOCKS,
    MAX_SUGGESTIONS,
    MESSAGE_BLOCKS,
    TABLE,
    VIEWS,
)
from playground.blockkit.schema import Items, Object, Problem, Typed, check, check_shape
from playground.json_types import Json

ONLY_ONE_TABLE = "only_one_table_allowed"


def check_message_blocks(blocks: list[Json], pointer: str = "/blocks") -> list[Problem]:
    """All problems of a message's blocks, as Slack would name them."""
    problems = check(blocks, Items(Typed(MESSAGE_BLOCKS), 0, MAX_MESSAGE_BLOCKS), pointer, TABLE)
    if problems:
        return problems
    return [
        *_unique_block_ids(blocks, pointer),
        *_elements_are_not_blocks(blocks, pointer),
        *_at_most(blocks, "table", 1, pointer, ONLY_ONE_TABLE),
        *_at_most(blocks, "data_visualization", MAX_DATA_VISUALIZATIONS, pointer, "too_many"),
        *_markdown_total(blocks, pointer),
    ]


def check_view(view: Json, kind: str) -> list[Problem]:
    """All problems of a view that must be a `kind` (modal or home)."""
    if view.get("type") != kind:
        return [Problem("/view/type", f"must be {kind}", "view_type")]
    problems = check_shape(view, VIEWS[kind], "/view", TABLE)
    if problems:
        return problems
    blocks: list[Json] = view["blocks"]
    return [
        *_unique_block_ids(blocks, "/view/blocks"),
        *_elements_are_not_blocks(blocks, "/view/blocks"),
        *_one_focus(blocks, "/view/blocks"),
        *_submit_for_inputs(view),
    ]


def check_suggestions(answer: Json) -> list[Problem]:
    """All problems of the options or option_groups an app offers for an external select."""
    return [
        problem
        for name, kind in (("options", "option"), ("option_groups", "option_group"))
        if answer.get(name) is not None
        for problem in check(answer[name], Items(Object(kind), 0, MAX_SUGGESTIONS), f"/{name}", TABLE)
    ]


def _unique_block_ids(blocks: list[Json], pointer: str) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen:
            message = f"`block_id` {block_id} already exists"
            problems.append(Problem(f"{pointer}/{index}/block_id", message, "duplicate_block_id"))
        if block_id:
            seen.add(block_id)
    return problems


def _elements_are_not_blocks(blocks: list[Json], pointer: str) -> list[Problem]:
    """An image as accessory or context element has neither title nor block_id."""
    return [
        Problem(where, f"invalid additional property: {name}", "unknown_field")
        for where, element in _elements(blocks, pointer)
        if element.get("type") == "image"
        for name in ("title", "block_id")
        if name in element
    ]


def _elements(blocks: list[Json], pointer: str) -> Iterator[tuple[str, Json]]:
    """Every element below these blocks with its pointer."""
    for index, block in enumerate(blocks):
        for name in ("accessory", "element"):
            if isinstance(block.get(name), dict):
                yield f"{pointer}/{index}/{name}", block[name]
        if block["type"] in ("actions", "context", "context_actions"):
            for number, element in enumerate(block.get("elements") or []):
                yield f"{pointer}/{index}/elements/{number}", element


def _at_most(blocks: list[Json], kind: str, maximum: int, pointer: str, rule: str) -> list[Problem]:
    places = [index for index, block in enumerate(blocks) if block["type"] == kind]
    return [
        Problem(f"{pointer}/{index}", f"no more than {maximum} {kind} blocks allowed", rule)
        for index in places[maximum:]
    ]


def _markdown_total(blocks: list[Json], pointer: str) -> list[Problem]:
    total = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if total <= MAX_MARKDOWN_TOTAL:
        return []
    message = f"markdown blocks must be less than {MAX_MARKDOWN_TOTAL + 1} characters in total"
    return [Problem(pointer, message, "markdown_total")]


def _one_focus(blocks: list[Json], pointer: str) -> list[Problem]:
    focused = [where for where, element in _elements(blocks, pointer) if element.get("focus_on_load")]
    return [
        Problem(f"{where}/focus_on_load", "only one element may set focus_on_load", "focus") for where in focused[1:]
    ]


def _submit_for_inputs(view: Json) -> list[Problem]:
    has_input = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and has_input and not view.get("submit"):
        return [Problem("/view", "`submit` is required when an `input` block is within blocks array", "submit")]
    return []
