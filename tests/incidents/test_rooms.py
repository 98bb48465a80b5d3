from dataclasses import replace

import pytest

from bot.domain.incident import Declaration
from bot.domain.rooms import Bookmark
from bot.services.requests import NotFound
from bot.store.claims import claim_effects, settle_effect
from bot.store.schema.work import effects, surfaces
from tests.incidents.house import CHECKOUT, House
from tests.support.work import rows


async def _fail(house: House, key: str, words: str) -> None:
    """The step ends as failed, as its performer would say it."""
    async with house.database.write() as tx:
        for one in await claim_effects(tx, "one", 60, 100):
            state, error = ("failed", words) if one.key == key else ("done", "")
            await settle_effect(tx, one, "one", state, error=error)
        step = key.partition(":")[2]
        await house.rooms.part_failed(tx, 1, step, words)


async def _done(house: House) -> None:
    async with house.database.write() as tx:
        for one in await claim_effects(tx, "one", 60, 100):
            await settle_effect(tx, one, "one", "done")


async def _ready(house: House) -> list[str]:
    return [row.key for row in (await rows(house.database, effects)).values() if row.state == "ready"]


async def test_a_room_that_is_open_owes_everything_else_side_by_side(house: House) -> None:
    await house.know_people()
    await house.declared()
    await house.open_room(1)
    assert await house.owed() == [
        "INC-1:room",
        "INC-1:invite:U1",
        "INC-1:topic",
        "INC-1:invite:U2",
        "INC-1:bookmark:checkout/dashboard",
    ]
    shown = await rows(house.database, surfaces)
    assert {key: it.channel for key, it in shown.items()} == {"card:INC-1": "C1", "announce:INC-1": "#incidents"}
    assert shown["card:INC-1"].priority < shown["announce:INC-1"].priority
    assert (await house.lines(1))[-1] == "Channel #inc-1-checkout-is-down opened"


async def test_a_room_opened_twice_keeps_the_first(house: House) -> None:
    await house.declared()
    await house.open_room(1, "C1")
    before = await house.owed()
    await house.open_room(1, "C2")
    assert await house.rooms.room_of(1) == "C1"
    assert await house.owed() == before


async def test_names_are_tried_in_order_until_there_is_a_room(house: House) -> None:
    await house.declared()
    wanted = await house.rooms.room_wanted(1)
    assert wanted is not None
    assert [*wanted.names][:3] == ["inc-1-checkout-is-down", "inc-1-checkout-is-down-2", "inc-1-checkout-is-down-3"]
    assert not wanted.private
    await house.open_room(1)
    assert await house.rooms.room_wanted(1) is None
    assert await house.rooms.room_wanted(99) is None


@pytest.mark.parametrize("title", ["Größe: 50 % <!channel> & *bold*", "決済が落ちた", "!!!", "x" * 80])
async def test_a_room_has_a_name_that_slack_allows_whatever_the_title(house: House, title: str) -> None:
    await house.declared(replace(CHECKOUT, title=title))
    wanted = await house.rooms.room_wanted(1)
    assert wanted is not None
    assert len(set(wanted.names)) == len([*wanted.names])
    for name in wanted.names:
        assert 0 < len(name) <= 80
        assert name.startswith("inc-1")
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


async def test_a_part_that_failed_is_shown_with_its_words_and_can_be_retried(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    assert (await house.pictures.facts(1)).setting_up
    await _fail(house, "INC-1:topic", "Slack says: not_in_channel")
    facts = await house.pictures.facts(1)
    assert [(each.step, each.what, each.why) for each in facts.troubles] == [
        ("topic", "Topic not set", "Slack says: not_in_channel")
    ]
    assert not facts.setting_up
    assert (await house.service.retry(house.asked(), 1, "topic")).done
    facts = await house.pictures.facts(1)
    assert (facts.troubles, facts.setting_up) == ((), True)


async def test_what_did_not_fail_is_not_retried_and_one_click_retries_once(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    assert not (await house.service.retry(house.asked(), 1, "topic")).done
    await _fail(house, "INC-1:topic", "no")
    asked = house.asked()
    assert (await house.service.retry(asked, 1, "topic")).done
    assert not (await house.service.retry(asked, 1, "topic")).done


async def test_joining_is_an_invitation_owed_once(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    for _ in range(2):
        assert (await house.service.join(house.asked("U7"), 1)).done
    assert (await house.owed()).count("INC-1:invite:U7") == 1


async def test_who_left_is_let_in_again_and_a_repeated_click_invites_nobody_twice(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    asked = house.asked("U7")
    await house.service.join(asked, 1)
    await _done(house)
    await house.service.join(asked, 1)
    assert "INC-1:invite:U7" not in await _ready(house)
    await house.service.join(house.asked("U7"), 1)
    assert "INC-1:invite:U7" in await _ready(house)


async def test_the_card_is_pinned_once_it_is_posted(house: House) -> None:
    await house.declared()
    async with house.database.write() as tx:
        await house.service.card_posted(tx, 1)
        await house.service.card_posted(tx, 99)
    assert "INC-1:pin" in await house.owed()
    assert await house.rooms.card(1) is None
    await house.open_room(1)
    await house.post_all()
    place = await house.rooms.card(1)
    assert place is not None
    assert place[0] == "C1"


async def test_the_header_of_a_room_says_what_it_is_for_within_slacks_limit(house: House) -> None:
    await house.declared(replace(CHECKOUT, services=("checkout", "cart")))
    headline = await house.rooms.headline(1)
    assert headline.topic == "INC-1 · SEV2 · checkout is down"
    assert "about checkout, cart" in headline.purpose
    with pytest.raises(NotFound):
        await house.rooms.headline(99)


async def test_a_bookmark_leads_to_the_time_of_the_incident(house: House) -> None:
    await house.declared()
    bookmark = await house.rooms.bookmark(1, "checkout/dashboard")
    began = 1772364600000
    assert bookmark == Bookmark(
        "Checkout: dashboard", f"https://grafana.example/d/checkout?from={began}&to={began + 1_800_000}"
    )
    assert await house.rooms.bookmark(1, "checkout/gone") is None
    assert await house.rooms.bookmark(1, "nothing/dashboard") is None


async def test_a_room_is_known_by_its_channel(house: House) -> None:
    await house.declared()
    assert not await house.rooms.holds("C1")
    await house.open_room(1)
    assert await house.rooms.holds("C1")
    found = await house.service.in_channel("C1")
    assert found is not None
    assert found.number == 1
    assert await house.service.in_channel("C2") is None


async def test_an_incident_without_services_gets_a_room_too(house: House) -> None:
    await house.declared(Declaration("something smells", "SEV4"))
    await house.open_room(1)
    assert await house.owed() == ["INC-1:room", "INC-1:invite:U1", "INC-1:topic"]
