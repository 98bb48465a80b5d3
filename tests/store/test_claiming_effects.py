import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from bot.domain.work import Claimed
from bot.store.claims import LeaseLost, any_effect_due, claim_effects, renew, settle_effect, take_over
from bot.store.db import Database
from bot.store.schema.work import effects
from tests.support.work import LEASE, claim, effect, owe, pass_an_hour, row, settle


async def test_the_oldest_goes_first(database: Database) -> None:
    await owe(database, *(effect(f"e{n}") for n in range(5)))
    assert [one.key for one in await claim(database, limit=3)] == ["e0", "e1", "e2"]
    assert [one.key for one in await claim(database, limit=3)] == ["e3", "e4"]


async def test_a_read_tells_whether_there_is_anything_to_claim(database: Database) -> None:
    async def due(**options: Any) -> bool:
        async with database.read() as tx:
            return await any_effect_due(tx, **options)

    assert not await due()
    await owe(database, effect("later", not_before=datetime.now(UTC) + timedelta(minutes=5)))
    assert not await due()
    await owe(database, effect("now", kind="kind"))
    assert (await due(), await due(kinds=["kind"]), await due(kinds=["another"])) == (True, True, False)
    [one] = await claim(database)
    assert not await due()
    await settle(database, one, state="unsure", not_before=datetime.now(UTC) - timedelta(minutes=5))
    assert (await due(), await due(retake=False)) == (True, False)


async def test_a_lane_is_worked_one_at_a_time_in_order(database: Database) -> None:
    await owe(database, effect("a1", "a"), effect("a2", "a"), effect("b1", "b"))
    first = await claim(database)
    assert [one.key for one in first] == ["a1", "b1"]
    assert await claim(database) == []
    await settle(database, first[0])
    assert [one.key for one in await claim(database)] == ["a2"]


@pytest.mark.parametrize("ending", ["failed", "done"])
async def test_an_ended_one_lets_its_lane_go_on(database: Database, ending: str) -> None:
    await owe(database, effect("a1", "a"), effect("a2", "a"))
    [one] = await claim(database)
    await settle(database, one, state=ending)
    assert [one.key for one in await claim(database)] == ["a2"]


async def test_one_that_waits_for_its_time_holds_its_lane(database: Database) -> None:
    later = datetime.now(UTC) + timedelta(minutes=5)
    await owe(database, effect("a1", "a", not_before=later), effect("a2", "a"))
    assert await claim(database) == []


async def test_one_of_unknown_end_holds_its_lane_and_comes_back_to_be_looked_up(database: Database) -> None:
    await owe(database, effect("a1", "a"), effect("a2", "a"))
    [one] = await claim(database)
    await settle(database, one, state="unsure", not_before=datetime.now(UTC) + timedelta(minutes=5))
    assert await claim(database) == []
    await pass_an_hour(database)
    [again] = await claim(database)
    assert (again.key, again.retaken, again.attempts, again.intent_at) == ("a1", True, 2, one.intent_at)


async def test_a_claim_whose_lease_has_ended_is_taken_over(database: Database, another: Database) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database, "one")
    assert await claim(another, "two") == []
    await pass_an_hour(database)
    [taken] = await claim(another, "two")
    assert (taken.key, taken.retaken, taken.intent_at) == ("a", True, one.intent_at)


async def test_who_lost_the_lease_can_neither_settle_nor_renew(database: Database, another: Database) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database, "one")
    await pass_an_hour(database)
    [taken] = await claim(another, "two")
    with pytest.raises(LeaseLost):
        await settle(database, one, "one")
    with pytest.raises(LeaseLost):
        await renew(database, "effects", one.id, "one", LEASE)
    await settle(another, taken, "two", error="")
    assert (await row(database, effects, "a")).state == "done"


async def test_losing_the_lease_rolls_back_everything_of_the_transaction(database: Database) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database)
    await pass_an_hour(database)
    await claim(database, "two")

    async def end_too_late() -> None:
        async with database.write() as tx:
            await tx.connection.execute(update(effects).values(error="written too late"))
            await settle_effect(tx, one, "one", "done")

    with pytest.raises(LeaseLost):
        await end_too_late()
    now = await row(database, effects, "a")
    assert (now.state, now.error) == ("claimed", "")


async def test_an_owner_that_claimed_again_after_a_sleep_is_fenced_off_from_its_first_attempt(
    database: Database,
) -> None:
    await owe(database, effect("a"))
    [first] = await claim(database, "one")
    await pass_an_hour(database)
    [second] = await claim(database, "one")
    with pytest.raises(LeaseLost):
        await settle(database, first, "one")
    await settle(database, second, "one")


async def test_what_is_settled_cannot_be_settled_again(database: Database) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database)
    await settle(database, one)
    with pytest.raises(LeaseLost):
        await settle(database, one)


async def test_a_renewed_claim_is_not_taken(database: Database, another: Database) -> None:
    await owe(database, effect("a"))
    [one] = await claim(database, "one")
    await pass_an_hour(database)
    await renew(database, "effects", one.id, "one", LEASE)
    assert await claim(another, "two") == []


async def test_only_the_kinds_asked_for_are_claimed_and_lanes_keep_their_order(database: Database) -> None:
    await owe(database, effect("a1", "a", "new"), effect("a2", "a", "old"), effect("b1", "b", "old"))
    async with database.write() as tx:
        assert [one.key for one in await claim_effects(tx, "one", LEASE, 10, ["old"])] == ["b1"]
    async with database.write() as tx:
        assert [one.key for one in await claim_effects(tx, "one", LEASE, 10, ["new"])] == ["a1"]


async def test_many_claimers_at_once_never_share_an_effect_nor_a_lane(database: Database, another: Database) -> None:
    await owe(database, *(effect(f"e{n}", f"lane{n % 7}") for n in range(40)))
    done: list[str] = []
    lanes: Counter[str] = Counter()

    async def work(opened: Database, owner: str) -> None:
        while len(done) < 40:
            for one in await claim(opened, owner, limit=3):
                lanes[one.lane] += 1
                assert lanes[one.lane] == 1, f"two of {one.lane} at once"
                await asyncio.sleep(0)
                lanes[one.lane] -= 1
                await settle(opened, one, owner)
                done.append(one.key)

    async with asyncio.timeout(30):
        await asyncio.gather(*(work(opened, f"{n}") for n, opened in enumerate([database, another] * 2)))
    assert Counter(done) == Counter(f"e{n}" for n in range(40))
    for lane in range(7):
        mine = [key for key in done if int(key[1:]) % 7 == lane]
        assert mine == sorted(mine, key=lambda key: int(key[1:]))


async def test_a_sole_heir_takes_over_every_claim_after_the_time_a_last_call_may_take(database: Database) -> None:
    await owe(database, effect("a"))
    await claim(database, "dead", lease=3600)
    await take_over(database, within=60)
    assert await claim(database, "heir") == []
    await take_over(database, within=0)
    assert [one.retaken for one in await claim(database, "heir")] == [True]


STEPS = st.lists(
    st.tuples(st.sampled_from(["owe", "claim", "done", "unsure", "ready", "failed", "hour"]), st.integers(0, 2)),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_happens_a_lane_holds_one_claim_and_goes_in_order(
    database: Database, steps: list[tuple[str, int]]
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(delete(effects))
    owed = 0
    held: dict[str, Claimed] = {}
    ended: dict[str, list[int]] = {}
    for step, lane in steps:
        if step == "owe":
            owed += 1
            await owe(database, effect(f"{owed}", f"lane{lane}"))
        elif step == "hour":
            await pass_an_hour(database)
            held = {}
        elif step == "claim":
            for one in await claim(database):
                assert one.lane not in held
                held[one.lane] = one
        elif f"lane{lane}" in held:
            one = held.pop(f"lane{lane}")
            await settle(database, one, state=step)
            if step in ("done", "failed"):
                ended.setdefault(one.lane, []).append(int(one.key))
    assert all(keys == sorted(keys) for keys in ended.values())
