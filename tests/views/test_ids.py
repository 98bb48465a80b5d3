"""What travels to Slack with a click comes back as it went, or is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts.naming import Noun
from bot.slack import ids
from bot.slack.ids import Ref

IDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_./-]{0,40}", fullmatch=True)


@given(IDS, st.integers(0, 999_999_999), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_a_reference_comes_back_as_it_went(name: str, version: int, extra: str) -> None:
    ref = Ref(name, version, extra)
    assert Ref.decode(ref.encode()) == ref


def test_a_reference_is_short_and_readable() -> None:
    assert Ref("A-12", 3, "rollback").encode() == "A-12:3:rollback"
    assert Ref("A-12", 3).encode() == "A-12:3"
    assert Ref("checkout-availability").encode() == "checkout-availability"


@pytest.mark.parametrize("value", ["", ":", "A-12:x", "A 12:3", "A-12:3:", "A-12:-1", "A-12:9999999999", "x" * 2000])
def test_a_value_of_somebody_else_is_none_of_ours(value: str) -> None:
    assert Ref.decode(value) is None


@pytest.mark.parametrize("ref", [Ref(""), Ref("a:b"), Ref("a b"), Ref("a", -1), Ref("a", 1, "x" * 2000)])
def test_what_could_not_be_read_back_is_never_sent(ref: Ref) -> None:
    with pytest.raises(ValueError, match="cannot be carried"):
        ref.encode()


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("INC-42", 42),
        ("inc-42", 42),
        ("#42", 42),
        (" 42 ", 42),
        ("A-42", None),
        ("INC-", None),
        ("INC-4x", None),
        ("", None),
    ],
)
def test_an_incident_is_found_by_whatever_people_call_it(name: str, number: int | None) -> None:
    assert Noun.INCIDENT.number_of(name) == number


def test_a_name_is_a_prefix_and_a_number() -> None:
    assert [noun.name_of(7) for noun in Noun] == ["A-7", "INC-7", "R-7", "P-7", "N-7"]


def test_no_id_is_given_out_twice() -> None:
    for kind in (ids.Action, ids.Form, ids.Field, ids.Shortcut, ids.Event):
        assert len({member.value for member in kind}) == len(list(kind.__members__))
