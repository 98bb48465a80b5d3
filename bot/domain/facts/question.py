"""What a runbook asks for before it can be planned."""

from dataclasses import dataclass
from enum import StrEnum


class Answered(StrEnum):
    """How a question is answered."""

    WHOLE = "whole"
    """A whole number."""
    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `least` and `most` bound numbers; `choices` are what can be chosen; `initial` is filled in."""

    name: str
    label: str
    how: Answered
    help: str = ""
    required: bool = False
    initial: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionFacts:
    """The questions of a runbook for a service. `key` is carried back untouched with the answers."""

    title: str
    service: str
    environment: str
    questions: tuple[Question, ...]
    key: str = ""
