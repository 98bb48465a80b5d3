"""Killed in the middle of rolling a Helm release back, and begun again: one new revision, whatever became of helm."""

import asyncio
import fcntl
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

import pytest

from bot.action import Plan
from tests.runbooks.asking import apply, planned
from tests.runbooks.helm_world import HelmWorld, until

pytestmark = pytest.mark.crash

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def world(tmp_path: Path) -> HelmWorld:
    return HelmWorld(tmp_path)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[TextIO]:
    """A helm that is told to `hold` waits while this is locked."""
    with (tmp_path / "hold").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield gate


async def killed(plan: Plan, world: HelmWorld, when: Callable[[], bool]) -> None:
    """The plan is being applied by a process of its own, which is killed as soon as that is so; helm is not."""
    stored = world.folder / "plan.json"
    stored.write_text(plan.to_json())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.runbooks.apply", str(stored), json.dumps(world.options())),
        cwd=REPOSITORY,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    try:
        await until(when)
    finally:
        process.kill()
    _, errors = await process.communicate()
    assert process.returncode == -signal.SIGKILL, errors.decode()


def let_go(gate: TextIO) -> None:
    fcntl.flock(gate, fcntl.LOCK_UN)


async def test_helm_goes_on_alone_and_the_next_attempt_finds_it_done(world: HelmWorld, gate: TextIO) -> None:
    world.fault("rollback", hold=True)
    plan = await planned("rollback", world.target())
    await killed(plan, world, lambda: world.states()[-1][1] == "pending-rollback")
    let_go(gate)
    await until(lambda: world.states()[-1][1] == "deployed")
    await apply(plan, world.target())
    assert [state for state in world.states() if state[0] > 43] == [(44, "deployed", "Rollback to 41")]


async def test_the_next_attempt_waits_for_a_helm_that_is_still_at_it(world: HelmWorld, gate: TextIO) -> None:
    world.fault("rollback", hold=True)
    plan = await planned("rollback", world.target())
    await killed(plan, world, lambda: world.states()[-1][1] == "pending-rollback")
    asked = len(world.calls("history"))
    again = asyncio.create_task(apply(plan, world.target()))
    await until(lambda: len(world.calls("history")) > asked + 2)
    let_go(gate)
    async with asyncio.timeout(60):
        await again
    assert [state for state in world.states() if state[0] > 43] == [(44, "deployed", "Rollback to 41")]


async def test_where_helm_died_with_it_the_next_attempt_makes_it_anew(world: HelmWorld, gate: TextIO) -> None:
    world.fault("rollback", hold=True)
    plan = await planned("rollback", world.target())
    await killed(plan, world, lambda: world.states()[-1][1] == "pending-rollback")
    os.kill(int((world.folder / "rollback.pid").read_text()), signal.SIGKILL)
    world.fault("rollback")
    world.age(44)
    await apply(plan, world.target())
    assert [state for state in world.states() if state[0] > 43] == [
        (44, "pending-rollback", "Rollback to 41"),
        (45, "deployed", "Rollback to 41"),
    ]
    assert world.manifest() == "kind: ConfigMap 41"


async def test_killed_before_helm_was_told_nothing_has_happened_and_it_is_done_once(world: HelmWorld) -> None:
    plan = await planned("rollback", world.target())
    world.fault("history", hang=True)
    await killed(plan, world, (world.folder / "hanging.pid").exists)
    await until(lambda: (world.folder / "hanging.pid").read_text() != "")
    os.kill(int((world.folder / "hanging.pid").read_text()), signal.SIGKILL)
    world.fault("history")
    await apply(plan, world.target())
    assert [state for state in world.states() if state[0] > 43] == [(44, "deployed", "Rollback to 41")]
