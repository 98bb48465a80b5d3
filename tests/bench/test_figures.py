import pytest

from bench.declare import depth
from bench.result import Result, quantile


@pytest.mark.parametrize(("share", "expected"), [(0.5, 3.0), (0.95, 5.0), (0.2, 1.0), (1.0, 5.0)])
def test_a_quantile_is_one_of_the_samples(share: float, expected: float) -> None:
    assert quantile([4.0, 2.0, 5.0, 1.0, 3.0], share) == expected


def call(at: float, ms: float) -> dict[str, object]:
    return {"at": at, "ms": ms}


def test_calls_side_by_side_do_not_make_a_chain_longer() -> None:
    create, invite, card, pin = call(0.0, 100), call(0.11, 100), call(0.12, 100), call(0.23, 100)
    assert depth([pin, card, invite, create]) == 3
    assert depth([create, call(0.05, 100)]) == 1


def test_a_relative_target_bounds_the_ratio_and_another_the_value() -> None:
    assert Result("m", 15.0, "ms", 1.5, floor=10.0, relative=True).ok
    assert not Result("m", 15.1, "ms", 1.5, floor=10.0, relative=True).ok
    assert not Result("m", 15.0, "ms", 1.5, floor=10.0).ok
    assert Result("m", 15.0, "ms").ok


def test_what_was_never_answered_misses_its_target_and_is_null() -> None:
    unanswered = Result("m", float("inf"), "ms", 3000.0, floor=10.0)
    assert not unanswered.ok
    assert unanswered.record()["value"] is None
    assert unanswered.record()["ratio"] is None
