"""The demo's shop as a target: laid out by its own program, changed by ours, with its buyers looking on."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bot.action import Target
from runbooks.targets import CONNECTORS
from tests.runbooks.asking import apply, planned
from tests.runbooks.machine import eventually


def shop(*arguments: str) -> dict[str, str]:
    """One command of the shop's own program; the JSON line that it prints."""
    command = [sys.executable, "-m", "playground.shop", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    printed: dict[str, str] = json.loads(done.stdout)
    return printed


@pytest.fixture
def laid_out(tmp_path: Path) -> Iterator[dict[str, str]]:
    """shop.json of a shop that is up, v42 shipped."""
    try:
        shop("up", "--dir", str(tmp_path))
        shop("ship", "v42", "--dir", str(tmp_path))
        described: dict[str, str] = json.loads((tmp_path / "shop.json").read_text())
        yield described
    finally:
        shop("down", "--dir", str(tmp_path))


def target_of(described: dict[str, str]) -> Target:
    return CONNECTORS["supervisord"](
        {
            "socket": described["supervisor_socket"],
            "program": "checkout",
            "programs": described["programs_dir"],
            "current": described["current"],
            "releases": described["releases_dir"],
            "history": described["deploys"],
            "health": "http://127.0.0.1:{port}/healthz",
        }
    )


def live(described: dict[str, str]) -> dict[str, str]:
    """The live replicas as the front sees them, each with its release."""
    replicas = httpx.get(f"{described['front_url']}/status", trust_env=False).json()["replicas"]
    return {replica["name"]: replica["release"] for replica in replicas if replica["live"]}


async def test_a_rollback_of_the_shop_is_what_its_front_sees(laid_out: dict[str, str]) -> None:
    target = target_of(laid_out)
    plan = await planned("rollback", target)
    assert (plan.before, plan.after, plan.hits) == ("v42", "v41", "All 3 processes, one at a time, about 15 s")
    begun = datetime.now(UTC)
    await apply(plan, target)
    assert (datetime.now(UTC) - begun).total_seconds() < 15
    eventually(lambda: set(live(laid_out).values()) == {"v41"})

    await apply(await planned("scale", target, replicas=5), target)
    eventually(lambda: len(live(laid_out)) == 5)
    await apply(await planned("scale", target, replicas=3), target)
    eventually(lambda: sorted(live(laid_out)) == ["checkout-1", "checkout-2", "checkout-3"])
