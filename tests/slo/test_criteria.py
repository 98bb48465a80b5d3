"""The sampler's own alert rules."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.criteria import Judgement, Phase, Standing, downtime, judge, recalled, remembered, too_many
from bot.domain.slo import Counts

START = datetime(2026, 1, 1, tzinfo=UTC)
ERRORS = too_many(0.05, timedelta(seconds=30), 50)


def look(bad: float, standing: Standing = Standing(), seconds: float = 0, total: float = 100) -> Judgement:  # noqa: B008
    return judge(ERRORS, Counts(total - bad, total), standing, START + timedelta(seconds=seconds))


def test_a_rule_fires_once_its_share_was_above_for_as_long_as_it_must_hold() -> None:
    first = look(31)
    assert (first.standing.phase, first.value) == (Phase.PENDING, 0.31)
    assert look(31, first.standing, 29).standing.phase is Phase.PENDING
    fired = look(31, first.standing, 30)
    assert fired.firing
    assert fired.standing.since == START


def test_exactly_at_the_threshold_is_not_above() -> None:
    assert look(5).standing.phase is Phase.QUIET


def test_a_dip_while_pending_starts_the_wait_anew() -> None:
    pending = look(31).standing
    assert look(1, pending, 20).standing == Standing()


def test_a_value_at_the_threshold_keeps_a_firing_alert_firing() -> None:
    firing = Standing(Phase.FIRING, START)
    assert look(5, firing, 100).firing
    assert look(4.5, firing, 1000).firing


def test_an_alert_ends_once_clearly_below_for_as_long() -> None:
    firing = Standing(Phase.FIRING, START)
    well = look(1, firing, 100)
    assert well.firing
    assert look(1, well.standing, 129).firing
    assert not look(1, well.standing, 130).firing


def test_a_relapse_while_ending_keeps_it_firing() -> None:
    firing = Standing(Phase.FIRING, START, well_since=START)
    assert look(9, firing, 20).standing == Standing(Phase.FIRING, START)


def test_too_few_events_neither_start_nor_end_anything() -> None:
    assert look(20, total=20).standing == Standing()
    firing = Standing(Phase.FIRING, START)
    assert look(0, firing, 1000, total=20).standing == firing
    assert judge(ERRORS, None, firing, START).standing == firing


def test_downtime_is_nothing_but_failed_probes_and_ends_with_nothing_but_good_ones() -> None:
    down, later = downtime(timedelta(seconds=5)), START + timedelta(seconds=5)
    pending = judge(down, Counts(0, 3), Standing(), START).standing
    firing = judge(down, Counts(0, 3), pending, later)
    assert firing.firing
    assert not judge(down, Counts(1, 3), pending, later).firing
    well = judge(down, Counts(3, 3), judge(down, Counts(1, 3), firing.standing, later).standing, later)
    assert well.firing
    assert not judge(down, Counts(3, 3), well.standing, later + timedelta(seconds=5)).firing


@pytest.mark.parametrize("standing", [Standing(), Standing(Phase.PENDING, START), Standing(Phase.FIRING, START, START)])
def test_a_standing_survives_being_written_down(standing: Standing) -> None:
    assert recalled(json.loads(json.dumps(remembered(standing)))) == standing


def test_what_was_never_written_down_is_quiet() -> None:
    assert recalled({}) == Standing()


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20)), max_size=30))
def test_an_alert_never_starts_on_a_good_look_nor_ends_on_a_bad_one(looks: list[tuple[int, int]]) -> None:
    standing, seconds = Standing(), 0
    for bad, later in looks:
        seconds += later
        after = look(bad, standing, seconds)
        if after.firing and standing.phase is not Phase.FIRING:
            assert bad > 5
        if standing.phase is Phase.FIRING and not after.firing:
            assert bad <= 4
        standing = after.standing
