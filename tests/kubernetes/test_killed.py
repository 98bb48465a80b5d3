"""Killed at every call to the cluster, before and after it arrives, and begun again: all was done once."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.action import Plan
from tests.kubernetes.acting import apply, image, options, plan, target, two_releases
from tests.kubernetes.cluster import Cluster
from tests.support.playground import ROOT

pytestmark = pytest.mark.crash

READS = 12
"""So many calls a rollback makes up to its change: two looks of five calls, the object, the change itself."""


@asynccontextmanager
async def applying(made: Plan, cluster: Cluster, folder: Path) -> AsyncIterator[Process]:
    """The plan being applied, in a process of its own."""
    stored = folder / "plan.json"
    stored.write_text(made.to_json())
    arguments = ("-m", "tests.runbooks.apply", str(stored), json.dumps(options(cluster, folder)))
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=DEVNULL, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def killed(made: Plan, cluster: Cluster, folder: Path, when: str, nth: int, method: str = "*") -> None:
    """Apply the plan until it is killed at that call. What it had under way is let go, as a network would."""
    await cluster.fault(f"hold_{when}", method=method, path="/api*", nth=nth)
    async with applying(made, cluster, folder) as process:
        await cluster.wait_held(timeout=60)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await cluster.release(drop=when == "before")
    await cluster.clear_faults()


async def changes(cluster: Cluster) -> int:
    return len([each for each in await cluster.requests("PATCH") if each["status"] == 200])


async def revision(cluster: Cluster) -> str:
    found = await cluster.get("deployment", "checkout")
    return str(found["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


@pytest.mark.parametrize("nth", range(1, READS + 3))
async def test_a_rollback_killed_before_any_call_goes_back_once(cluster: Cluster, tmp_path: Path, nth: int) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    made = await plan("rollback", checkout)
    asked = len(await cluster.requests())
    await killed(made, cluster, tmp_path, "before", nth)
    assert len(await cluster.requests()) >= asked + nth - 1
    await apply(made, checkout)
    await cluster.settle()
    assert image(await cluster.get("deployment", "checkout")) == "v41"
    assert (await revision(cluster), await changes(cluster)) == ("3", 1)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("action", "wanted"), [("rollback", None), ("restart", None), ("scale", 5)])
async def test_a_change_killed_before_or_after_it_arrived_is_made_once(
    cluster: Cluster, tmp_path: Path, action: str, wanted: int | None, when: str
) -> None:
    await two_releases(cluster)
    checkout = target(cluster, tmp_path)
    made = await plan(action, checkout, **({} if wanted is None else {"replicas": wanted}))
    await killed(made, cluster, tmp_path, when, 1, "PATCH")
    assert await changes(cluster) == (when == "after")
    await apply(made, checkout)
    await cluster.settle()
    assert await changes(cluster) == 1
    found = await cluster.get("deployment", "checkout")
    assert found["spec"]["replicas"] == (wanted or 3)
    assert await revision(cluster) == ("2" if action == "scale" else "3")
