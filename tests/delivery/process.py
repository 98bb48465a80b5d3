"""A worker as a process of its own, to be frozen and killed: `python -m tests.delivery.process URL HELD [inside]`.

It performs the effect "a" until the file HELD is gone, and prints what it is about to do. With `inside` it stops in the
middle of the claiming transaction instead.
"""

import asyncio
import sys
from pathlib import Path

from bot.delivery.performer import Lease, Result
from bot.domain.work import Claimed
from bot.store.claims import claim_effects
from bot.store.db import Database
from tests.delivery.doing import Doing, working


async def _work(database: Database, held: Path) -> None:
    async def deed(claimed: Claimed, lease: Lease) -> Result:
        print("performing", flush=True)
        while held.exists():
            await asyncio.sleep(0.01)
        return {}

    async with working(database, Doing(deed, "child")):
        await asyncio.Event().wait()


async def _claim(database: Database, held: Path) -> None:
    try:
        async with database.write() as tx:
            await claim_effects(tx, "child", 60, 10)
            print("performing", flush=True)
            while held.exists():
                await asyncio.sleep(0.01)
    finally:
        print("over", flush=True)


if __name__ == "__main__":
    asyncio.run((_claim if "inside" in sys.argv else _work)(Database(sys.argv[1]), Path(sys.argv[2])))
