import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.retry import LONGEST, pause


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (200, 300)])
def test_pauses_double_up_to_five_minutes(attempts: int, seconds: float) -> None:
    assert pause(attempts).total_seconds() == seconds


@given(attempts=st.integers(1, 10_000))
def test_no_pause_is_longer_than_the_longest(attempts: int) -> None:
    assert pause(attempts) <= LONGEST


@pytest.mark.parametrize(("asked", "seconds"), [(30.0, 30.0), (600.0, 600.0), (0.0, 0.1), (-1.0, 0.1)])
def test_what_the_far_side_asks_for_goes_before(asked: float, seconds: float) -> None:
    assert pause(7, asked).total_seconds() == seconds
