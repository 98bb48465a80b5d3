"""YAML as plain values that know their lines."""

from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.catalog.problems import Findings
from bot.catalog.reading import Document, parse, read


def one(text: str, env: dict[str, str] | None = None) -> Document:
    found = Findings()
    documents = parse(text, "a.yaml", env or {}, found)
    assert not found.errors
    return documents[0]


def complaint(text: str, env: dict[str, str] | None = None) -> str:
    found = Findings()
    parse(text, "a.yaml", env or {}, found)
    assert len(found.errors) == 1
    return str(found.errors[0])


def test_every_value_knows_its_line() -> None:
    document = one("# a comment\nservices:\n  checkout:\n\n    owners:\n      - ana\n      - ben\n")

    assert document.content == {"services": {"checkout": {"owners": ["ana", "ben"]}}}
    assert document.line(("services", "checkout")) == 3
    assert document.line(("services", "checkout", "owners", 1)) == 7


def test_a_place_that_is_not_there_takes_the_line_of_what_is_around_it() -> None:
    document = one("a:\n  b: 1\n")

    assert document.line(("a", "c", 0, "d")) == 1
    assert document.value(("a", "c", 0)) is None
    assert document.mapping(("a", "b")) == {}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("12", 12),
        ("-1_000", -1000),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5e3", 1500.0),
        ("-.INF", float("-inf")),
        ("'12'", "12"),
        ("2020-01-21 12:30:00", "2020-01-21 12:30:00"),
        ("2020-01-21", "2020-01-21"),
        ("!custom text", "text"),
    ],
)
def test_scalars_are_what_yaml_1_2_says_and_dates_stay_text(text: str, value: object) -> None:
    assert one(f"a: {text}").content == {"a": value}


def test_a_file_may_hold_several_documents_and_empty_ones_do_not_count() -> None:
    found = Findings()
    documents = parse("# nothing\n---\na: 1\n---\n---\nb: 2\n", "a.yaml", {}, found)

    assert [document.content for document in documents] == [{"a": 1}, {"b": 2}]
    assert [document.line(()) for document in documents] == [3, 6]
    assert documents[1].line(("b",)) == 6


def test_aliases_and_merge_keys_are_followed() -> None:
    document = one("base: &base {a: 1, b: 2}\nmore: &more {c: 3}\nboth:\n  <<: [*base, *more]\n  b: 4\n")

    assert document.value(("both",)) == {"b": 4, "a": 1, "c": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3: the key 'a' stands here twice (first in line 1)."),
        ("a: [1\nb: 2\n", "a.yaml:2: is not YAML: expected ',' or ']', but got ':'."),
        (
            "a:\n\tb: 1\n",
            "a.yaml:2: is not YAML: found character '\\t' that cannot start any token. Indent with spaces.",
        ),
        ("a: *nope\n", "a.yaml:1: is not YAML: found undefined alias 'nope'."),
        ("a: \x07\n", "a.yaml: is not YAML: unacceptable character #x0007: special characters are not allowed."),
        ("a: &a\n  - *a\n", "a.yaml:1: is not usable YAML: an alias that contains itself, or far too many values."),
        ("? [1, 2]\n: 3\n", "a.yaml:1: a key must be a plain text."),
        ("[" * 1200, "a.yaml: is nested too deeply to be read."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text: str, said: str) -> None:
    assert complaint(text) == said


def test_aliases_that_multiply_themselves_are_refused_quickly() -> None:
    laughs = "\n".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]" for n in range(1, 9))

    found = Findings()
    parse(f"x0: &x0 ha\n{laughs}\n", "a.yaml", {}, found)

    assert found.errors
    assert "far too many values" in str(found.errors[0])


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("name: Zoë".encode("latin-1"))
    found = Findings()

    assert read(tmp_path / "gone.yaml", {}, found) == []
    assert read(latin, {}, found) == []
    assert "gone.yaml: cannot be read: No such file" in str(found.errors[0])
    assert "latin.yaml: is not UTF-8 text" in str(found.errors[1])


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    path = tmp_path / "bom.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\n")

    assert read(path, {}, Findings())[0].content == {"name": "x"}


plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(st.characters(codec="ascii", categories=["L", "N"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdef", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text("abcdef", min_size=1), plain_values, max_size=5))
def test_what_is_written_as_yaml_is_read_back(value: dict[str, object]) -> None:
    stream = StringIO()
    YAML(typ="safe", pure=True).dump(value, stream)
    documents = parse(stream.getvalue(), "a.yaml", {}, Findings())

    assert documents[0].content == value


@given(st.text())
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    found = Findings()
    documents = parse(text, "a.yaml", {}, found)

    assert all(document.line(()) >= 1 for document in documents)
