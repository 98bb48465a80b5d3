import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text

from bot.domain.work import Surface
from bot.store.bell import Ear
from bot.store.db import Database
from bot.store.listener import Listener
from bot.store.owing import EFFECTS, SURFACES
from bot.supervise import forever
from tests.support.work import effect, owe, touch

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"])
LISTENING = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[None]:
    task = asyncio.create_task(forever("listener", Listener(database).step))
    await listener_pid(database)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def listener_pid(database: Database, other_than: int = 0) -> int:
    """The server's process that listens, as soon as there is one."""
    async with asyncio.timeout(10):
        while True:
            async with database.read() as tx:
                for (pid,) in await tx.connection.execute(text(LISTENING)):
                    if pid != other_than:
                        return int(pid)
            await asyncio.sleep(0.02)


async def heard(ear: Ear) -> None:
    async with asyncio.timeout(5):
        await ear.wait(60)


async def test_what_another_process_commits_rings_here(database: Database, another: Database) -> None:
    effects, surfaces = database.bell.ear(EFFECTS), database.bell.ear(SURFACES)
    async with listening(database):
        await owe(another, effect("a"))
        await heard(effects)
        await touch(another, Surface("s", "test", "s", "C1"))
        await heard(surfaces)


async def test_what_is_rolled_back_rings_nowhere(database: Database, another: Database) -> None:
    ear = database.bell.ear(EFFECTS)
    async with listening(database):
        with suppress(LookupError):
            async with another.write() as tx:
                tx.bells.add(EFFECTS)
                raise LookupError
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await ear.wait(60)


async def test_a_lost_connection_is_made_anew(database: Database, another: Database) -> None:
    ear = database.bell.ear(EFFECTS)
    async with listening(database):
        pid = await listener_pid(another)
        async with another.write() as tx:
            await tx.connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        await listener_pid(another, other_than=pid)
        await owe(another, effect("a"))
        await heard(ear)


async def test_who_stops_listening_leaves_no_connection_behind(database: Database, another: Database) -> None:
    async with listening(database):
        pid = await listener_pid(another)
    async with asyncio.timeout(5):
        while await _alive(another, pid):
            await asyncio.sleep(0.02)


async def _alive(database: Database, pid: int) -> bool:
    async with database.read() as tx:
        found = await tx.connection.execute(text("SELECT 1 FROM pg_stat_activity WHERE pid = :pid"), {"pid": pid})
        return found.first() is not None
