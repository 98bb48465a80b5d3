"""Applies a stored plan in a process of its own, which can be killed: `python -m tests.runbooks.apply PLAN OPTIONS`."""

import asyncio
import json
import sys
from pathlib import Path

from bot.action import Progress, plan_from_json
from runbooks import ACTIONS
from runbooks.targets import CONNECTORS


async def report(progress: Progress) -> None:
    """Print how far it is, at once."""
    print(f"{progress.done}/{progress.total} {progress.line}", flush=True)


if __name__ == "__main__":
    plan = plan_from_json(Path(sys.argv[1]).read_text())
    target = CONNECTORS[plan.target](json.loads(sys.argv[2]))
    asyncio.run(ACTIONS[plan.action].apply(plan, target, report))
