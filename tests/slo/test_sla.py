"""Agreements: what a chain of suppliers adds up to, and how a period comes out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sla import (
    Chain,
    PenaltyBand,
    Period,
    Promise,
    Side,
    Sla,
    Supplier,
    composite,
    downtime,
    looser,
    percent_as_ratio,
    settle,
)
from bot.domain.sla_words import chain_words
from bot.domain.slo import Counts
from bot.domain.slo.windows import bounds
from tests.support.slos import slo

PROMISE = Promise("availability", 0.99, slos=("portal",), penalties=(PenaltyBand(0.99, 0.1), PenaltyBand(0.95, 0.25)))
MONTH = timedelta(days=30)


def chain(*percents: float, redundant: bool = False) -> Chain:
    return Chain(tuple(Supplier(f"{each}", percent_as_ratio(each)) for each in percents), redundant)


@pytest.mark.parametrize(
    ("parts", "together"),
    [
        (chain(99.95, 99.99), 0.99940005),
        (chain(99.95, 99.9), 0.9985005),
        (chain(99.95, 99.99, 99.9, 99.9, 99.95), 0.9969035481754),
        (chain(99.99, 99.9, redundant=True), 0.9999999),
        (Chain((Supplier("front", 0.9995), chain(99.99, 99.9, redundant=True))), 0.9994999000500),
    ],
    ids=["front and data", "front and vault", "all five of ie-bank", "a fallback", "a fallback behind a front"],
)
def test_a_chain_is_as_good_as_the_reference_says(parts: Chain, together: float) -> None:
    assert composite(parts) == pytest.approx(together, abs=1e-13)


def test_the_chain_of_five_may_be_down_for_134_minutes_a_month_and_27_hours_a_year() -> None:
    together = composite(chain(99.95, 99.99, 99.9, 99.9, 99.95))

    assert downtime(together, MONTH) / timedelta(minutes=1) == pytest.approx(133.77, abs=0.005)
    assert downtime(together, timedelta(days=365)) / timedelta(hours=1) == pytest.approx(27.12, abs=0.005)


@given(st.lists(st.floats(0, 1).map(lambda ratio: round(ratio, 6)), min_size=1, max_size=6))
def test_all_needed_is_no_better_than_the_worst_and_any_enough_no_worse_than_the_best(ratios: list[float]) -> None:
    parts = tuple(Supplier(str(each), each) for each in ratios)

    assert composite(Chain(parts)) <= min(ratios)
    assert composite(Chain(parts, redundant=True)) >= max(ratios)


def test_a_kept_promise_owes_nothing() -> None:
    outcome = settle(PROMISE, [Counts(995, 1000)])

    assert (outcome.attained, outcome.kept, outcome.penalty) == (0.995, True, None)
    assert outcome.deviation == 0.005


def test_a_promise_kept_to_the_last_event_is_kept() -> None:
    assert settle(PROMISE, [Counts(990, 1000)]).kept is True
    assert settle(PROMISE, [Counts(989, 1000)]).kept is False


@pytest.mark.parametrize(("good", "credit"), [(989, 0.1), (950, 0.1), (949, 0.25), (0, 0.25)])
def test_a_broken_promise_owes_the_deepest_band_it_fell_below(good: int, credit: float) -> None:
    outcome = settle(PROMISE, [Counts(good, 1000)])

    assert outcome.penalty is not None
    assert outcome.penalty.credit == credit
    assert outcome.deviation == pytest.approx(good / 1000 - 0.99)


def test_the_worst_of_several_slos_decides() -> None:
    assert settle(PROMISE, [Counts(1000, 1000), Counts(980, 1000)]).attained == 0.98


@pytest.mark.parametrize("measured", [[], [None], [Counts(0, 0)], [Counts(1000, 1000), None]])
def test_what_was_not_measured_is_neither_kept_nor_broken(measured: list[Counts | None]) -> None:
    outcome = settle(PROMISE, measured)

    assert (outcome.attained, outcome.deviation, outcome.kept, outcome.penalty) == (None, None, None, None)


def test_a_promise_is_broken_by_what_is_known_even_if_not_all_is() -> None:
    assert settle(PROMISE, [Counts(10, 1000), None]).kept is False


def test_an_slo_is_looser_only_than_a_promise_it_measures() -> None:
    portal = slo("portal", target=0.9)

    assert looser(portal, PROMISE)
    assert not looser(replace(portal, target=0.99), PROMISE)
    assert not looser(replace(portal, name="other"), PROMISE)


def test_an_agreement_is_settled_over_calendar_periods_of_its_own_zone() -> None:
    sla = Sla("clients", "Clients", Side.CLIENT, time_zone="Europe/Brussels")
    at = datetime(2026, 2, 15, tzinfo=UTC)

    assert bounds(sla.window, at) == (datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 2, 28, 23, tzinfo=UTC))
    start, end = bounds(replace(sla, period=Period.QUARTER, time_zone="UTC").window, at)
    assert (start, end) == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def test_a_chain_is_told_with_the_time_that_may_be_its_suppliers() -> None:
    five = chain(99.95, 99.99, 99.9, 99.9, 99.95)
    sla = Sla("clients", "Clients", Side.CLIENT, promises={"availability": PROMISE}, chain=five)
    tight = replace(sla, promises={"availability": replace(PROMISE, target=0.9975)})

    assert plain(chain_words(sla)) == "Its suppliers promise 99.69 % together: 2 h 13 min of 30 d may be theirs."
    assert "together, less than it promises itself: 2 h" in plain(chain_words(tight))
    assert chain_words(replace(sla, chain=None)) == ""


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")
