"""The verdict: what it says of known numbers, and what must hold for all numbers."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import Counts
from bot.domain.verdict import (
    Outcome,
    Rule,
    bad_share,
    difference,
    explanation,
    judge,
    sentence,
    wilson,
    windows,
)

totals = st.integers(1, 10**7)
OPPOSITE = {Outcome.BETTER: Outcome.WORSE, Outcome.WORSE: Outcome.BETTER}


@st.composite
def counted(draw: st.DrawFn) -> Counts:
    """Some events, of which some are bad."""
    total = draw(totals)
    return Counts(total - draw(st.integers(0, total)), total)


def bad(number: float, of: float) -> Counts:
    return Counts(of - number, of)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (bad(1903, 6140), bad(12, 6020), "errors 31 % → 0.2 %: better"),
        (bad(292, 13900), bad(1325, 14100), "errors 2.1 % → 9.4 %: worse"),
        (bad(60, 6000), bad(62, 6000), "errors 1 % → 1 %: no change"),
        (bad(31, 99), bad(0, 6000), "errors: not enough data"),
        (bad(31, 6000), bad(0, 0), "errors: not enough data"),
        (bad(3100, 10_000), bad(0, 10_000), "errors 31 % → 0 %: better"),
    ],
)
def test_the_headline_says_from_what_to_what_and_the_verdict(before: Counts, after: Counts, words: str) -> None:
    assert sentence(judge(before, after, Rule())).replace("\u00a0", " ") == words


def test_the_test_is_said_in_words() -> None:
    verdict = judge(bad(310, 1000), bad(2, 1000), Rule())
    assert explanation(verdict).replace("\u00a0", " ") == (
        "1,000 events before, 1,000 after; the difference is between −33.7 and −28.0 points (95 % sure)"
    )
    few = judge(bad(310, 1000), bad(0, 7), Rule())
    assert explanation(few) == "1,000 events before, 7 after; each side needs 100"


def test_wilson_gives_the_published_interval() -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857–872, table I: 81 of 263 and 15 of 148."""
    assert wilson(bad(81, 263), 0.95) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(bad(15, 148), 0.95) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_the_difference_gives_the_published_interval() -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 873–890, table II, method 10: 56/70 − 48/80 and 10/10 − 0/10."""
    assert difference(bad(48, 80), bad(56, 70), 0.95) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(bad(0, 10), bad(10, 10), 0.95) == pytest.approx((0.6075, 1.0), abs=5e-5)


def test_a_trifle_is_no_verdict_however_many_the_events() -> None:
    before, after = bad(20_000, 10**7), bad(25_000, 10**7)
    assert judge(before, after, Rule()).outcome is Outcome.SAME
    assert judge(before, after, Rule(least_change=0)).outcome is Outcome.WORSE


@given(counted(), counted())
def test_turned_round_better_is_worse(before: Counts, after: Counts) -> None:
    there, back = judge(before, after, Rule()).outcome, judge(after, before, Rule()).outcome
    assert back is OPPOSITE.get(there, there)


@given(counted())
def test_nothing_is_better_or_worse_than_itself(counts: Counts) -> None:
    assert judge(counts, counts, Rule(min_events=1, least_change=0)).outcome is Outcome.SAME


@given(counted(), counted(), st.floats(0.5, 0.999))
def test_the_interval_holds_the_difference_that_was_seen(before: Counts, after: Counts, confidence: float) -> None:
    low, high = difference(before, after, confidence)
    seen = after.bad / after.total - before.bad / before.total
    assert -1 <= low <= seen + 1e-9
    assert seen - 1e-9 <= high <= 1


@given(counted(), counted())
def test_more_confidence_never_makes_a_verdict_of_none(before: Counts, after: Counts) -> None:
    if judge(before, after, Rule(confidence=0.8)).outcome is Outcome.SAME:
        assert judge(before, after, Rule(confidence=0.99)).outcome is Outcome.SAME


@given(counted(), counted(), st.integers(1, 10**7))
def test_too_few_on_either_side_is_not_enough(before: Counts, after: Counts, least: int) -> None:
    verdict = judge(before, after, Rule(min_events=least))
    assert (verdict.outcome is Outcome.NOT_ENOUGH_DATA) == (min(before.total, after.total) < least)


@given(st.floats(), st.floats(), st.floats(), st.floats())
def test_whatever_a_source_answers_there_is_a_verdict_in_words(a: float, b: float, c: float, d: float) -> None:
    verdict = judge(Counts(a, b), Counts(c, d), Rule(min_events=0))
    assert sentence(verdict)
    assert explanation(verdict)
    for share in (verdict.share_before, verdict.share_after):
        assert share is None or 0 <= share <= 1


def test_more_good_than_all_is_none_bad() -> None:
    assert bad_share(Counts(101.5, 100)) == 0
    assert bad_share(Counts(-3, 100)) == 1
    assert bad_share(Counts(0, 0)) is None
    assert bad_share(Counts(math.nan, 5)) is None


def test_the_time_of_the_change_itself_counts_for_neither_side() -> None:
    begun = datetime(2026, 1, 1, 2, 12, tzinfo=UTC)
    done = begun + timedelta(minutes=2)
    seen = windows(begun, done, timedelta(minutes=10), timedelta(minutes=5))
    assert (seen.before_from, seen.before_to) == (begun - timedelta(minutes=10), begun)
    assert (seen.after_from, seen.after_to) == (done, done + timedelta(minutes=5))
