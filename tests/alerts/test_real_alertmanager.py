"""A real Alertmanager posts to the real HTTP server: firing, grouped, resolved, cut short."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.alert import GroupState
from bot.store.db import Database
from tests.alerts.test_http import HOOK, TOKEN, Bot, serve
from tests.support.alerting import Desk
from tests.support.alertmanager import alertmanager, send

ARRIVES_WITHIN = 20.0


@pytest.fixture(params=["sqlite"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """What Alertmanager sends is the same for every database."""
    return str(request.param)


@pytest.fixture
async def bot(database: Database) -> AsyncIterator[Bot]:
    server, bot = await serve(Desk(database))
    yield bot
    await bot.client.aclose()
    await server.stop()


def pod(number: int, **more: object) -> dict[str, object]:
    labels = {"alertname": "PodDown", "service": "checkout", "severity": "critical", "pod": f"pod-{number}"}
    return {"labels": labels, "annotations": {"summary": "pods are down"}, **more}


async def until(bot: Bot, holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for deliveries until what is expected has come."""
    arrived = asyncio.Event()
    bot.desk.intake._counted = lambda source, taken: arrived.set()
    async with asyncio.timeout(ARRIVES_WITHIN):
        while not await holds():
            await arrived.wait()
            arrived.clear()


async def test_alerts_come_in_as_a_group_and_go(bot: Bot, tmp_path: Path) -> None:
    async def both_fire() -> bool:
        return [group.firing for group in await bot.desk.groups()] == [2]

    async def all_over() -> bool:
        return [group.state for group in await bot.desk.groups()] == [GroupState.RESOLVED]

    async with alertmanager(tmp_path, f"{bot.client.base_url}{HOOK}", TOKEN) as url:
        await send(url, pod(1), pod(2))
        await until(bot, both_fire)
        now = datetime.now(UTC).isoformat()
        await send(url, pod(1, endsAt=now), pod(2, endsAt=now))
        await until(bot, all_over)
    group = await bot.desk.group()
    assert (group.title, group.service, group.total) == ("pods are down", "checkout", 2)
    assert await bot.desk.count("pages") == 1


async def test_alerts_that_alertmanager_cuts_off_are_counted(bot: Bot, tmp_path: Path) -> None:
    async def came() -> bool:
        return bool(await bot.desk.groups())

    async with alertmanager(tmp_path, f"{bot.client.base_url}{HOOK}", TOKEN, max_alerts=2) as url:
        await send(url, *(pod(number) for number in range(5)))
        await until(bot, came)
    (delivery,) = (await bot.desk.rows("deliveries"))[:1]
    assert (delivery.accepted, delivery.left_out) == (2, 3)
