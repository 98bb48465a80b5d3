"""Reading a target's catalog options: typed, and with every mistake as a sentence."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from rapidfuzz import process

_NEAR = 60
"""Least likeness (0–100, rapidfuzz) of an option that is offered instead of an unknown one."""

Model = TypeVar("Model", bound=BaseModel)


class BadOptions(ValueError):
    """The options cannot be used; `problems` are complete sentences, one for each thing that is wrong."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def read(model: type[Model], options: Mapping[str, str]) -> Model:
    """The options, typed. Raises `BadOptions` with every problem."""
    try:
        return model.model_validate(options)
    except ValidationError as error:
        allowed = list(model.model_fields)
        problems = (_sentence(detail["type"], detail["loc"], detail["msg"], allowed) for detail in error.errors())
        raise BadOptions(tuple(problems)) from error


def _sentence(kind: str, location: tuple[int | str, ...], message: str, allowed: Sequence[str]) -> str:
    name = ".".join(str(part) for part in location)
    if kind == "extra_forbidden":
        near = process.extractOne(name, allowed, score_cutoff=_NEAR)
        hint = f"did you mean `{near[0]}`?" if near else f"allowed: {', '.join(allowed)}."
        return f"Option `{name}` is not known; {hint}"
    if kind == "missing":
        return f"Option `{name}` is missing."
    words = message.removeprefix("Value error, ")
    return f"Option `{name}`: {words}." if name else f"{words}."
