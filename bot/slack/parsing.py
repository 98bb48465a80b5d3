"""From the words behind a slash command to the arguments its sub-command declares; what does not fit says so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.command import Argument, SubCommand

_WORD = re.compile(r"\S+")
_NEAR_ENOUGH = 60.0
"""Of 100: `opne` is near `open`, `xyz` is near nothing."""
_MOST_NEAR = 2


@dataclass(frozen=True, slots=True)
class Given:
    """The arguments as they were typed, by name."""

    args: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Misused:
    """The line does not fit, in one sentence."""

    problem: str


@dataclass(frozen=True, slots=True)
class UnknownFlag:
    """A flag that the sub-command does not have."""

    flag: str


class _Words:
    """The words of a line one after another, with what is left of it as it was typed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def next(self) -> str | None:
        found = _WORD.search(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found.group()

    def peek(self) -> str | None:
        found = _WORD.search(self._text, self._at)
        return found.group() if found else None

    def rest(self) -> str:
        left, self._at = self._text[self._at :].strip(), len(self._text)
        return left


def split(text: str) -> tuple[str, str]:
    """The first word, and what follows it as it was typed."""
    words = _Words(text)
    first = words.next() or ""
    return first, words.rest()


def parse(sub: SubCommand, text: str) -> Given | Misused | UnknownFlag:
    """Read what follows a sub-command. With a `rest` argument only declared flags are flags, all else is its text."""
    flags = {argument.name: argument for argument in sub.arguments if argument.is_flag}
    positions = [argument for argument in sub.arguments if not argument.is_flag]
    given: dict[str, str] = {}
    words = _Words(text)
    while (word := words.peek()) is not None:
        name, equals, value = word.partition("=")
        if name in flags:
            words.next()
            problem = _take_flag(flags[name], words, given, value if equals else None)
            if problem:
                return Misused(problem)
        elif positions and positions[0].rest:
            given[positions.pop(0).key] = words.rest()
        elif word.startswith("--"):
            return UnknownFlag(word)
        elif positions and positions[0].several:
            given[positions[0].key] = f"{given.get(positions[0].key, '')} {words.next()}".strip()
        elif not positions:
            return Misused(f"{sub.name} takes no “{word}”")
        else:
            given[positions.pop(0).key] = words.next() or ""
    missing = next((argument for argument in sub.arguments if argument.required and argument.key not in given), None)
    return Misused(f"{sub.name} needs {missing.name}") if missing else Given(given)


def _take_flag(flag: Argument, words: _Words, given: dict[str, str], inline: str | None) -> str:
    """Note a flag and its value; what is wrong with it, or nothing."""
    if not flag.value:
        given[flag.key] = ""
        return "" if inline is None else f"{flag.name} takes no value"
    value = inline if inline is not None else words.next()
    if not value or (inline is None and value.startswith("--")):
        return f"{flag.name} needs {flag.value}"
    given[flag.key] = value
    return ""


def nearest(word: str, known: Sequence[str]) -> tuple[str, ...]:
    """The known words that were probably meant, the nearest first; two only where they are equally near."""
    found = process.extract(word.lower(), known, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH, limit=_MOST_NEAR)
    return tuple(name for name, score, _ in found if score == found[0][1])
