"""Rules of Block Kit that tie several fields of one object together."""

from playground.blockkit.schema import Problem, Rule
from playground.json_types import Json

MAX_CELL_TEXT = 20_000


def one_of(*names: str) -> Rule:
    """Exactly one of these fields."""

    def rule(value: Json) -> list[Problem]:
        present = [name for name in names if value.get(name) is not None]
        if len(present) == 1:
            return []
        words = "only one of" if present else "missing required field: one of"
        return [Problem("", f"{words} {', '.join(names)}", "one_of")]

    return rule


def any_of(*names: str) -> Rule:
    """At least one of these fields."""

    def rule(value: Json) -> list[Problem]:
        if any(value.get(name) is not None for name in names):
            return []
        return [Problem("", f"missing required field: one of {', '.join(names)}", "one_of")]

    return rule


def unique_option_values(value: Json) -> list[Problem]:
    """No two options of an element (over all its groups) share a value."""
    seen: set[str] = set()
    problems = []
    for pointer, option in _options(value):
        option_value = str(option.get("value"))
        if option_value in seen:
            problems.append(Problem(f"{pointer}/value", f"duplicate option value: {option_value}", "duplicate_option"))
        seen.add(option_value)
    return problems


def preset_is_an_option(value: Json) -> list[Problem]:
    """initial_option(s) must be among the options, and no more than max_selected_items."""
    options = [option for _, option in _options(value)]
    single = value.get("initial_option")
    presets: list[tuple[str, Json]] = [("/initial_option", single)] if single else []
    presets += [(f"/initial_options/{i}", preset) for i, preset in enumerate(value.get("initial_options") or [])]
    problems = [
        Problem(pointer, "must be one of the options", "initial_option")
        for pointer, preset in presets
        if options and not any(_same_option(preset, option) for option in options)
    ]
    maximum = value.get("max_selected_items")
    if maximum is not None and len(presets) > maximum:
        problems.append(Problem("/initial_options", f"no more than {maximum} items allowed", "too_many"))
    return problems


def text_bounds(value: Json) -> list[Problem]:
    """min_length ≤ max_length, and the preset between them."""
    low, high = value.get("min_length") or 0, value.get("max_length")
    if high is not None and low > high:
        return [Problem("/min_length", "must be no more than max_length", "range")]
    initial = value.get("initial_value")
    if initial and high is not None and len(initial) > high:
        return [Problem("/initial_value", f"must be less than {high + 1} characters", "too_long")]
    return []


def number_bounds(value: Json) -> list[Problem]:
    """min_value ≤ initial_value ≤ max_value, each a number in a string."""
    numbers = {}
    for name in ("min_value", "max_value", "initial_value"):
        if value.get(name) is None:
            continue
        try:
            numbers[name] = float(value[name])
        except ValueError:
            return [Problem(f"/{name}", "must be a number", "format")]
    low, high = numbers.get("min_value", float("-inf")), numbers.get("max_value", float("inf"))
    if low > high:
        return [Problem("/min_value", "must be no more than max_value", "range")]
    if not low <= numbers.get("initial_value", max(low, min(high, 0.0))) <= high:
        return [Problem("/initial_value", "must be between min_value and max_value", "range")]
    return []


def unique_action_ids(value: Json) -> list[Problem]:
    """No two elements of a block share an action_id."""
    seen: set[str] = set()
    problems = []
    for index, element in enumerate(value.get("elements") or []):
        action_id = element.get("action_id")
        if action_id in seen:
            message = f"action_id `{action_id}` already exists in this block"
            problems.append(Problem(f"/elements/{index}/action_id", message, "duplicate_action_id"))
        if action_id:
            seen.add(action_id)
    return problems


def cell_text_total(value: Json) -> list[Problem]:
    """At most 20,000 characters over all cells of a data_table."""
    total = sum(len(str(cell.get("text", ""))) for row in value["rows"] for cell in row)
    if total <= MAX_CELL_TEXT:
        return []
    return [Problem("/rows", f"must be less than {MAX_CELL_TEXT + 1} characters in total", "too_long")]


def _options(value: Json) -> list[tuple[str, Json]]:
    found = [(f"/options/{index}", option) for index, option in enumerate(value.get("options") or [])]
    for number, group in enumerate(value.get("option_groups") or []):
        found += [
            (f"/option_groups/{number}/options/{index}", option)
            for index, option in enumerate(group.get("options") or [])
        ]
    return found


def _same_option(one: Json, other: Json) -> bool:
    same_text = (one.get("text") or {}).get("text") == (other.get("text") or {}).get("text")
    return same_text and one.get("value") == other.get("value")
