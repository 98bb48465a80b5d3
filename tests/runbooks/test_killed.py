"""Killed at every call that changes something, before and after it arrives, and begun again: all was done once."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.action import Plan, Value
from bot.ports import Transient
from tests.runbooks.asking import apply, planned
from tests.runbooks.line import Line, line_to
from tests.runbooks.machine import Machine

pytestmark = pytest.mark.crash

REPOSITORY = Path(__file__).parents[2]


@asynccontextmanager
async def applying(plan: Plan, machine: Machine, socket: Path) -> AsyncIterator[Process]:
    """The plan being applied, in a process of its own, over the supervisord at `socket`."""
    stored = machine.dir / f"{plan.digest}.plan"
    stored.write_text(plan.to_json())
    arguments = ("-m", "tests.runbooks.apply", str(stored), json.dumps(machine.options(socket=str(socket))))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, cwd=REPOSITORY, stdout=DEVNULL, stderr=PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def struck(plan: Plan, machine: Machine, at: int, before: bool, blow: signal.Signals) -> Line:
    """Apply the plan until it is killed at that call; the test fails where it is not."""
    socket = machine.dir / "line.sock"
    async with line_to(machine.socket, socket) as line, applying(plan, machine, socket) as process:
        line.strike(at, before, lambda: process.send_signal(blow))
        _, errors = await process.communicate()
    assert process.returncode == -blow, f"not killed at call {at} of {line.calls}: {errors.decode()}"
    return line


@pytest.fixture
async def machine(shared_machine: Machine) -> Machine:
    """Two healthy replicas on v42, whatever the test before left."""
    target = shared_machine.target()
    if len(list(shared_machine.programs.glob("*.ini"))) != 2:
        await target.scale(2, _ignore)
    await target.switch("v42", _ignore)
    return shared_machine


async def _ignore(_: object) -> None:
    return


CALLS = [(at, before) for at in (1, 2, 3, 4) for before in (True, False)]
POINT = ("at", "before")


@pytest.mark.parametrize(POINT, CALLS)
async def test_a_restart_killed_anywhere_restarts_each_replica_once(machine: Machine, at: int, before: bool) -> None:
    plan = await planned("restart", machine.target())
    starts = len(machine.starts())
    await struck(plan, machine, at, before, signal.SIGKILL)
    await apply(plan, machine.target())
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}


@pytest.mark.parametrize(POINT, CALLS)
async def test_a_rollback_killed_anywhere_replaces_each_replica_once(machine: Machine, at: int, before: bool) -> None:
    plan = await planned("rollback", machine.target())
    starts, switches = len(machine.starts()), len(machine.switches())
    await struck(plan, machine, at, before, signal.SIGKILL)
    await apply(plan, machine.target())
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}
    assert [start["release"] for start in machine.starts()[starts:]] == ["v41", "v41"]
    assert machine.switches()[switches:] == [("v42", "v41")]


@pytest.mark.parametrize(POINT, CALLS)
async def test_a_scale_up_killed_anywhere_starts_each_new_replica_once(machine: Machine, at: int, before: bool) -> None:
    plan = await planned("scale", machine.target(), replicas=4)
    starts = len(machine.starts())
    await struck(plan, machine, at, before, signal.SIGKILL)
    await apply(plan, machine.target())
    assert machine.starts_since(starts) == {"checkout-3": 1, "checkout-4": 1}
    assert (await machine.target().observe()).healthy == 4


@pytest.mark.parametrize(POINT, CALLS)
async def test_a_scale_down_killed_anywhere_leaves_exactly_so_many(machine: Machine, at: int, before: bool) -> None:
    await machine.target().scale(4, _ignore)
    plan = await planned("scale", machine.target(), replicas=2)
    starts = len(machine.starts())
    await struck(plan, machine, at, before, signal.SIGKILL)
    await apply(plan, machine.target())
    assert [replica.name for replica in (await machine.target().observe()).replicas] == ["checkout-1", "checkout-2"]
    assert sorted(path.name for path in machine.programs.iterdir()) == ["checkout-1.ini", "checkout-2.ini"]
    assert machine.starts_since(starts) == {}


PLANS: list[tuple[str, Mapping[str, Value], Mapping[str, int]]] = [
    ("restart", {}, {"checkout-1": 1, "checkout-2": 1}),
    ("rollback", {}, {"checkout-1": 1, "checkout-2": 1}),
    ("scale", {"replicas": 4}, {"checkout-3": 1, "checkout-4": 1}),
]


@pytest.mark.parametrize(("action", "params", "once"), PLANS)
async def test_two_that_apply_the_same_plan_at_once_do_it_once(
    machine: Machine, action: str, params: Mapping[str, Value], once: Mapping[str, int]
) -> None:
    plan = await planned(action, machine.target(), **params)
    starts = len(machine.starts())
    async with applying(plan, machine, machine.socket) as one, applying(plan, machine, machine.socket) as other:
        outputs = await asyncio.gather(one.communicate(), other.communicate())
    assert [one.returncode, other.returncode] == [0, 0], outputs
    assert machine.starts_since(starts) == once


@pytest.mark.parametrize(("action", "params", "once"), PLANS)
async def test_one_that_was_frozen_and_is_woken_after_another_took_over_does_nothing_twice(
    machine: Machine, action: str, params: Mapping[str, Value], once: Mapping[str, int]
) -> None:
    plan = await planned(action, machine.target(), **params)
    starts = len(machine.starts())
    async with frozen(plan, machine, at=2) as sleeper:
        await apply(plan, machine.target())
        sleeper.send_signal(signal.SIGCONT)
        _, errors = await sleeper.communicate()
    assert sleeper.returncode == 0, errors.decode()
    assert machine.starts_since(starts) == once


async def test_one_frozen_in_the_instant_of_stopping_a_replica_holds_others_off_until_it_is_woken(
    machine: Machine,
) -> None:
    plan = await planned("restart", machine.target())
    starts = len(machine.starts())
    async with frozen(plan, machine, at=1) as sleeper:
        with pytest.raises(Transient, match="Another process"):
            await apply(plan, machine.target(answer_timeout_s="0.5"))
        sleeper.send_signal(signal.SIGCONT)
        _, errors = await sleeper.communicate()
    assert sleeper.returncode == 0, errors.decode()
    assert machine.starts_since(starts) == {"checkout-1": 1, "checkout-2": 1}


@asynccontextmanager
async def frozen(plan: Plan, machine: Machine, at: int) -> AsyncIterator[Process]:
    """The plan being applied by a process that is stopped where it is, its call under way, from that call on."""
    socket, asleep = machine.dir / "line.sock", asyncio.Event()
    async with line_to(machine.socket, socket) as line, applying(plan, machine, socket) as process:

        def freeze() -> None:
            process.send_signal(signal.SIGSTOP)
            asleep.set()

        line.strike(at, before=False, strike=freeze)
        await asleep.wait()
        yield process
