"""What an outage would cost: the reference figures of the workbook, and a history played minute by minute."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slo import ALERTS, Counts, LowTraffic
from bot.domain.slo.burn import DEFAULT_GUARD, NO_GUARD, burns_faster, windows_of
from bot.domain.slo.simulation import Outage, simulate, understood
from tests.support.slos import slo

MINUTE = timedelta(minutes=1)
DAYS30 = 30 * 1440


def clean(per_minute: float) -> dict[str, Counts | None]:
    """Each burn window of a service without errors."""
    lengths = {name: length / MINUTE for name, length in windows_of(ALERTS).items()}
    return {name: Counts(per_minute * minutes, per_minute * minutes) for name, minutes in lengths.items()}


def test_twenty_minutes_of_full_outage_cost_twenty_minutes_of_the_budget() -> None:
    whole = Counts(100.0 * DAYS30, 100.0 * DAYS30)
    leaving = Counts(2000.0, 2000.0)
    outcome = simulate(slo(), whole, leaving, clean(100), Outage(20 * MINUTE), 100, NO_GUARD)
    assert outcome.spent == pytest.approx(20 / 43.2)
    assert outcome.left == pytest.approx(1 - 20 / 43.2)


def test_alerts_fire_when_the_workbook_says() -> None:
    whole = Counts(1000.0 * DAYS30, 1000.0 * DAYS30)
    outcome = simulate(slo(), whole, Counts(0, 0), clean(1000), Outage(20 * MINUTE), 1000, NO_GUARD)
    seconds = [firing.after.total_seconds() for firing in outcome.alerts if firing.after is not None]
    assert seconds == pytest.approx([51.84, 129.6, 259.2, 259.2])


def test_an_outage_too_mild_for_an_alert_never_fires_it() -> None:
    outcome = simulate(slo(), Counts(1e6, 1e6), Counts(0, 0), clean(100), Outage(3000 * MINUTE, 0.005), 100, NO_GUARD)
    fired = {firing.alert.factor: firing.after is not None for firing in outcome.alerts}
    assert fired == {14.4: False, 6.0: False, 3.0: True, 1.0: True}


def test_a_short_outage_ends_before_the_slower_alerts_fire() -> None:
    outcome = simulate(slo(), Counts(1e6, 1e6), Counts(0, 0), clean(100), Outage(2 * MINUTE), 100, NO_GUARD)
    assert [firing.after is not None for firing in outcome.alerts] == [True, False, False, False]


def test_little_traffic_is_held_back_until_there_are_enough_events() -> None:
    outcome = simulate(slo(), Counts(1e4, 1e4), Counts(0, 0), clean(0.5), Outage(60 * MINUTE), 0.5, DEFAULT_GUARD)
    page = outcome.alerts[0]
    assert page.after is None  # 30 events an hour are fewer than 50


def test_a_budget_that_is_gone_lasts_no_longer() -> None:
    whole = Counts(99.0 * DAYS30, 100.0 * DAYS30)
    outcome = simulate(slo(), whole, Counts(0, 0), clean(100), Outage(5 * MINUTE), 100, NO_GUARD)
    assert outcome.lasts == timedelta(0)
    assert outcome.left < -8


def test_an_outage_milder_than_the_budget_lasts_for_ever() -> None:
    whole = Counts(100.0 * DAYS30, 100.0 * DAYS30)
    assert simulate(slo(), whole, Counts(0, 0), {}, Outage(MINUTE, 0.0009), 100, NO_GUARD).lasts is None


@given(
    share=st.floats(0.02, 1),
    per_minute=st.floats(10, 10_000),
    errors=st.floats(0, 0.002),
    minutes=st.integers(30, 600),
)
def test_alerts_fire_when_a_history_played_minute_by_minute_says(
    share: float, per_minute: float, errors: float, minutes: int
) -> None:
    """Within a minute, since the played history is looked at once a minute."""
    lengths = {name: round(length / MINUTE) for name, length in windows_of(ALERTS).items()}
    before = {name: Counts(per_minute * n * (1 - errors), per_minute * n) for name, n in lengths.items()}
    defined = slo()
    outcome = simulate(
        defined, before["3d"], Counts(0, 0), before, Outage(minutes * MINUTE, share), per_minute, NO_GUARD
    )

    def held(window: str, passed: int) -> Counts:
        inside = min(passed, lengths[window])
        old = lengths[window] - inside
        bad = per_minute * (inside * share + old * errors)
        return Counts(per_minute * (inside + old) - bad, per_minute * (inside + old))

    for firing in outcome.alerts:
        played = [
            passed
            for passed in range(minutes)
            if all(burns_faster(held(each, passed), defined.budget, firing.alert.factor)
                   for each in (firing.alert.long, firing.alert.short))
        ]  # fmt: skip
        expected = played[0] if played else minutes
        found = firing.after / MINUTE if firing.after is not None else minutes
        assert abs(found - expected) <= 1.001


@given(st.floats(1, 5000), st.floats(0.05, 1), st.floats(0, 0.0009))
def test_what_lasts_so_long_leaves_nothing(per_minute: float, share: float, errors: float) -> None:
    total = per_minute * DAYS30
    whole = Counts(total * (1 - errors), total)
    first = simulate(slo(), whole, Counts(0, 0), {}, Outage(MINUTE, share), per_minute, LowTraffic())
    assert first.lasts is not None
    again = simulate(slo(), whole, Counts(0, 0), {}, Outage(first.lasts, share), per_minute, LowTraffic())
    assert again.left == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "seconds", "share"),
    [
        ("20m", 1200, 1.0), ("1h30m", 5400, 1.0), ("20 min at 50 %", 1200, 0.5), ("90s 5%", 90, 0.05),
        ("2 h", 7200, 1.0), ("1.5h at 12.5%", 5400, 0.125),
    ],
)  # fmt: skip
def test_an_outage_is_read_as_people_write_it(text: str, seconds: float, share: float) -> None:
    assert understood(text) == Outage(timedelta(seconds=seconds), share)


@pytest.mark.parametrize("text", ["", "long", "20", "20m at 150 %", "20m at 0 %", "0m", "20m yesterday", "900000d"])
def test_what_is_no_outage_is_not_guessed(text: str) -> None:
    assert understood(text) is None
