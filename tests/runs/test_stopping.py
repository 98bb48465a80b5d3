"""Runs that are stopped, held up, or lost sight of."""

import asyncio
from datetime import timedelta

import pytest

from bot.action import Refused
from bot.domain.run import RunState
from bot.services.permissions import Forbidden
from bot.services.runs import MOVED, Limits
from bot.store.db import Database
from tests.runbooks.machine import Machine
from tests.runs.desk import Desk, asked, frozen, number_of
from tests.runs.pausing import Pause


@pytest.fixture
def engine_name() -> str:
    """How the target behaves is what is tested here, and the same on both databases."""
    return "sqlite"


async def test_an_abort_stops_before_the_next_replica_and_the_rest_can_be_finished(
    database: Database, machine: Machine
) -> None:
    pause = Pause(done=1)
    desk = Desk(database, machine.options(), pause.connectors)
    starts = len(machine.starts())
    number = await desk.confirmed()
    async with desk.at_work():
        await pause.reached.wait()
        assert (await desk.runs.abort(asked("ben"), number)).stop_by == "U0BEN"
        stopping = await desk.facts.facts(number)
        assert stopping is not None
        assert stopping.steps[0].detail.endswith("it is being stopped")
        with pytest.raises(Refused, match="is being stopped already"):
            await desk.runs.abort(asked("ana"), number)
        pause.go_on.set()
        await desk.until(number, RunState.ABORTED)
    assert sum(machine.starts_since(starts).values()) == 1
    facts = await desk.facts.facts(number)
    assert facts is not None
    assert (facts.done, facts.total, facts.undo is not None) == (1, 2, True)
    again = await desk.runs.again(asked("ana"), number)
    assert again.after == "v41"
    await desk.confirm(again)
    await desk.done(number_of(again), RunState.BETTER)
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}


async def test_a_run_that_did_not_begin_is_stopped_at_once_and_frees_its_target(desk: Desk, machine: Machine) -> None:
    starts = len(machine.starts())
    number = await desk.confirmed()
    record = await desk.runs.abort(asked("ana"), number)
    assert record.run.state is RunState.ABORTED
    await desk.done(await desk.confirmed("restart", "ben"), RunState.DONE)
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}, "only the restart ran"
    with pytest.raises(Refused) as refused:
        await desk.runs.abort(asked("ana"), number)
    assert refused.value.rule == MOVED


async def test_stopping_needs_what_running_needs(desk: Desk) -> None:
    number = await desk.confirmed()
    with pytest.raises(Forbidden):
        await desk.runs.abort(asked("chloe"), number)
    assert (await desk.runs.find(number)).run.state is RunState.CONFIRMED


async def test_a_run_waits_for_a_silent_target_and_says_so(database: Database, machine: Machine) -> None:
    desk = Desk(database, machine.options(answer_timeout_s="0.3"))
    number = await desk.confirmed()
    async with desk.at_work():
        with frozen(machine):
            while not (record := await desk.runs.find(number)).problem:
                await asyncio.sleep(0.02)
        assert record.run.state is RunState.CONFIRMED
        assert "supervisord does not answer" in record.problem
        await desk.until(number, RunState.BETTER)
    assert (await desk.runs.find(number)).problem == ""


async def test_a_run_whose_target_falls_silent_is_left_to_a_person_who_can_look(
    database: Database, machine: Machine
) -> None:
    pause = Pause(done=1)
    impatient = Limits(patience=timedelta(0))
    desk = Desk(database, machine.options(answer_timeout_s="0.3"), pause.connectors, impatient)
    number = await desk.confirmed()
    async with desk.at_work():
        await pause.reached.wait()
        with frozen(machine):
            pause.go_on.set()
            await desk.until(number, RunState.UNSURE)
        with pytest.raises(Refused, match="Somebody is acting on `checkout`"):
            await desk.confirmed("restart", "ben")
        await desk.runs.look(asked("ana"), number)
        record = await desk.until(number, RunState.FAILED, RunState.VERIFYING, RunState.BETTER)
    assert record.run.state is RunState.FAILED, "a look changes nothing"
    assert record.problem == "It was looked at: 1 of 2 processes run v41. Nothing more was changed."


async def test_looking_at_what_was_done_after_all_goes_on_to_the_verdict(database: Database, machine: Machine) -> None:
    pause = Pause(done=1)
    impatient = Limits(patience=timedelta(0))
    desk = Desk(database, machine.options(answer_timeout_s="0.3"), pause.connectors, impatient)
    number = await desk.confirmed()
    async with desk.at_work():
        await pause.reached.wait()
        with frozen(machine):
            pause.go_on.set()
            await desk.until(number, RunState.UNSURE)
        await machine.target().switch("v41", _ignore)
        await desk.runs.look(asked("ana"), number)
        await desk.until(number, RunState.BETTER)


async def test_a_release_that_does_not_start_fails_the_run_and_says_how_far_it_came(
    desk: Desk, machine: Machine
) -> None:
    (machine.releases / "v41" / "sick").touch()
    desk.catalog.services["checkout"].target.options["health_timeout_s"] = "1"  # type: ignore[union-attr, index]
    try:
        record = await desk.done(await desk.confirmed(), RunState.FAILED)
    finally:
        (machine.releases / "v41" / "sick").unlink()
    assert "does not get healthy" in record.problem
    assert "1 of 2 processes are healthy" in record.problem
    await desk.done(await desk.confirmed("restart"), RunState.DONE)


async def _ignore(_: object) -> None:
    return
