"""A second yes that comes to nothing: too late, overtaken by the world, or by somebody who lost the right."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.action import Refused
from bot.domain.run import RunState
from bot.services.runs import MOVED, RunHistory
from bot.services.runs.history import PAGE
from bot.store import audit
from bot.store.db import Database
from bot.store.schema.work import effects
from tests.runbooks.machine import Machine
from tests.runs.approving import approve, ask_for_approval, grant_approval, meet, waiting
from tests.runs.desk import Desk, asked
from tests.runs.test_confirming import owed
from tests.support.work import row


@pytest.fixture
async def careful(desk: Desk) -> Desk:
    ask_for_approval(desk)
    await meet(desk)
    return desk


async def test_the_time_to_decide_is_a_timer_that_outlives_the_bot(careful: Desk) -> None:
    record = await waiting(careful)
    timer = await row(careful.database, effects, "R-1:expire")
    assert record.approval is not None
    assert (timer.kind, timer.not_before) == ("run.expire", record.approval.until)


async def test_what_nobody_decided_expires_once(careful: Desk) -> None:
    record = await waiting(careful)
    for _ in range(2):
        async with careful.database.write() as tx:
            await careful.approvals.expired(tx, record.run.number)
    assert (await careful.runs.find(record.run.number)).run.state is RunState.EXPIRED
    async with careful.database.read() as tx:
        outcomes = [entry.outcome for entry in await audit.entries(tx)]
    assert outcomes == ["planned", "asked", "expired"]
    with pytest.raises(Refused, match="R-1 is expired") as late:
        await approve(careful, record)
    assert late.value.rule == MOVED


async def test_a_decision_stops_the_timer_from_saying_anything(careful: Desk) -> None:
    record = await waiting(careful)
    await careful.approvals.withdraw(asked("ana"), record.run.number)
    async with careful.database.write() as tx:
        await careful.approvals.expired(tx, record.run.number)
        await careful.approvals.expired(tx, 99)
    assert (await careful.runs.find(record.run.number)).run.state is RunState.WITHDRAWN


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=False)
async def test_at_its_time_the_worker_ends_the_wait(careful: Desk, database: Database) -> None:
    record = await waiting(careful)
    database.clock = lambda: datetime.now(UTC) + timedelta(minutes=21)
    await careful.done(record.run.number, RunState.EXPIRED)


async def test_a_yes_that_comes_after_the_time_finds_it_expired_even_before_the_timer(
    careful: Desk, database: Database
) -> None:
    record = await waiting(careful)
    database.clock = lambda: datetime.now(UTC) + timedelta(minutes=20)
    with pytest.raises(Refused, match=r"R-1 has expired\. Nothing was changed") as late:
        await approve(careful, record)
    assert late.value.rule == MOVED
    assert (await careful.runs.find(record.run.number)).run.state is RunState.EXPIRED
    assert await owed(database) == 0


async def test_a_plan_the_world_overtook_is_void_and_asked_for_anew(careful: Desk, machine: Machine) -> None:
    record = await waiting(careful)
    machine.add_release("v43")
    await machine.target().switch("v43", _ignore)
    await approve(careful, record)
    await careful.done(record.run.number, RunState.VOID)
    old = await careful.facts.facts(record.run.number)
    assert old is not None
    assert old.approval is not None
    assert "checkout is now on v43, not v42" in old.problem
    assert (old.approval.anew, old.approval.anew_change) == ("R-2", "v43 → v41")
    anew = await careful.facts.facts(2)
    assert anew is not None
    assert (anew.state, anew.asked_by.name, anew.reason) == (RunState.WAITING, "Ana Ruiz", "v42 breaks the checkout")
    assert machine.current.readlink().name == "v43", "nothing was changed"
    async with careful.database.read() as tx:
        told = [(entry.subject, entry.what, entry.outcome) for entry in await audit.entries(tx)]
        assert await audit.broken(tx) is None
    assert told[-2:] == [("R-1", "run.apply", "void"), ("R-2", "run.ask", "asked")]
    await approve(careful, await careful.runs.find(2))
    await careful.done(2, RunState.BETTER)
    assert machine.current.readlink().name == "v41"


async def test_who_asked_for_the_first_cannot_approve_what_is_asked_anew(careful: Desk, machine: Machine) -> None:
    grant_approval(careful, ("dev", "ana", "ben"))
    record = await careful.confirm(await careful.plan(who="ana"), "ben")
    machine.add_release("v43")
    await machine.target().switch("v43", _ignore)
    await approve(careful, record)
    await careful.done(record.run.number, RunState.VOID)
    anew = await careful.runs.find(2)
    for who in ("ana", "ben"):
        with pytest.raises(Refused, match="You asked for this"):
            await approve(careful, anew, who)


async def test_where_nobody_could_approve_it_nothing_is_asked_anew(careful: Desk, machine: Machine) -> None:
    record = await waiting(careful)
    machine.add_release("v43")
    await machine.target().switch("v43", _ignore)
    await approve(careful, record)
    grant_approval(careful, ("ana",))
    await careful.done(record.run.number, RunState.VOID)
    facts = await careful.facts.facts(record.run.number)
    assert facts is not None
    assert facts.approval is not None
    assert facts.approval.anew == ""


async def test_an_approver_who_lost_the_right_before_the_start_approved_nothing(
    careful: Desk, machine: Machine
) -> None:
    record = await waiting(careful)
    await approve(careful, record)
    grant_approval(careful, ("group:leads",))
    void = await careful.done(record.run.number, RunState.VOID)
    assert void.problem.startswith("Dev Patel may no longer approve rollback on `checkout` in prod.")
    assert machine.current.readlink().name == "v42"
    again = await careful.runs.again(asked("ana"), record.run.number)
    assert again.second_yes, "the target is free, and the plan asks for a yes as before"


async def test_an_approved_run_can_be_stopped_before_it_starts(careful: Desk) -> None:
    record = await waiting(careful)
    await approve(careful, record)
    assert (await careful.runs.abort(asked("ben"), record.run.number)).run.state is RunState.ABORTED
    with pytest.raises(Refused, match="R-1 is aborted by"):
        await approve(careful, record)


async def test_history_has_what_was_asked_for_newest_first_and_page_by_page(careful: Desk) -> None:
    first = await waiting(careful)
    await approve(careful, first)
    await careful.runs.abort(asked("ana"), first.run.number)
    for _ in range(PAGE):
        await careful.approvals.withdraw(asked("ana"), (await waiting(careful)).run.number)
    await careful.plan("restart")
    history = RunHistory(careful.database)
    page = await history.page()
    assert (page.total, len(page.rows), page.rows[0].run.id) == (PAGE + 1, PAGE, f"R-{PAGE + 1}")
    last = await history.page("checkout", page=9)
    assert (last.page, [row.run.id for row in last.rows]) == (2, ["R-1"])
    (oldest,) = last.rows
    assert oldest.approved_by is not None
    assert (oldest.asked_by.name, oldest.approved_by.name, oldest.doing) == ("Ana Ruiz", "Dev Patel", "rollback to v41")
    assert (await history.page("cart")).total == 0


async def _ignore(_: object) -> None:
    return
