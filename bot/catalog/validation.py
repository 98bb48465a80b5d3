"""From YAML values to typed parts: pydantic does the checking, this turns what it says into file, line and sentence."""

import dataclasses
import re
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.catalog.problems import Findings, Problem, nearest, unknown
from bot.catalog.reading import At, Document, Value

Shape = TypeVar("Shape", bound=BaseModel)

_UNKNOWN_KEY = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MAPPING = frozenset({"dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"})
_LIST = frozenset({"tuple_type", "list_type"})
LONG = 80
"""Values of so many characters are not repeated in a message."""


class UnknownKeys(Enum):
    """What a key that the shape does not have amounts to."""

    ERRORS = auto()
    WARNINGS = auto()


def validated(
    shape: type[Shape],
    document: Document,
    at: At,
    found: Findings,
    *,
    named: Mapping[str, Value] | None = None,
    unknown_keys: UnknownKeys = UnknownKeys.ERRORS,
) -> Shape | None:
    """The value at `at` as `shape`, or None with every reason reported.

    `named` are fields that the file gives elsewhere, such as the key a service stands under. An empty `key:` whose
    place is a list or a mapping counts as left out.
    """
    content = document.value(at)
    if not isinstance(content, dict):
        state = "is missing or empty." if content is None else "must be a mapping (key: value)."
        found.errors.append(document.problem(at, f"{path(at) or 'the document'} {state}"))
        return None
    given = named or {}
    for field in given.keys() & content.keys():
        found.errors.append(document.problem((*at, field), f"{field!r} is not written here: the key above names it."))
    value: dict[str, Value] = {**content, **given}
    interpreter = _Interpreter(shape, document, at, frozenset(given))
    while True:
        try:
            return shape.model_validate(value)
        except ValidationError as error:
            details = error.errors(include_url=False)
        slimmer = _without(value, {detail["loc"] for detail in details if _is_passable(detail, unknown_keys)})
        if slimmer == value:
            found.errors += interpreter.problems(details)
            return None
        value = slimmer
        if unknown_keys is UnknownKeys.WARNINGS:
            found.warnings += interpreter.ignored(details)


def _is_passable(detail: ErrorDetails, unknown_keys: UnknownKeys) -> bool:
    if detail["type"] in _UNKNOWN_KEY:
        return unknown_keys is UnknownKeys.WARNINGS
    return detail["input"] is None and detail["type"] in _MAPPING | _LIST and isinstance(detail["loc"][-1], str)


def _without(value: Value, places: set[tuple[int | str, ...]], here: At = ()) -> Any:
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if (*here, key) not in places}
        return {key: _without(item, places, (*here, key)) for key, item in kept.items()}
    if isinstance(value, list):
        return [_without(item, places, (*here, index)) for index, item in enumerate(value)]
    return value


@dataclass(frozen=True, slots=True)
class _Interpreter:
    """Says in the file's own terms what pydantic found out about the value at one place."""

    shape: type[BaseModel]
    document: Document
    at: At
    named: frozenset[str]

    def problems(self, details: list[ErrorDetails]) -> list[Problem]:
        """One a place, since a union's further branches say the same in other words; but every missing key."""
        told: dict[object, Problem] = {}
        for detail in details:
            place = self._place(detail)
            what, allowed = self._sentence(detail, place)
            key = detail["loc"] if detail["type"] == "missing" else place
            told.setdefault(key, self.document.problem(place, what, allowed))
        return list(told.values())

    def ignored(self, details: list[ErrorDetails]) -> list[Problem]:
        """The keys that nobody will read."""
        problems = []
        for detail in details:
            if detail["type"] in _UNKNOWN_KEY:
                sentence, allowed = self._unknown_key(detail["loc"])
                problems.append(self.document.problem(self._place(detail), f"{sentence} It is ignored.", allowed))
        return problems

    def _place(self, detail: ErrorDetails) -> At:
        at: At = (*self.at, *detail["loc"])
        while at and at not in self.document.lines:
            at = at[:-1]
        return at

    def _sentence(self, detail: ErrorDetails, place: At) -> tuple[str, str]:
        kind, loc, given = detail["type"], detail["loc"], detail["input"]
        where = path(place)
        if kind == "missing":
            return _prefixed(path((*self.at, *loc[:-1])), f"{loc[-1]!r} is missing."), ""
        if kind in _UNKNOWN_KEY:
            return self._unknown_key(loc)
        if kind == "value_error":
            return _prefixed(where, detail["msg"].removeprefix("Value error, ").rstrip(".") + "."), ""
        if given is None:
            return f"{where} is empty. A value that begins with # needs quotes, or it is a comment.", ""
        if kind in _MAPPING:
            return f"{where} must be a mapping (key: value).", ""
        if kind in _LIST:
            return f"{where} must be a list.", ""
        if kind == "literal_error":
            return _no_choice(where, self.document.written.get(place, given), detail)
        message = detail["msg"].split(", ")[0]
        _, should, rest = message.partition("should")
        written = self.document.written.get(place, given)
        shown = f", not {written!r}" if isinstance(written, str | int | float) and len(str(written)) < LONG else ""
        return f"{where} {should}{rest or message}{shown}.", ""

    def _unknown_key(self, loc: Sequence[int | str]) -> tuple[str, str]:
        hidden = self.named if len(loc) == 1 else frozenset[str]()
        return unknown("The key", str(loc[-1]), set(keys_at(self.shape, loc[:-1])) - hidden)


def _prefixed(where: str, sentence: str) -> str:
    return f"{where}: {sentence}" if where else sentence


def _no_choice(where: str, written: object, detail: ErrorDetails) -> tuple[str, str]:
    choices = re.findall(r"'([^']*)'", str(detail.get("ctx", {}).get("expected", "")))
    meant = nearest(str(written), choices)
    hint = f" Did you mean {meant!r}?" if meant else ""
    return f"{where}: {written!r} is not known.{hint}", ", ".join(choices)


def path(at: At) -> str:
    """The place in words: `services.checkout.owners[0]`; empty for the whole document."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in at)
    return "".join(steps).removeprefix(".")


def keys_at(shape: object, loc: Sequence[int | str]) -> list[str]:
    """The keys that `shape` allows at a place inside it."""
    for candidate in _unwrapped(shape):
        fields = _fields(candidate)
        if fields is not None:
            if not loc:
                return list(fields)
            if loc[0] in fields:
                return keys_at(fields[str(loc[0])], loc[1:])
        elif loc and (inner := _inner(candidate)) is not None:
            return keys_at(inner, loc[1:])
    return []


def _unwrapped(shape: object) -> Iterator[object]:
    """The types behind Annotated and unions."""
    origin = typing.get_origin(shape)
    if origin is typing.Annotated:
        yield from _unwrapped(typing.get_args(shape)[0])
    elif origin in (typing.Union, types.UnionType):
        for member in typing.get_args(shape):
            yield from _unwrapped(member)
    else:
        yield shape


def _fields(shape: object) -> dict[str, object] | None:
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {info.alias or name: info.annotation for name, info in shape.model_fields.items()}
    if isinstance(shape, type) and dataclasses.is_dataclass(shape):
        return dict(typing.get_type_hints(shape))
    return None


def _inner(shape: object) -> object:
    """The type of a mapping's values or of a list's items; None for anything else."""
    origin, arguments = typing.get_origin(shape), typing.get_args(shape)
    if not arguments:
        return None
    return arguments[0] if origin in (tuple, list) else arguments[-1]
