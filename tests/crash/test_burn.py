"""Killed where a budget that burns becomes an alert: whoever comes after raises it once.

The budget burns before the first bot starts, so the first evaluation of each of them finds it.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.pages import PageReceiver
from bot.domain.series import Increment
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from tests.crash.bots import Bot, Program
from tests.crash.databases import Databases
from tests.crash.matrix import bot_manifest
from tests.crash.points import AFTER, BEFORE, Setting
from tests.crash.stories import sound
from tests.crash.world import World
from tests.support.playground import Playground, PlaygroundProcess

pytestmark = pytest.mark.crash
COMMITS = ("SloAlerting.judge", "AlertIntake.take_in")
"""Of a crossing, and of its alert."""


@dataclass
class Stage:
    """Where it is played, one time after the other."""

    process: PlaygroundProcess
    pages: PageReceiver
    record: Path
    program: Program
    databases: Databases
    folder: Path
    played: int = 0

    @asynccontextmanager
    async def burning(self) -> AsyncIterator[World]:
        """A world in which a third of all requests have failed for two hours."""
        self.played += 1
        async with Playground(self.process) as slack:
            folder = self.folder / f"play{self.played}"
            world = World(slack, self.pages, self.record, None, self.program, self.databases, folder)
            await world.make()
            await _lay(world.rows.url)
            try:
                yield world
            finally:
                await world.end()


@pytest.fixture(params=[Setting.SQLITE, Setting.POSTGRESQL], ids=str)
async def stage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Stage]:
    server = request.getfixturevalue("postgres_url") if request.param is Setting.POSTGRESQL else ""
    manifest = tmp_path / "manifest.json"
    manifest.write_text(await asyncio.to_thread(bot_manifest), encoding="utf-8")
    databases = Databases(request.param, tmp_path, server)
    await databases.prepare()
    process, program, record = PlaygroundProcess(manifest=manifest), Program(), tmp_path / "pages.jsonl"
    pages = PageReceiver(record, lambda _: None)
    await asyncio.to_thread(process.start)
    await pages.start()
    yield Stage(process, pages, record, program, databases, tmp_path)
    await pages.stop()
    await asyncio.to_thread(process.stop)
    await asyncio.to_thread(program.stop)


async def test_a_crossing_pages_once_wherever_the_bot_was_killed(stage: Stage) -> None:
    async with stage.burning() as world:
        bot = await world.launch(name="nothing is struck", nth=1, side=BEFORE)
        await _told(world)
        calm = await _counted(world)
        assert set(COMMITS) <= set(bot.commits), bot.commits
    for name in COMMITS:
        for side in (BEFORE, AFTER):
            async with stage.burning() as world:
                struck = await world.launch(name=name, nth=1, side=side, signal=int(signal.SIGKILL))
                await _until_struck(struck)
                await world.start()
                await _told(world)
                assert await _counted(world) == calm, f"{name}, {side}"


async def _lay(url: str) -> None:
    database = Database(url)
    async with database.read() as tx:
        now: datetime = tx.now
    minutes = [now - timedelta(minutes=minute) for minute in range(120, 0, -1)]
    made = [
        Increment("shop_requests_total", {"service": "checkout", "code": code}, at, amount)
        for at in minutes
        for code, amount in (("200", 40.0), ("500", 20.0))
    ]
    await SqlSampleStore(database).add("page-checkout", made, now - timedelta(hours=2), now)
    await database.close()


async def _until_struck(bot: Bot) -> None:
    async with asyncio.timeout(60):
        while not bot.struck:
            await asyncio.sleep(0.05)


async def _told(world: World) -> None:
    """The alert's card stands there, its page was sent, and nothing is owed any more."""
    await world.slack.message_with("alerts", "Checkout availability", timeout=60)
    await world.slack.eventually(world.paged, timeout=60)
    await world.settled()


async def _counted(world: World) -> list[object]:
    """What there is of each, by its words: crossings, alerts, groups, pages, and what stands in Slack."""
    await sound(world)
    return [
        sorted(await world.rows.of("SELECT slo, rule FROM slo_crossings")),
        await world.rows.one("SELECT count(*) FROM alerts"),
        await world.rows.one("SELECT count(*) FROM alert_groups"),
        await world.rows.one("SELECT count(*) FROM pages"),
        len(world.pages),
        sorted(key.partition(":")[0] for key in await world.posted()),
    ]
