"""Levels of a spent budget: crossed once, again after a recovery, and only the highest of several told."""

from datetime import UTC, datetime, timedelta

from bot.domain.slo import Counts, SloStatus, State
from bot.domain.slo.crossing import Crossing, advance
from bot.domain.slo.notices import GONE, level_of, rule_of, spending, told
from tests.support.slos import slo

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LEVELS = (0.5, 0.75, 0.9)
EVENTS = 1_000_000.0


def spent(share: float | None) -> SloStatus:
    """An SLO of 99.9 % that has spent this share of its budget; None where nothing is known."""
    counts = None if share is None else Counts(EVENTS * (1 - 0.001 * share), EVENTS)
    return SloStatus(slo(), NOON, State.OK, counts)


def played(*shares: float | None) -> list[dict[str, float]]:
    """What is told at each of these shares, one after the other."""
    known: dict[str, Crossing] = {}
    words = []
    for number, share in enumerate(shares):
        at = NOON + number * timedelta(minutes=1)
        moves = advance("a", known, list(spending(spent(share), LEVELS)), at)
        known |= {move.after.rule: move.after for move in moves}
        known = {rule: each for rule, each in known.items() if each.ended_at is None}
        words.append(told(move.after for move in moves if move.before is None))
    return words


def test_each_level_is_told_once() -> None:
    assert played(0.4, 0.5, 0.6, 0.74, 0.76, 0.8, 0.95) == [{}, {"a": 0.5}, {}, {}, {"a": 0.75}, {}, {"a": 0.9}]


def test_of_several_levels_only_the_highest_is_told() -> None:
    assert played(0.92) == [{"a": 0.9}]


def test_a_budget_that_is_gone_alerts_and_is_not_told_of() -> None:
    assert played(0.2, 1.3) == [{}, {}]
    assert played(0.95, 1.0) == [{"a": 0.9}, {}]


def test_a_budget_that_hovers_at_a_level_is_told_of_once() -> None:
    assert played(*[0.5, 0.48] * 20) == [{"a": 0.5}, *[{}] * 39]


def test_one_that_recovers_and_is_spent_again_is_told_of_again() -> None:
    assert played(0.5, 0.44, 0.5) == [{"a": 0.5}, {}, {"a": 0.5}]


def test_nothing_is_told_of_what_is_not_known() -> None:
    assert played(0.5, None, 0.5) == [{"a": 0.5}, {}, {}]


def test_a_rule_names_its_level_and_back() -> None:
    assert [level_of(rule_of(each)) for each in (*LEVELS, GONE)] == [*LEVELS, GONE]
    assert level_of("page:14.4:1h:5m") is None
