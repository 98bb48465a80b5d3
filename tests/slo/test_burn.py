"""Burn rates and the multi-window alerts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import ALERTS, BURN_WINDOWS, BurnAlert, Counts, Urgency
from bot.domain.slo.burn import (
    DEFAULT_GUARD,
    NO_GUARD,
    burn_rate,
    burns_faster,
    can_fire,
    current_window,
    firing,
    held_back,
    windows_of,
)


def everywhere(counts: Counts | None) -> dict[str, Counts | None]:
    return dict.fromkeys(BURN_WINDOWS, counts)


def test_the_short_window_is_a_twelfth_of_the_long_one() -> None:
    assert all(BURN_WINDOWS[alert.long] / BURN_WINDOWS[alert.short] == 12 for alert in ALERTS)


@pytest.mark.parametrize("budget", [0.001, 0.005, 0.01, 0.05, 0.0005])
@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: f"{alert.factor}x")
def test_a_burn_exactly_at_the_threshold_does_not_fire_and_one_event_more_does(budget: float, alert) -> None:  # type: ignore[no-untyped-def]
    total = 10_000_000.0
    bad = round(total * budget * alert.factor)
    at, above = Counts(total - bad, total), Counts(total - bad - 1, total)
    assert alert not in firing(everywhere(at), budget, NO_GUARD)
    assert alert in firing(everywhere(above), budget, NO_GUARD)


def test_14_44_is_above_14_4() -> None:
    assert burns_faster(Counts(98_556, 100_000), 0.001, 14.4)


def test_both_windows_must_burn() -> None:
    over, under = Counts(900, 1000), Counts(1000, 1000)
    assert firing(everywhere(over) | {"5m": under, "30m": under, "2h": under, "6h": under}, 0.001, NO_GUARD) == ()
    assert firing(everywhere(under) | {"5m": over}, 0.001, NO_GUARD) == ()


def test_an_unknown_window_fires_nothing() -> None:
    assert firing(everywhere(Counts(0, 1000)) | {"5m": None}, 0.001, NO_GUARD) == tuple(ALERTS[1:])


def test_one_error_among_a_few_requests_an_hour_pages_nobody_and_is_said() -> None:
    few = {window: Counts(max(0, hours * 5 - 1), hours * 5) for window, hours in [("5m", 1), ("30m", 1), ("1h", 1)]}
    few |= {"2h": Counts(9, 10), "6h": Counts(29, 30), "1d": Counts(119, 120), "3d": Counts(359, 360)}
    assert [alert for alert in firing(few, 0.001, DEFAULT_GUARD) if alert.severity == "page"] == []
    assert [alert.factor for alert in held_back(few, 0.001, DEFAULT_GUARD)][:2] == [14.4, 6.0]


def test_a_target_below_93_06_percent_can_never_burn_at_14_4() -> None:
    assert can_fire(0.0694, 14.4)
    assert not can_fire(0.0695, 14.4)
    assert not can_fire(0.1, 14.4)


def test_no_traffic_burns_nothing_and_no_data_is_unknown() -> None:
    assert burn_rate(Counts(0, 0), 0.001) == 0.0
    assert burn_rate(None, 0.001) is None


def test_the_current_rate_needs_enough_events_not_to_hang_on_one_error() -> None:
    busy = everywhere(Counts(100, 100))
    assert current_window(busy) == "5m"
    assert current_window(busy | {"5m": Counts(3, 4)}) == "30m"
    assert current_window(everywhere(Counts(1, 1))) == "1h"


@given(st.integers(1, 10**9), st.data())
def test_the_burn_rate_is_one_exactly_where_the_target_is_missed_by_nothing(total: int, data: st.DataObject) -> None:
    bad = data.draw(st.integers(0, total))
    rate = burn_rate(Counts(total - bad, total), 0.001)
    assert rate is not None
    assert (rate > 1) == (bad * 1000 > total)
    assert rate <= 1000


def test_at_least_fires_at_the_threshold_itself_but_never_without_an_error() -> None:
    at = BurnAlert(Urgency.PAGE, 10, "1h", "5m", at_least=True)
    assert firing(everywhere(Counts(90, 100)), 0.01, NO_GUARD, [at]) == (at,)
    assert firing(everywhere(Counts(90, 100)), 0.01, NO_GUARD, [replace(at, at_least=False)]) == ()
    assert firing(everywhere(Counts(100, 100)), 0.01, NO_GUARD, [replace(at, factor=0)]) == ()
    assert can_fire(0.1, 10, at_least=True)
    assert not can_fire(0.1, 10)


def test_windows_of_ones_own_are_measured_beside_those_that_are_always_shown() -> None:
    own = [BurnAlert(Urgency.PAGE, 5, "90m", "10m"), BurnAlert(Urgency.TICKET, 2, "1d", "45s")]
    assert windows_of(ALERTS) == BURN_WINDOWS
    assert windows_of(own) == {
        **BURN_WINDOWS,
        "90m": timedelta(minutes=90),
        "10m": timedelta(minutes=10),
        "45s": timedelta(seconds=45),
    }
    with pytest.raises(ValueError, match="no name of a window"):
        windows_of([BurnAlert(Urgency.PAGE, 5, "soon", "10m")])
