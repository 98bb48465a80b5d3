"""OpenSLO's duration shorthand."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5m", timedelta(minutes=5)),
        ("12h", timedelta(hours=12)),
        ("30d", timedelta(days=30)),
        ("4w", timedelta(weeks=4)),
        ("1M", timedelta(days=30.44)),
        ("1Q", timedelta(days=91.32)),
        ("1Y", timedelta(days=365.25)),
    ],
)
def test_a_shorthand_stands_for_a_length(text: str, length: timedelta) -> None:
    assert parse_duration(text).length == length


def test_the_case_of_the_letter_matters() -> None:
    assert parse_duration("1m").words == "1 minute"
    assert parse_duration("1M").words == "1 month"
    assert parse_duration("3M").words == "3 months"


def test_a_month_of_99_9_percent_has_43_8_minutes_to_spend() -> None:
    assert parse_duration("1M").length * 0.001 == timedelta(minutes=43.8336)


@pytest.mark.parametrize(
    "text", ["", "0d", "-1d", "1.5h", "01d", "1 d", "d", "1", "1s", "1y", "1D", "30days", "١d", "1d\n"]
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"a whole number and one of m \(minutes\), .*, M \(months\)"):
        parse_duration(text)


def test_a_length_beyond_all_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="too long a duration"):
        parse_duration("999999999Y")


@given(st.integers(1, 1_000_000), st.sampled_from("mhdwMQY"))
def test_every_shorthand_is_read_as_written(count: int, unit: str) -> None:
    duration = parse_duration(f"{count}{unit}")

    assert (duration.count, duration.unit) == (count, unit)
    assert duration.length == count * parse_duration(f"1{unit}").length


@given(st.text(max_size=8).filter(lambda text: not re.fullmatch(r"[1-9][0-9]*[mhdwMQY]", text)))
def test_no_other_text_is_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)
