import asyncio

import pytest

from bot.store.bell import Bell, Ear


async def _hears(ear: Ear) -> bool:
    try:
        async with asyncio.timeout(0.02):
            await ear.wait(60)
    except TimeoutError:
        return False
    return True


async def test_a_ring_before_the_wait_is_not_lost() -> None:
    bell = Bell()
    ear = bell.ear("effects")
    bell.ring(["effects"])
    assert await _hears(ear)


async def test_many_rings_wake_once() -> None:
    bell = Bell()
    ear = bell.ear("effects")
    bell.ring(["effects", "effects"])
    bell.ring(["effects"])
    assert await _hears(ear)
    assert not await _hears(ear)


async def test_everyone_with_an_ear_for_a_bell_wakes_even_one_that_was_busy() -> None:
    bell = Bell()
    waiting, busy = bell.ear("effects"), bell.ear("effects")
    heard = asyncio.create_task(_hears(waiting))
    await asyncio.sleep(0)
    bell.ring(["effects"])
    assert await heard
    assert await _hears(busy)


async def test_another_bell_wakes_nobody() -> None:
    bell = Bell()
    ear = bell.ear("effects")
    bell.ring(["surfaces", "never heard of"])
    assert not await _hears(ear)


async def test_a_part_of_a_bell_wakes_those_who_wait_for_it_or_for_the_whole_and_nobody_else() -> None:
    bell = Bell()
    pages, rooms, whole = bell.ear("effects:page", "effects:mail"), bell.ear("effects:room"), bell.ear("effects")
    bell.ring(["effects:page"])
    assert [await _hears(each) for each in (pages, rooms, whole)] == [True, False, True]


async def test_a_ring_of_the_whole_wakes_those_who_wait_for_a_part() -> None:
    bell = Bell()
    pages, rooms = bell.ear("effects:page", "effects:mail"), bell.ear("effects:room")
    bell.ring(["effects"])
    assert [await _hears(each) for each in (pages, rooms)] == [True, True]


@pytest.mark.parametrize("seconds", [0.0, 0.01])
async def test_without_a_ring_the_wait_ends_by_itself(seconds: float) -> None:
    async with asyncio.timeout(5):
        await Bell().wait("effects", seconds)


async def test_one_waiter_alone_needs_no_ear_of_its_own() -> None:
    bell = Bell()
    await bell.wait("effects", 0)
    bell.ring(["effects"])
    async with asyncio.timeout(5):
        await bell.wait("effects", 60)
