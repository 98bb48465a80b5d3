"""Whoever is cancelled in the middle of a transaction leaves the database as usable as it was."""

import asyncio
import random

from sqlalchemy import text

from bot.store.db import Database

ROUNDS = 60
AT_ONCE = 4


async def test_cancelled_transactions_leak_no_connection(database: Database) -> None:
    chance = random.Random(7)

    async def one(number: int) -> None:
        async with database.write() if number % 2 else database.read() as tx:
            await tx.connection.execute(text("SELECT 1"))

    for _ in range(ROUNDS):
        tasks = [asyncio.create_task(one(number)) for number in range(AT_ONCE)]
        for _ in range(chance.randint(0, 12)):
            await asyncio.sleep(0)
        await asyncio.sleep(chance.random() * 0.003)
        for task in tasks:
            if chance.random() < 0.6:
                task.cancel()
        await asyncio.wait(tasks)

    async with asyncio.timeout(3):
        await one(1)
        await one(0)


async def test_the_next_writer_need_not_wait_for_a_cancelled_one(database: Database) -> None:
    begun = asyncio.Event()

    async def slow() -> None:
        async with database.write() as tx:
            begun.set()
            await tx.connection.execute(text("SELECT 1"))
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    async with asyncio.timeout(3), database.write() as tx:
        await tx.connection.execute(text("SELECT 1"))
