"""The vocabulary in which the limits of Block Kit are written down, and the walk that checks JSON against it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playground.json_types import Json


@dataclass(frozen=True, slots=True)
class Problem:
    """`pointer` is a JSON pointer, `message` Slack's words, `rule` a stable short name of what was broken."""

    pointer: str
    message: str
    rule: str

    def line(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


@dataclass(frozen=True, slots=True)
class Str:
    """A string of `minimum` to `maximum` characters, of a fixed set, or of a pattern."""

    maximum: int | None = None
    minimum: int = 1
    choices: tuple[str, ...] = ()
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class Url:
    maximum: int = 3000
    schemes: tuple[str, ...] = ("http", "https")


@dataclass(frozen=True, slots=True)
class Int:
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Bool:
    """true or false, and nothing else."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Not checked: parts whose limits Slack does not publish."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text object of 1 to `maximum` characters; `plain` allows plain_text only."""

    maximum: int
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    of: "Spec"
    minimum: int = 1
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """An untyped object, by its name in the table (confirm, option, …)."""

    name: str


@dataclass(frozen=True, slots=True)
class Typed:
    """An object whose `type` is one of these names in the table."""

    kinds: tuple[str, ...]


Spec = Str | Url | Int | Bool | Anything | Text | Items | Object | Typed

# A rule over several fields: the messages and rule names of what is wrong, with a pointer below the object.
Rule = Callable[[Json], list[Problem]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of an object; those in `required` must be there, any other field is refused."""

    fields: Mapping[str, Spec]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = field(default=())


Table = Mapping[str, Shape]


def check(value: object, spec: Spec, pointer: str, table: Table) -> list[Problem]:
    """All problems of a value, in reading order."""
    match spec:
        case Anything():
            return []
        case Str():
            return _check_str(value, spec, pointer)
        case Url():
            return _check_url(value, spec, pointer)
        case Int():
            return _check_int(value, spec, pointer)
        case Bool():
            return [] if isinstance(value, bool) else [Problem(pointer, "must be a boolean", "type")]
        case Text():
            return _check_text(value, spec, pointer)
        case Items():
            return _check_items(value, spec, pointer, table)
        case Object():
            return check_shape(value, table[spec.name], pointer, table)
        case Typed():
            return _check_typed(value, spec, pointer, table)


def check_shape(value: object, shape: Shape, pointer: str, table: Table, ignore: tuple[str, ...] = ()) -> list[Problem]:
    """An object against its shape; fields in `ignore` were checked elsewhere."""
    if not isinstance(value, dict):
        return [Problem(pointer, "must be an object", "type")]
    problems = [
        Problem(pointer, f"missing required field: {name}", "required")
        for name in shape.required
        if value.get(name) is None
    ]
    for name, part in value.items():
        if name in ignore:
            continue
        if name not in shape.fields:
            problems.append(Problem(pointer, f"invalid additional property: {name}", "unknown_field"))
        elif part is not None:
            problems += check(part, shape.fields[name], f"{pointer}/{name}", table)
    if problems:
        return problems
    return [
        Problem(pointer + found.pointer, found.message, found.rule) for rule in shape.rules for found in rule(value)
    ]


def _length(text: str, minimum: int, maximum: int | None, pointer: str) -> list[Problem]:
    if len(text) < minimum:
        return [Problem(pointer, f"must be more than {minimum - 1} characters", "too_short")]
    if maximum is not None and len(text) > maximum:
        return [Problem(pointer, f"must be less than {maximum + 1} characters", "too_long")]
    return []


def _check_str(value: object, spec: Str, pointer: str) -> list[Problem]:
    if not isinstance(value, str):
        return [Problem(pointer, "must be a string", "type")]
    if spec.choices and value not in spec.choices:
        return [Problem(pointer, f"must be one of: {', '.join(spec.choices)}", "choice")]
    if spec.pattern and not re.fullmatch(spec.pattern, value):
        return [Problem(pointer, "does not have the required format", "format")]
    return _length(value, spec.minimum, spec.maximum, pointer)


def _check_url(value: object, spec: Url, pointer: str) -> list[Problem]:
    if not isinstance(value, str):
        return [Problem(pointer, "must be a string", "type")]
    if problems := _length(value, 1, spec.maximum, pointer):
        return problems
    if urlsplit(value).scheme not in spec.schemes or any(character.isspace() for character in value):
        return [Problem(pointer, "must be a valid URL", "url")]
    return []


def _check_int(value: object, spec: Int, pointer: str) -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int):
        return [Problem(pointer, "must be an integer", "type")]
    if not spec.minimum <= value <= spec.maximum:
        return [Problem(pointer, f"must be between {spec.minimum} and {spec.maximum}", "range")]
    return []


def _check_text(value: object, spec: Text, pointer: str) -> list[Problem]:
    if not isinstance(value, dict):
        return [Problem(pointer, "must be a text object", "type")]
    kinds = ("plain_text",) if spec.plain else ("plain_text", "mrkdwn")
    kind = value.get("type")
    if kind not in kinds:
        return [Problem(f"{pointer}/type", f"must be one of: {', '.join(kinds)}", "text_type")]
    own_flag = "emoji" if kind == "plain_text" else "verbatim"
    shape = Shape({"type": Str(), "text": Str(spec.maximum), own_flag: Bool()}, required=("type", "text"))
    return check_shape(value, shape, pointer, {})


def _check_items(value: object, spec: Items, pointer: str, table: Table) -> list[Problem]:
    if not isinstance(value, list):
        return [Problem(pointer, "must be an array", "type")]
    if len(value) < spec.minimum:
        return [Problem(pointer, f"must have at least {spec.minimum} items", "too_few")]
    if spec.maximum is not None and len(value) > spec.maximum:
        return [Problem(pointer, f"no more than {spec.maximum} items allowed", "too_many")]
    return [
        problem for index, item in enumerate(value) for problem in check(item, spec.of, f"{pointer}/{index}", table)
    ]


def _check_typed(value: object, spec: Typed, pointer: str, table: Table) -> list[Problem]:
    if not isinstance(value, dict):
        return [Problem(pointer, "must be an object", "type")]
    kind = value.get("type")
    if not isinstance(kind, str):
        return [Problem(pointer, "missing required field: type", "required")]
    if kind not in spec.kinds:
        return [Problem(f"{pointer}/type", f"unsupported type: {kind}", "unsupported_type")]
    if kind in ("plain_text", "mrkdwn"):
        return _check_text(value, Text(3000), pointer)
    return check_shape(value, table[kind], pointer, table, ignore=("type",))
