"""YAML files as plain values that remember their lines.

Read through ruamel.yaml's nodes and not its constructors: a date stays the text that was written, a key that stands
twice is noticed, and every value keeps its place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.catalog.environment import Unset, expand
from bot.catalog.problems import Findings, Problem

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
At = tuple[str | int, ...]
"""Where a value stands in its document: keys and list positions from the top."""

LARGEST = 100_000
"""Values in one document; more than that is an alias that multiplies itself."""


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: its content, the line of everything in it, and what stood where a variable was filled in."""

    file: str
    content: Value
    lines: Mapping[At, int] = field(default_factory=dict)
    written: Mapping[At, str] = field(default_factory=dict)

    def line(self, at: At) -> int:
        """The line of that value, or of the nearest one around it that has a place."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)

    def value(self, at: At) -> Value:
        """The value at that place; None where there is none."""
        found = self.content
        for step in at:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return None
        return found

    def mapping(self, at: At = ()) -> dict[str, Value]:
        """The mapping at that place; empty where there is none or something else."""
        found = self.value(at)
        return found if isinstance(found, dict) else {}

    def problem(self, at: At, what: str, allowed: str = "") -> Problem:
        """A finding about the value at that place."""
        return Problem(self.file, self.line(at), what, allowed)


@dataclass(frozen=True, slots=True)
class Place:
    """One spot in one document, for what is passed on and may yet turn out wrong."""

    document: Document
    at: At = ()

    def within(self, *steps: str | int) -> "Place":
        """The spot reached from here by these keys and list positions."""
        return Place(self.document, (*self.at, *steps))

    def problem(self, what: str, allowed: str = "") -> Problem:
        return self.document.problem(self.at, what, allowed)


def read(path: Path, env: Mapping[str, str], found: Findings) -> list[Document]:
    """The file's documents, empty ones left out; what keeps it from being read is reported, and nothing returned."""
    file = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        found.errors.append(Problem(file, 0, f"cannot be read: {error.strerror}."))
        return []
    except UnicodeDecodeError as error:
        found.errors.append(Problem(file, 0, f"is not UTF-8 text: {error.reason} at byte {error.start}."))
        return []
    return parse(text, file, env, found)


def parse(text: str, file: str, env: Mapping[str, str], found: Findings) -> list[Document]:
    """The documents of a YAML text; see `read`."""
    yaml = YAML(typ="safe", pure=True)
    try:
        nodes = list(yaml.compose_all(text))
    except YAMLError as error:
        found.errors.append(_broken(file, error))
        return []
    except RecursionError:
        found.errors.append(Problem(file, 0, "is nested too deeply to be read."))
        return []
    return [_Reader(file, env, found).document(node) for node in nodes if not _is_empty(node)]


def _broken(file: str, error: YAMLError) -> Problem:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(file, 0, f"is not YAML: {str(error).splitlines()[0]}.")
    hint = " Indent with spaces." if "'\\t'" in str(error.problem) else ""
    return Problem(file, error.problem_mark.line + 1, f"is not YAML: {error.problem}.{hint}")


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and _kind(node) == "null"


def _kind(node: Node) -> str:
    """The last part of the node's tag: str, int, null, merge, …"""
    return str(node.tag).rsplit(":", 1)[-1]


class _Reader:
    """Turns one document's nodes into values."""

    def __init__(self, file: str, env: Mapping[str, str], found: Findings) -> None:
        self._file = file
        self._env = env
        self._found = found
        self._lines: dict[At, int] = {}
        self._written: dict[At, str] = {}
        self._open: set[int] = set()

    def document(self, node: Node) -> Document:
        content = self._value(node, ())
        return Document(self._file, content, self._lines, self._written)

    def _value(self, node: Node, at: At) -> Value:
        self._lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, ScalarNode):
            return self._scalar(node, at)
        if id(node) in self._open or len(self._lines) > LARGEST:
            self._report(node, "is not usable YAML: an alias that contains itself, or far too many values.")
            return None
        self._open.add(id(node))
        value = self._mapping(node, at) if isinstance(node, MappingNode) else self._sequence(node, at)
        self._open.discard(id(node))
        return value

    def _sequence(self, node: Node, at: At) -> Value:
        if not isinstance(node, SequenceNode):
            return None
        return [self._value(item, (*at, index)) for index, item in enumerate(node.value)]

    def _mapping(self, node: MappingNode, at: At) -> Value:
        values: dict[str, Value] = {}
        for key, value in _pairs(node):
            if not isinstance(key, ScalarNode):
                self._report(key, "a key must be a plain text.")
                continue
            name = str(key.value)
            if name in values:
                self._report(key, f"the key {name!r} stands here twice (first in line {self._lines[(*at, name)]}).")
                continue
            self._lines[(*at, name)] = key.start_mark.line + 1
            values[name] = self._value(value, (*at, name))
        for name, value in _merged(node):
            if name not in values:
                values[name] = self._value(value, (*at, name))
        return values

    def _scalar(self, node: ScalarNode, at: At) -> Value:
        text = str(node.value)
        if node.style is None and _kind(node) in ("null", "bool", "int", "float"):
            return _plain(text, _kind(node))
        try:
            value = expand(text, self._env)
        except Unset as error:
            self._report(node, str(error))
            return text
        if value != text:
            self._written[at] = text
        return value

    def _report(self, node: Node, what: str) -> None:
        self._found.errors.append(Problem(self._file, node.start_mark.line + 1, what))


def _pairs(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    return ((key, value) for key, value in node.value if _kind(key) != "merge")


def _merged(node: MappingNode, within: tuple[int, ...] = ()) -> Iterator[tuple[str, Node]]:
    """What `<<: *other` brings in, the nearest first."""
    for key, value in node.value:
        if _kind(key) != "merge":
            continue
        for source in value.value if isinstance(value, SequenceNode) else [value]:
            if isinstance(source, MappingNode) and id(source) not in within:
                yield from ((str(inner.value), held) for inner, held in _pairs(source))
                yield from _merged(source, (*within, id(source)))


def _plain(text: str, kind: str) -> Value:
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    digits = text.replace("_", "")
    if kind == "int":
        sign = -1 if digits.startswith("-") else 1
        bare = digits.lstrip("+-")
        return sign * (int(bare, 0) if bare.lower().startswith(("0x", "0o", "0b")) else int(bare))
    return float(digits.lower().replace(".inf", "inf").replace(".nan", "nan"))
