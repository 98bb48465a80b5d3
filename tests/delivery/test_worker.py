import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bot.delivery import worker
from bot.delivery.performer import Lease, LeaseLost, Result
from bot.delivery.worker import AT_ONCE, MOST_ATTEMPTS
from bot.domain.work import Claimed
from bot.ports import Permanent, Transient, Unsure
from bot.store.db import Database, Tx
from bot.store.schema.work import effects
from tests.delivery.doing import Doing, until, working
from tests.support.work import claim, effect, owe, pass_an_hour, row, rows


class Gate:
    """A deed that waits until the test lets it go on."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.open = asyncio.Event()

    async def __call__(self, claimed: Claimed, lease: Lease) -> Result:
        self.begun.release()
        await self.open.wait()
        return {"reference": claimed.key}


class First:
    """A deed whose first attempt raises."""

    def __init__(self, error: Exception) -> None:
        self.errors = [error]

    async def __call__(self, claimed: Claimed, lease: Lease) -> Result:
        if self.errors:
            raise self.errors.pop()
        return {}


async def test_what_is_owed_is_done_stored_and_followed_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 3600)

    async def deed(claimed: Claimed, lease: Lease) -> Result:
        return {"channel": "C1"}

    async with working(database, Doing(deed)):
        await owe(database, effect("a"))
        await until("done", database, "a")
    done = await row(database, effects, "a")
    assert (done.result, done.owner, done.error) == ({"channel": "C1"}, None, "")
    assert done.settled_at is not None
    assert (await row(database, effects, "after:a")).state == "ready"


async def test_a_lane_is_done_in_order_and_lanes_side_by_side(database: Database) -> None:
    gate = Gate()
    doing = Doing(gate)
    await owe(database, effect("a1", "a"), effect("a2", "a"), effect("b1", "b"), effect("c1", "c"))
    async with working(database, doing):
        for _ in range(3):
            await asyncio.wait_for(gate.begun.acquire(), 5)
        assert [one.key for one in doing.seen] == ["a1", "b1", "c1"]
        gate.open.set()
        await until("done", database, "a2")


async def test_no_more_run_at_once_than_may(database: Database) -> None:
    gate = Gate()
    doing = Doing(gate)
    await owe(database, *(effect(f"e{n}") for n in range(AT_ONCE + 1)))
    async with working(database, doing):
        for _ in range(AT_ONCE):
            await asyncio.wait_for(gate.begun.acquire(), 5)
        assert len(doing.seen) == AT_ONCE
        gate.open.set()
        await until("done", database, f"e{AT_ONCE}")


async def test_pages_do_not_wait_for_a_silent_chat(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "POLL_SECONDS", 3600)
    gate = Gate()
    await owe(database, *(effect(f"chat{n}", kind="chat") for n in range(AT_ONCE + 5)))
    async with working(database, Doing(gate, "chat"), kinds=("chat",)), working(database, Doing(name="pages")):
        for _ in range(AT_ONCE):
            await asyncio.wait_for(gate.begun.acquire(), 5)
        await owe(database, effect("page"))
        await until("done", database, "page")


async def test_a_kind_that_this_version_does_not_know_is_left_to_another(database: Database) -> None:
    await owe(database, effect("new", kind="from the future"), effect("a"))
    async with working(database, Doing()):
        await until("done", database, "a")
    assert (await row(database, effects, "new")).attempts == 0


async def test_one_that_may_work_later_is_tried_when_the_far_side_says(database: Database) -> None:
    await owe(database, effect("a"))
    async with working(database, Doing(First(Transient("slow down", retry_after=30)))):
        await until("ready", database, "a")
        async with asyncio.timeout(5):
            while not (waiting := await row(database, effects, "a")).error:
                await asyncio.sleep(0.01)
        wait = (waiting.not_before - datetime.now(UTC)).total_seconds()
        assert (waiting.error, waiting.intent_at) == ("slow down", None)
        assert 25 < wait <= 30.5
        await pass_an_hour(database)
        await until("done", database, "a")
    assert (await row(database, effects, "a")).error == ""


async def test_one_that_will_never_work_fails_in_words_and_is_not_tried_again(database: Database) -> None:
    await owe(database, effect("a"))
    doing = Doing(First(Permanent("There is no such channel.", "channel_not_found")))
    async with working(database, doing):
        await until("failed", database, "a")
    assert (await row(database, effects, "failed:a")).kind == "There is no such channel."
    assert len(doing.seen) == 1


async def test_one_of_unknown_end_is_looked_up_later_as_retaken(database: Database) -> None:
    await owe(database, effect("a"), effect("a2", "a"))
    doing = Doing(First(Unsure("no answer")))
    async with working(database, doing):
        await until("unsure", database, "a")
        assert "a2" not in [one.key for one in doing.seen]
        await pass_an_hour(database)
        await until("done", database, "a2")
    first, second = [one for one in doing.seen if one.key == "a"]
    assert (first.retaken, second.retaken) == (False, True)
    assert second.intent_at == first.intent_at


async def test_what_could_not_be_looked_up_stays_of_unknown_end(database: Database) -> None:
    await owe(database, effect("a"))
    await claim(database, "dead")
    await pass_an_hour(database)
    async with working(database, Doing(First(Transient("not reachable")))):
        await until("unsure", database, "a")


async def test_a_fault_of_the_program_ends_no_worker_and_is_looked_up_when_the_lease_has_ended(
    database: Database,
) -> None:
    await owe(database, effect("a"), effect("b"))
    doing = Doing(First(ZeroDivisionError()))
    async with working(database, doing):
        await until("done", database, "b")
        await pass_an_hour(database)
        await until("done", database, "a")
    assert [one.retaken for one in doing.seen if one.key == "a"] == [False, True]


async def test_one_without_end_is_given_up_after_very_many_attempts(database: Database) -> None:
    await owe(database, effect("a"))
    async with database.engine.begin() as connection:
        await connection.execute(update(effects).values(attempts=MOST_ATTEMPTS))
    doing = Doing()
    async with working(database, doing):
        await until("failed", database, "a")
    assert doing.seen == []


async def test_a_lease_is_held_while_something_takes_long(database: Database, another: Database) -> None:
    gate = Gate()
    await owe(database, effect("a"))
    async with working(database, Doing(gate), lease=3):
        await asyncio.wait_for(gate.begun.acquire(), 5)
        async with asyncio.timeout(5):
            first = (await row(database, effects, "a")).lease_until
            while (await row(database, effects, "a")).lease_until == first:
                await asyncio.sleep(0.02)
        assert await claim(another, "two") == []
        gate.open.set()
        await until("done", database, "a")


async def test_who_lost_the_lease_is_stopped_and_writes_nothing(database: Database, another: Database) -> None:
    gate = Gate()
    await owe(database, effect("a"))
    async with working(database, Doing(gate), lease=3) as at_work:
        await asyncio.wait_for(gate.begun.acquire(), 5)
        await pass_an_hour(database)
        [taken] = await claim(another, "two")
        await at_work.drain(5)
    now = await row(database, effects, "a")
    assert (now.state, now.owner, now.attempts) == ("claimed", "two", taken.attempts)
    assert list(await rows(database, effects)) == ["a"]


async def test_a_performer_can_make_sure_of_its_lease_before_each_change(database: Database) -> None:
    lost = asyncio.Event()

    async def deed(claimed: Claimed, lease: Lease) -> Result:
        await lease.renew()
        await pass_an_hour(database)
        await claim(database, "two")
        try:
            await lease.renew()
        except LeaseLost:
            lost.set()
            raise
        return {}

    await owe(database, effect("a"))
    async with working(database, Doing(deed)):
        await asyncio.wait_for(lost.wait(), 5)
    assert (await row(database, effects, "a")).owner == "two"


async def test_a_shutdown_waits_for_what_ends_in_time(database: Database) -> None:
    gate = Gate()
    await owe(database, effect("a"))
    async with working(database, Doing(gate)) as at_work:
        await asyncio.wait_for(gate.begun.acquire(), 5)
        ending = asyncio.create_task(at_work.drain(5))
        gate.open.set()
        await ending
        assert (await row(database, effects, "a")).state == "done"


async def test_a_shutdown_leaves_what_does_not_end_to_be_looked_up(database: Database) -> None:
    gate = Gate()
    await owe(database, effect("a"))
    async with working(database, Doing(gate)) as at_work:
        await asyncio.wait_for(gate.begun.acquire(), 5)
        await at_work.drain(0)
        left = await row(database, effects, "a")
    assert (left.state, left.owner, left.error) == ("unsure", None, "ended by a shutdown")


@pytest.mark.parametrize("settling", ["settle", "failed"])
async def test_what_follows_commits_with_the_end_or_not_at_all(database: Database, settling: str) -> None:
    class Faulty(Doing):
        async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
            await super().settle(tx, claimed, result)
            tried.set()
            raise ZeroDivisionError

        async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
            await super().failed(tx, claimed, words)
            tried.set()
            raise ZeroDivisionError

    tried = asyncio.Event()
    await owe(database, effect("a"))
    doing = Faulty() if settling == "settle" else Faulty(First(Permanent("no")))
    async with working(database, doing):
        await asyncio.wait_for(tried.wait(), 5)
        assert {key: it.state for key, it in (await rows(database, effects)).items()} == {"a": "claimed"}
