"""A bot's worker as a process of its own, which can be killed: `python -m tests.runs.working URL OPTIONS LEASE`."""

import asyncio
import json
import sys

from bot.store.db import Database
from tests.runs.desk import Desk


async def work(url: str, options: dict[str, str], lease: float) -> None:
    """Work until killed."""
    desk = Desk(Database(url), options, lease=lease)
    async with desk.at_work():
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])))
