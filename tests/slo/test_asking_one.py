"""`/slo show`, `explain` and `simulate`: one SLO in full, every figure traced, and what an outage would cost."""

from datetime import datetime, timedelta

import pytest

from bot.catalog.model import Service
from bot.domain.sla import Promise, Side, Sla
from bot.store.db import Database
from bot.store.owing import insert
from bot.store.schema.alerts import alert_groups
from tests.slo.asking import NOON, Asking, catalog, sampled
from tests.support.incidents import an_incident

DAY = timedelta(days=1)
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
async def ask(database: Database) -> Asking:
    """30 days at 100 requests a minute, of which 0.25 % failed: a quarter of the budget of 99 %."""
    slos = [sampled("checkout-availability", "checkout"), sampled("idle-availability", "idle")]
    promise = Promise("availability", 0.995, slos=("checkout-availability",))
    sla = Sla("merchants", "Merchants", Side.CLIENT, "Merchant agreement", promises={"availability": promise})
    services = (Service(name="checkout"), Service(name="idle"))
    asking = Asking(database, catalog(slos, *services, slas={"merchants": sla}))
    asking.follow = False  # nobody draws pictures here
    await asking.lay("checkout", NOON - 30 * DAY, NOON, good=4_309_200, bad=10_800)
    await asking.evaluate()
    return asking


async def test_every_figure_is_traced_to_its_question_and_answer(ask: Asking) -> None:
    told = await ask.type("/slo explain checkout-availability")
    assert told.late
    assert 'bad: hits_total{service="checkout",code="500"}' in told.text
    assert "Answered: 4,309,200 good of 4,320,000, so 10,800 bad" in told.text
    assert "SLI = good ÷ total = 4,309,200 ÷ 4,320,000 = 99.75\u00a0%" in told.text
    assert "43,200 bad events of 4,320,000, or 432\u00a0min of 30\u00a0d" in told.text
    assert "Left = 1 − bad ÷ allowed = 1 − 10,800 ÷ 43,200 = 75\u00a0% = 324.00\u00a0min" in told.text
    assert "1\u00a0d: 360 bad of 144,000 = 0.25×" in told.text
    assert "Time to exhaustion = left × window ÷ burn rate: never at this rate" in told.text
    assert "14.4× over 1\u00a0h and 5\u00a0min, page: does not fire" in told.text
    assert "the long window needs 50 events, 2 of them bad" in told.text
    assert "30\u00a0d of 30\u00a0d hold data" in told.text


async def test_what_counted_nothing_is_explained_without_inventing_figures(ask: Asking) -> None:
    text = (await ask.type("/slo explain idle-availability")).text
    assert "no answer that counts" in text
    assert "SLI =" not in text
    assert "nothing is known of how complete it is" in text


async def test_an_outage_is_calculated_from_the_counts_at_hand(ask: Asking) -> None:
    text = (await ask.type("/slo simulate checkout-availability 20m")).text
    assert "20\u00a0min of full outage would leave 70\u00a0% of its budget" in text
    assert "It has 75\u00a0% now; the outage spends 4.6\u00a0% of the whole" in text
    assert "The budget would last 5\u00a0h 27\u00a0min of it" in text
    assert "14.4× over 1\u00a0h and 5\u00a0min: pages after 8\u00a0min" in text
    assert "100\u00a0events a minute" in text


async def test_an_outage_of_a_part_says_how_bad_it_is(ask: Asking) -> None:
    text = (await ask.type("/slo simulate checkout-availability 20m at 10 %")).text
    assert "10\u00a0% errors for 20\u00a0min would leave" in text
    assert "14.4× over 1\u00a0h and 5\u00a0min: stays silent" in text


async def test_an_outage_that_is_none_is_answered_with_an_example(ask: Asking) -> None:
    text = (await ask.type("/slo simulate checkout-availability forever")).text
    assert "“forever” is no outage" in text
    assert "/slo simulate checkout-availability 20m at 50 %" in text


async def test_what_spent_the_budget_are_incidents_and_pages_that_belong_to_none(ask: Asking) -> None:
    """A day's errors cost 8.3 % of what was spent in 30 days: 3.6 of 108 min."""
    began = NOON - 10 * DAY
    times = {"began_at": began, "detected_at": began, "declared_at": began, "resolved_at": began + DAY}
    await an_incident(ask.house.database, services=["checkout"], resolution="rolled back", **times)
    await an_incident(ask.house.database, services=["cart"], **times)
    await a_page(ask.house.database, NOON - 20 * DAY, NOON - 18 * DAY)
    text = (await ask.type("/slo show checkout-availability")).text
    assert "3.6\u00a0min  INC-1: rolled back" in text
    assert "7.2\u00a0min  A-1: disk is full" in text
    assert "INC-2" not in text
    assert "97.2\u00a0min  below any alert" in text


async def test_last_month_is_one_click_from_an_slo_and_leaves_it_standing(ask: Asking) -> None:
    report = await ask.click(await ask.type("/slo show checkout-availability"), "Last month")
    assert not report.replaced
    assert "only checkout-availability" in report.text


async def a_page(database: Database, start: datetime, end: datetime) -> None:
    """An alert that woke somebody and belongs to no incident."""
    async with database.write() as tx:
        values = {
            "key": "disk", "source": "test", "title": "disk is full", "service": "checkout", "started_at": start,
            "last_seen": end, "resolved_at": end, "priority": "high", "state": "resolved", "decision": "page",
        }  # fmt: skip
        await tx.connection.execute(insert(tx, alert_groups).values(**values))


async def test_without_traffic_nothing_is_calculated(ask: Asking) -> None:
    assert "Too little is known" in (await ask.type("/slo simulate idle-availability 20m")).text


@pytest.mark.parametrize("line", ["show chekout-availability", "explain chekout-availability"])
async def test_a_mistyped_name_gets_the_nearest(ask: Asking, line: str) -> None:
    told = await ask.type(f"/slo {line}")
    right = line.replace("chekout", "checkout")
    assert told.value(f"/slo {right}"[:29] + "…")[1] == f"/slo {right}"


async def test_an_outage_is_asked_for_in_a_form_and_answered_in_it(ask: Asking) -> None:
    shown = await ask.type("/slo show checkout-availability")
    form = await ask.open(shown, "What if…")
    assert "Nothing happens but a calculation" in str(form["blocks"])
    assert "Write a length" in str(await ask.submit(form, outage="soon"))
    told = await ask.submit(form, outage="1h at 50 %")
    assert "50\u00a0% errors for 1\u00a0h would leave" in told.text


async def test_what_was_promised_to_clients_stands_beside_the_target(ask: Asking) -> None:
    told = (await ask.type("/slo show checkout-availability")).text
    assert "99.5\u00a0% availability in Merchant agreement, more than this target" in told
    assert "Promised" not in (await ask.type("/slo show idle-availability")).text


async def test_a_list_leads_to_one_and_from_there_to_its_explanation(ask: Asking) -> None:
    shown = await ask.click(await ask.type("/slo status"), "Show")
    explained = await ask.click(shown, "Explain")
    assert "How" in explained.text
    assert "is counted" in explained.text
