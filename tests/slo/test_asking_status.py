"""`/slo status`: told at once from the last evaluation, chosen by words, turned page by page, looked up in the past."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot.catalog.model import Service
from bot.command import Invocation, Later, Reply, Say
from bot.domain.slo import Measurement, SliQuery
from bot.ports import Transient
from bot.services.slo_facts import SloPictures
from bot.services.slos import SloService
from bot.store.db import Database
from commands.slo_lists import SloLists
from tests.slo.asking import ANA, NOON, Asking, catalog, sampled, words

DAY = timedelta(days=1)
CHECKOUT = sampled("checkout-availability", "checkout", labels={"team": "payments", "tier": "gold"})
CART = sampled("cart-availability", "cart", target=0.9)
SERVICES = (Service(name="checkout", owners=("ana",)), Service(name="cart", owners=("ben",)))
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
async def ask(database: Database) -> Asking:
    asking = Asking(database, catalog([CHECKOUT, CART], *SERVICES))
    await asking.lay("checkout", NOON - 30 * DAY, NOON, good=99_000, bad=1_500)
    await asking.lay("cart", NOON - 30 * DAY, NOON, good=10_000)
    return asking


async def test_the_last_evaluation_is_told_at_once_and_nothing_follows_while_it_is_young(ask: Asking) -> None:
    await ask.evaluate()
    ask.at += timedelta(seconds=20)
    told = await ask.type("/slo status")
    assert (told.late, len(told.messages)) == (False, 1)
    assert "1 budget gone, 1 healthy" in told.text
    assert "As of 12:00:00 UTC" in told.text


async def test_an_old_evaluation_says_its_age_and_is_followed_by_a_new_one(ask: Asking) -> None:
    await ask.evaluate()
    ask.at += timedelta(minutes=12)
    first, newer = (await ask.type("/slo status")).messages
    assert "12\u00a0min old; newer figures follow" in words(first)
    assert "newer figures follow" not in words(newer)


async def test_what_was_never_evaluated_is_not_called_healthy(ask: Asking) -> None:
    first, newer = (await ask.type("/slo status")).messages
    assert "Not evaluated yet. Not counted as healthy." in words(first)
    assert "budget gone" in words(newer)


@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        ("checkout", "Checkout availability", "Cart"),
        ("payments", "Checkout availability", "Cart"),
        ("tier=gold", "Checkout availability", "Cart"),
        ("gold GONE", "Checkout availability", "Cart"),
        ("ben", "Cart availability", "Checkout"),
        ("healthy", "Cart availability", "Checkout"),
        ("ok cart checkout", "Cart availability", "Checkout"),
    ],
)
async def test_words_choose_by_service_team_tag_and_state(ask: Asking, typed: str, shown: str, hidden: str) -> None:
    await ask.evaluate()
    text = (await ask.type(f"/slo status {typed}")).text
    assert shown in text
    assert hidden not in text


async def test_words_that_fit_nothing_now_are_not_an_error(ask: Asking) -> None:
    await ask.evaluate()
    assert "No SLO fits “cart gone” at the moment" in (await ask.type("/slo status cart gone")).text


async def test_an_unknown_word_gets_the_nearest_and_keeps_the_others(ask: Asking) -> None:
    told = await ask.type("/slo status chekout gone")
    assert "Did you mean checkout" in told.text
    assert told.value("/slo status checkout gone")[1] == "/slo status checkout gone"


async def test_the_name_of_an_slo_shows_it_in_full(ask: Asking) -> None:
    ask.follow = False  # nobody draws pictures here
    told = await ask.type("/slo status checkout-availability")
    assert told.late
    assert "Checkout availability: budget gone" in told.text


async def test_a_past_time_shows_how_they_stood_then(ask: Asking) -> None:
    await ask.lay("cart", NOON, NOON + DAY, good=0, bad=5_000)
    ask.at = NOON + DAY
    await ask.evaluate()
    assert "2 budget gone" in (await ask.type("/slo status")).text
    past = await ask.type("/slo status --at 1d")
    assert words(past.messages[0]) == words((await ask.type("/slo status --at 2026-06-15T12:00Z")).messages[0])
    assert past.late
    assert "1 budget gone, 1 healthy" in past.text
    assert "a past time that was asked for" in past.text
    now = await ask.click(past, "Show now")
    assert now.replaced
    assert "2 budget gone" in now.text


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("--at yesterdayish", "is no time"), ("--at 2026-07-01", "has not come yet"), ("--page two", "is no page")],
)
async def test_a_time_or_page_that_is_none_is_answered_with_an_example(ask: Asking, typed: str, answer: str) -> None:
    text = (await ask.type(f"/slo status {typed}")).text
    assert answer in text
    assert "For example: /slo status" in text


async def test_hundreds_are_turned_page_by_page_in_place(database: Database) -> None:
    many = [sampled(f"api-{number:03}", "checkout") for number in range(230)]
    ask = Asking(database, catalog(many, *SERVICES))
    await ask.lay("checkout", NOON - 30 * DAY, NOON, good=99_000, bad=1_500)
    await ask.evaluate()
    told = await ask.type("/slo status checkout")
    seen = []
    while True:
        seen += [line for line in told.text.splitlines() if "budget gone" in line and "Api" in line]
        if "Next" not in str(told.messages[-1].blocks):
            break
        told = await ask.click(told, "Next 10")
        assert told.replaced
    assert len(set(seen)) == 230
    assert "221 to 230 of 230" in told.text
    back = await ask.click(told, "Previous 10")
    assert "211 to 220 of 230" in back.text


async def test_a_list_is_shown_to_the_channel_as_it_was_looked_at(ask: Asking) -> None:
    await ask.evaluate()
    shown = await ask.click(await ask.type("/slo status payments"), "Show to channel")
    assert shown.public
    assert "shown by" in shown.text
    assert "Cart" not in shown.text


async def test_scripts_get_the_record_of_a_running_bot_and_never_an_old_one(ask: Asking) -> None:
    await ask.evaluate()
    ask.at += timedelta(seconds=50)
    assert {status.as_of for status in await ask.house.slos.current(timedelta(minutes=1))} == {NOON}
    ask.at += timedelta(seconds=50)
    assert {status.as_of for status in await ask.house.slos.current(timedelta(minutes=1))} == {ask.at}


class Silent:
    """A source that takes every question and never answers one."""

    name = "sampler"
    delay = timedelta(0)

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.given_up = asyncio.Event()

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        self.asked += [query.indicator.name for query in queries]
        await self.given_up.wait()
        raise Transient("The source does not answer.")


async def test_no_answer_waits_for_a_source_that_is_silent(ask: Asking) -> None:
    await ask.evaluate()
    ask.at += timedelta(minutes=12)
    silent = Silent()
    slos = SloService(lambda: ask.catalog, {"sampler": silent}, ask.house.clock, ask.house.database)
    pictures = SloPictures(ask.house.database, lambda: ask.catalog, slos)
    lists = SloLists(pictures, ask.house.directory, ask.house.clock, lambda name: Later(never))
    async with asyncio.timeout(5):
        told = await lists.status(Invocation("key", ANA, "C1", "/slo", "status", "status"))
    assert isinstance(told, Say)
    assert told.then is not None
    assert "newer figures follow" in words(told.message)
    assert silent.asked == []
    silent.given_up.set()
    newer = await asyncio.wait_for(told.then(), 5)
    assert newer is not None
    assert "The source does not answer" in words(newer)
    assert "1 budget gone" in words(newer)


async def never() -> Reply:
    raise AssertionError("nobody asked for one SLO")


async def test_an_slo_without_data_is_looked_at_again_and_no_other_is(database: Database) -> None:
    slos = [CHECKOUT, sampled("idle-availability", "idle")]
    ask = Asking(database, catalog(slos, Service(name="idle"), *SERVICES))
    await ask.lay("checkout", NOON - 30 * DAY, NOON, good=99_000)
    await ask.evaluate()
    ask.at += timedelta(seconds=10)
    assert "1 without data" in (await ask.type("/slo status")).text
    await ask.lay("idle", NOON - DAY, NOON, good=100)
    told = await ask.type("/slo status")
    assert len(told.messages) == 2
    now = await ask.house.slo_pictures.status_now(only_old=True)
    assert {slo.status.slo.name: slo.status.as_of for slo in now.slos} == {
        "checkout-availability": NOON,
        "idle-availability": ask.at,
    }
