"""A performer for tests that does what each test says, and a worker that runs while a block does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bot.delivery.performer import Lease, Result
from bot.delivery.worker import Worker
from bot.domain.work import Claimed
from bot.store.db import Database, Tx
from bot.store.owing import owe
from bot.store.schema.work import effects
from bot.supervise import forever
from tests.support.work import effect, row

Deed = Callable[[Claimed, Lease], Awaitable[Result]]


async def nothing(claimed: Claimed, lease: Lease) -> Result:
    return {}


@dataclass
class Doing:
    """Performs `deed`; what follows is owed as `after:<key>`, what failed as `failed:<key>`."""

    deed: Deed = nothing
    name: str = "one"
    seen: list[Claimed] = field(default_factory=list)

    async def perform(self, claimed: Claimed, lease: Lease) -> Result:
        self.seen.append(claimed)
        return await self.deed(claimed, lease)

    async def settle(self, tx: Tx, claimed: Claimed, result: Result) -> None:
        await owe(tx, effect(f"after:{claimed.key}", kind=f"after {self.name}"))

    async def failed(self, tx: Tx, claimed: Claimed, words: str) -> None:
        await owe(tx, effect(f"failed:{claimed.key}", kind=words))


@asynccontextmanager
async def working(
    database: Database, doing: Doing, lease: float = 60.0, kinds: tuple[str, ...] = ("test",)
) -> AsyncIterator[Worker]:
    worker = Worker(database, dict.fromkeys(kinds, doing), doing.name, lease, unsure_after=60)
    loop = asyncio.create_task(forever("worker", worker.step))
    try:
        yield worker
    finally:
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop
        await worker.drain(0)


async def until(state: str, database: Database, key: str) -> None:
    """Wait until the effect is in this state."""
    async with asyncio.timeout(15):
        while (await row(database, effects, key)).state != state:
            await asyncio.sleep(0.01)
