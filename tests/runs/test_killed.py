"""A bot killed in the middle of a change: the next one goes on where it was, and nothing is done twice."""

import asyncio
import json
import signal
import sys

import pytest

from bot.domain.run import RunState
from bot.store import audit, runs
from bot.store.db import Database
from tests.runbooks.line import line_to
from tests.runbooks.machine import Machine
from tests.runs.desk import Desk

LEASE = 1.0


@pytest.mark.parametrize(("at", "before"), [(1, False), (2, True), (4, False)])
async def test_a_rollback_killed_in_the_middle_is_finished_by_the_next_bot(
    database: Database, database_url: str, machine: Machine, at: int, before: bool
) -> None:
    desk = Desk(database, machine.options(), lease=LEASE)
    number = await desk.confirmed()
    starts, switches = len(machine.starts()), len(machine.switches())
    await killed_while_working(database_url, machine, at, before)
    assert (await desk.runs.find(number)).run.state is RunState.RUNNING
    record = await desk.done(number, RunState.BETTER)
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}
    assert machine.switches()[switches:] == [("v42", "v41")]
    assert machine.current.readlink().name == "v41"
    assert record.advance is not None
    assert (record.advance.done, record.advance.total) == (2, 2)
    async with database.read() as tx:
        assert await runs.holder(tx, "checkout/prod") is None
        assert await audit.broken(tx) is None
        assert [entry.outcome for entry in await audit.entries(tx)][2:] == ["verifying", "better"]


async def killed_while_working(url: str, machine: Machine, at: int, before: bool) -> None:
    """A worker of another process, killed at its `at`-th call that changes something."""
    socket = machine.dir / "line.sock"
    options = json.dumps(machine.options(socket=str(socket)))
    command = ["-m", "tests.runs.working", url, options, str(LEASE)]
    async with line_to(machine.socket, socket) as line:
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.PIPE)
        line.strike(at, before, process.kill)
        _, errors = await process.communicate()
    assert process.returncode == -signal.SIGKILL, f"not killed at call {at} of {line.calls}: {errors.decode()}"
