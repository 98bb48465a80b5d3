"""Crossings: begun at once, ended after a while, and the same whenever they are looked at."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import ALERTS, BURN_WINDOWS, BurnAlert, Counts, SloStatus, State, Urgency
from bot.domain.slo.crossing import Crossing, Sighting, advance, alert_of, burning, rule_of
from tests.support.slos import slo

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAGE = ALERTS[0]


def look(known: Crossing | None, at: datetime, *, over: bool = False, well: bool = False) -> Crossing | None:
    """The crossing after one sighting of the page's rule, whose crossing ends after a minute."""
    moves = advance("a", {known.rule: known} if known else {}, [Sighting("r", over, well, MINUTE)], at)
    return moves[0].after if moves else known


def test_a_crossing_begins_at_the_first_look_that_sees_it() -> None:
    assert look(None, NOON, over=True) == Crossing("a", "r", NOON)
    assert look(None, NOON, well=True) is None
    assert look(None, NOON) is None


def test_it_ends_only_once_it_has_looked_well_for_a_while() -> None:
    crossing = look(None, NOON, over=True)
    crossing = look(crossing, NOON + MINUTE, well=True)
    assert crossing is not None
    assert (crossing.well_since, crossing.ended_at) == (NOON + MINUTE, None)
    crossing = look(crossing, NOON + 1.9 * MINUTE, well=True)
    assert crossing is not None
    assert crossing.ended_at is None
    crossing = look(crossing, NOON + 2 * MINUTE, well=True)
    assert crossing is not None
    assert crossing.ended_at == NOON + 2 * MINUTE


def test_one_that_hovers_at_the_threshold_is_one_crossing() -> None:
    crossing = look(None, NOON, over=True)
    for second in range(0, 3600, 15):
        crossing = look(crossing, NOON + timedelta(seconds=second), over=second % 30 == 0, well=second % 30 != 0)
        assert crossing is not None
        assert (crossing.began_at, crossing.ended_at) == (NOON, None)


def test_what_is_not_known_neither_begins_nor_ends_anything() -> None:
    crossing = look(look(None, NOON, over=True), NOON + MINUTE, well=True)
    assert look(crossing, NOON + 60 * MINUTE) == crossing


def test_a_crossing_whose_rule_nobody_asks_for_is_over() -> None:
    known = {"old": Crossing("a", "old", NOON)}
    (move,) = advance("a", known, [Sighting("r", over=False, well=True)], NOON + MINUTE)
    assert (move.before, move.after.ended_at) == (known["old"], NOON + MINUTE)


@given(st.lists(st.sampled_from(["over", "well", "unknown"]), max_size=60))
def test_looking_twice_at_the_same_changes_nothing_more(seen: list[str]) -> None:
    crossing: Crossing | None = None
    for number, word in enumerate(seen):
        at = NOON + number * MINUTE / 4
        crossing = look(crossing, at, over=word == "over", well=word == "well")
        if crossing is not None and crossing.ended_at is None:
            assert look(crossing, at, over=word == "over", well=word == "well") == crossing
        if crossing is not None and crossing.ended_at is not None:
            assert crossing.ended_at == at
            assert all(each == "well" or each == "unknown" for each in seen[max(0, number - 4) : number + 1])
            crossing = None


@pytest.mark.parametrize("alert", [*ALERTS, BurnAlert(Urgency.PAGE, 13.44, "90m", "15m", at_least=True)], ids=rule_of)
def test_a_rule_names_its_alert_and_back(alert: BurnAlert) -> None:
    assert alert_of(rule_of(alert)) == alert


def status(burns: dict[str, Counts | None], state: State = State.OK, *, alerts: Sequence[object] = ()) -> SloStatus:
    return SloStatus(slo(), NOON, state, Counts(1, 1), burns, alerts)  # type: ignore[arg-type]


def seen(shown: SloStatus) -> tuple[bool, bool]:
    first = next(iter(burning(shown, ALERTS)))
    return first.over, first.well


def test_a_window_without_data_says_nothing_until_the_long_one_is_empty_too() -> None:
    full: dict[str, Counts | None] = dict.fromkeys(BURN_WINDOWS, Counts(1, 1))
    assert seen(status(full)) == (False, True)
    assert seen(status(full, alerts=[PAGE])) == (True, False)
    assert seen(status(full | {"5m": None})) == (False, False)
    assert seen(status(full | {"5m": None, "1h": None}, State.NO_DATA)) == (False, True)
    assert seen(status({}, State.ERROR)) == (False, False)


def test_an_alert_ends_after_a_fifth_of_its_short_window() -> None:
    holds = [each.hold for each in burning(status({}), ALERTS)]
    assert holds == [MINUTE, 6 * MINUTE, 24 * MINUTE, 72 * MINUTE]
