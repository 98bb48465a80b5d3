"""`/slo report` and `compare`: a month or any other time, counted as sums, with incidents and agreements."""

from datetime import datetime, timedelta

import pytest

from bot.catalog.model import Service
from bot.domain.sla import PenaltyBand, Promise, Side, Sla
from bot.store.db import Database
from tests.slo.asking import NOON, Asking, catalog, sampled
from tests.support.incidents import an_incident

DAY = timedelta(days=1)
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def may(day: int, hour: int = 0) -> datetime:
    return NOON.replace(month=5, day=day, hour=hour)


@pytest.fixture
async def ask(database: Database) -> Asking:
    """May: 31,000 requests of checkout, 620 failed, half of them on the 11th; cart had none that failed."""
    slos = [sampled("checkout-availability", "checkout"), sampled("cart-availability", "cart")]
    asking = Asking(database, catalog(slos, Service(name="checkout"), Service(name="cart")))
    await asking.lay("checkout", may(1), may(11), good=9_845, bad=155)
    await asking.lay("checkout", may(11), may(12), good=690, bad=310)
    await asking.lay("checkout", may(12), NOON.replace(day=1, hour=0), good=19_845, bad=155)
    await asking.lay("checkout", NOON.replace(day=1, hour=0), NOON, good=14_500)
    await asking.lay("cart", may(1), NOON, good=45_500)
    return asking


async def test_a_month_is_the_last_whole_one_unless_another_is_named(ask: Asking) -> None:
    told = await ask.type("/slo report")
    assert told.late
    assert "May 2026: 1 of 2\u00a0SLOs missed" in told.text
    assert "98.0\u00a0%, target 99\u00a0%. 200\u00a0% of its budget spent. Worst days: 11 May (100\u00a0%)" in told.text
    assert "1 kept, budget spent: Cart availability 0\u00a0%" in told.text
    june = await ask.type("/slo report this-month")
    assert "June 2026 so far: 2\u00a0SLOs kept" in june.text


async def test_a_report_is_narrowed_down_by_words_in_any_order(ask: Asking) -> None:
    for words in ("cart 2026-05", "may cart"):
        text = (await ask.type(f"/slo report {words}")).text
        assert "May 2026: 1\u00a0SLO kept" in text
        assert "only cart" in text


async def test_an_unknown_word_gets_the_nearest(ask: Asking) -> None:
    told = await ask.type("/slo report chekout")
    assert "Did you mean checkout" in told.text


async def test_a_month_before_anything_was_counted_is_unknown_and_not_kept(ask: Asking) -> None:
    text = (await ask.type("/slo report 2026-03")).text
    assert "nothing is known of any SLO" in text
    assert "2 unknown, not counted as kept" in text


async def test_incidents_of_the_month_are_listed_and_drills_are_none(ask: Asking) -> None:
    times = {"began_at": may(11), "detected_at": may(11), "declared_at": may(11)}
    await an_incident(ask.house.database, services=["checkout"], resolved_at=may(11, 2), **times)
    await an_incident(ask.house.database, services=["checkout"], drill=True, **times)
    text = (await ask.type("/slo report checkout")).text
    assert "Incidents: 1, 2\u00a0h in all" in text
    assert "Incidents: none" in (await ask.type("/slo report cart")).text


async def test_agreements_are_settled_over_their_own_period(ask: Asking) -> None:
    promise = Promise("availability", 0.985, slos=("checkout-availability",), penalties=(PenaltyBand(0.985, 0.1),))
    agreement = Sla("acme", "Acme", Side.CLIENT, "Agreement with Acme", promises={"availability": promise})
    ask.catalog = catalog(ask.catalog.slos, *ask.catalog.services.values(), slas={"acme": agreement})
    text = (await ask.type("/slo report")).text
    assert "promised 98.5\u00a0%, attained 98.00\u00a0%, 0.5 points below; owes 10\u00a0% of the fee" in text


async def test_two_slos_are_compared_over_one_time(ask: Asking) -> None:
    text = (await ask.type("/slo compare checkout-availability cart-availability may")).text
    assert "Checkout availability spent more: 200\u00a0% of its budget, Cart availability 0\u00a0%" in text
    assert "620 of 31,000 events were bad" in text


async def test_one_slo_is_compared_over_two_times(ask: Asking) -> None:
    text = (await ask.type("/slo compare checkout-availability this-month last-month")).text
    assert "May 2026 spent more: 200\u00a0% of its budget, June 2026 0\u00a0%" in text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("compare checkout-availability", "compare needs SLO or time"),
        ("compare chekout-availability cart-availability", "Did you mean checkout-availability"),
        ("compare checkout-availability cart-availability sometime", "is no time that has begun"),
    ],
)
async def test_what_cannot_be_compared_is_answered_with_what_can(ask: Asking, line: str, answer: str) -> None:
    assert answer in (await ask.type(f"/slo {line}")).text


async def test_the_other_month_is_one_click_away(ask: Asking) -> None:
    told = await ask.click(await ask.type("/slo report checkout"), "This month so far")
    assert told.replaced
    assert "June 2026 so far" in told.text
    assert "only checkout" in told.text
