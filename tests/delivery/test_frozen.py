"""A second process that is frozen or killed in the middle of its work, and what it can still do: nothing."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.store.claims import take_over
from bot.store.db import Database
from bot.store.schema.work import effects
from tests.delivery.doing import Doing, until, working
from tests.support.work import effect, owe, pass_an_hour, row


@asynccontextmanager
async def performing(url: str, held: Path, *more: str) -> AsyncIterator[Process]:
    """Another process, in the middle of the effect "a"."""
    held.touch()
    command = [sys.executable, "-m", "tests.delivery.process", url, str(held), *more]
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=DEVNULL)
    try:
        await said(process, "performing")
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: Process, words: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while words not in (line := (await process.stdout.readline()).decode()):
            assert line, f"it ended without saying {words!r}"


async def test_a_frozen_process_that_wakes_again_writes_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await owe(database, effect("a"))
    async with performing(database_url, tmp_path / "held") as process:
        os.kill(process.pid, signal.SIGSTOP)
        await pass_an_hour(database)
        doing = Doing(name="heir")
        async with working(database, doing):
            await until("done", database, "a")
        before = await row(database, effects, "a")
        (tmp_path / "held").unlink()
        os.kill(process.pid, signal.SIGCONT)
        await said(process, "taken over")
    assert await row(database, effects, "a") == before
    assert (await row(database, effects, "after:a")).kind == "after heir"
    assert [one.retaken for one in doing.seen] == [True]


async def test_what_a_killed_process_had_begun_is_looked_up_by_the_next(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await owe(database, effect("a"), effect("b", "a"))
    async with performing(database_url, tmp_path / "held") as process:
        process.kill()
        await process.wait()
    doing = Doing(name="heir")
    await take_over(database, within=0)
    async with working(database, doing):
        await until("done", database, "b")
    assert [(one.key, one.retaken) for one in doing.seen] == [("a", True), ("b", False)]


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_a_process_frozen_in_a_transaction_holds_up_nobody_for_long(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    await owe(database, effect("a"))
    async with performing(database_url, tmp_path / "held", "inside") as process:
        os.kill(process.pid, signal.SIGSTOP)
        async with working(database, Doing(name="heir")):
            await until("done", database, "a")
        (tmp_path / "held").unlink()
        os.kill(process.pid, signal.SIGCONT)
        await said(process, "over")
    now = await row(database, effects, "a")
    assert (now.state, now.attempts) == ("done", 1)
