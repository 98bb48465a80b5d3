"""Reports on their way to a channel: the message once, its files once in its thread, also after a kill."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.catalog.model import Catalog
from bot.domain.series import Increment
from bot.ports import Permanent
from bot.services.catalogs import CatalogInForce
from bot.services.requests import Asked
from bot.services.slo_posting import FILE
from bot.settings import load
from bot.slack.client import SlackClient
from bot.store.db import Database
from bot.store.schema.work import effects
from bot.supervise import forever
from bot.wiring.house import KNOWN, House
from bot.wiring.running import build_running
from tests.slo.asking import sampled
from tests.support.playground import ROOT, Json, Playground

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
CATALOG = Catalog(slos=(sampled("checkout-availability", "checkout"),))
CHANNEL = "alerts"


@asynccontextmanager
async def delivering(slack: Playground, database: Database) -> AsyncIterator[House]:
    """The bot's own publisher and workers over `CATALOG`, killed at the end of the block."""
    tokens = {"SLACK_API_URL": slack.api_url, "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_APP_TOKEN": slack.app_token}
    settings = load({**tokens, "QUARTERDECK_UNSURE_GRACE": "0.2", "QUARTERDECK_CARD_INTERVAL": "0.2"})
    house = House(settings, database, lambda: CATALOG)
    client = SlackClient(slack.bot_token, slack.app_token, slack.api_url, 5.0)
    running = build_running(settings, house, CatalogInForce(ROOT / "config", {}, KNOWN), client)
    loops = [asyncio.create_task(forever(name, step)) for name, step in running.loops() if name != "listener"]
    try:
        yield house
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await running.drain(0)
        await running.close()
        await client.close()
        await house.close()


async def reports(slack: Playground) -> list[Json]:
    return [each for each in await slack.messages(CHANNEL) if "SLO" in each["plain"] and not each.get("files")]


async def files(slack: Playground) -> list[Json]:
    return [file for file in await slack.look("files") if file["name"].endswith(".md")]


async def test_a_report_is_posted_with_its_document_in_the_thread(slack: Playground, database: Database) -> None:
    async with delivering(slack, database) as house:
        await house.slo_posting.post(Asked("key", "U02ANA", "ana"), "C02ALERTS", "last-month")
        await house.slo_posting.post(Asked("key", "U02ANA", "ana"), "C02ALERTS", "last-month")
        (file,) = await slack.eventually(lambda: files(slack), bool, timeout=20)
    (message,) = await reports(slack)
    last = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    assert file["name"] == f"slos-{last}.md"
    assert "nothing is known of any SLO" in message["plain"]
    (reply,) = [each for each in await slack.messages(CHANNEL, thread=message["ts"]) if each["ts"] != message["ts"]]
    assert reply["files"][0]["id"] == file["id"]
    assert [each["name"] for each in reply["files"]] == [f"slos-{last}.md", f"slos-{last}.html"]


async def test_what_is_known_comes_as_markdown_as_a_page_and_as_a_picture(
    slack: Playground, database: Database
) -> None:
    async with delivering(slack, database) as house:
        await _lay(house, good=980, bad=20)
        await house.slo_posting.post(Asked("key", "U02ANA", "ana"), "C02ALERTS", "1d")
        await slack.eventually(lambda: files(slack), bool, timeout=30)
    (message,) = await reports(slack)
    (reply,) = [each for each in await slack.messages(CHANNEL, thread=message["ts"]) if each["ts"] != message["ts"]]
    assert [each["name"] for each in reply["files"]] == ["slos-1d.md", "slos-1d.html", "checkout-availability.png"]
    picture = reply["files"][-1]
    assert picture["title"] == "Error budget of Checkout availability"
    assert "error budget" in picture["alt_txt"].lower()


async def test_files_come_into_a_channel_that_the_bot_is_no_member_of(slack: Playground, database: Database) -> None:
    channel = await slack.channel("random")
    assert channel is not None
    async with delivering(slack, database) as house:
        await house.slo_posting.post(Asked("key", "U02ANA", "ana"), channel["id"], "1d")
        (file,) = await slack.eventually(lambda: files(slack), bool, timeout=30)
    assert [each["method"] for each in await slack.calls("conversations.join")] == ["conversations.join"]
    assert file["name"] == "slos-1d.md"


async def test_where_no_picture_can_be_drawn_the_documents_come_without(
    slack: Playground, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unable(*_: object, **__: object) -> bytes:
        raise Permanent("the picture could not be drawn: no brush")

    async with delivering(slack, database) as house:
        monkeypatch.setattr(house.burndowns, "image", unable)
        await _lay(house, good=980, bad=20)
        await house.slo_posting.post(Asked("key", "U02ANA", "ana"), "C02ALERTS", "1d")
        await slack.eventually(lambda: files(slack), bool, timeout=30)
    assert [each["name"] for each in await slack.look("files")] == ["slos-1d.md", "slos-1d.html"]


async def _lay(house: House, good: float, bad: float) -> None:
    """So many requests in the hour before now."""
    now = datetime.now(UTC)
    made = [
        Increment("hits_total", {"service": "checkout", "code": code}, now - timedelta(minutes=30), amount)
        for code, amount in (("200", good), ("500", bad))
    ]
    await house.samples.add("page-checkout", made, now - timedelta(hours=1), now)


async def test_a_document_that_a_killed_bot_had_brought_is_not_brought_twice(
    slack: Playground, database: Database
) -> None:
    await slack.fault("hold_after", method="files.completeUploadExternal")
    async with delivering(slack, database) as house:
        await house.slo_posting.post(Asked("key", "U02ANA", "ana"), "C02ALERTS", "2026-01")
        await slack.wait_held()
    await slack.release()
    async with delivering(slack, database) as house:
        async with asyncio.timeout(20):
            while not await _done(house):
                await asyncio.sleep(0.1)
    assert len(await files(slack)) == 1
    assert len(await reports(slack)) == 1


async def _done(house: House) -> bool:
    async with house.database.read() as tx:
        rows = await tx.connection.execute(select(effects.c.state).where(effects.c.kind == FILE))
        return [row.state for row in rows] == ["done"]
