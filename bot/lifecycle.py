"""The life of the bot: started in order, kept alive, ended in order within ten seconds of SIGTERM."""

import asyncio
import json
import os
import signal
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import structlog

from bot.ports import OutsideError
from bot.schedule import Schedule
from bot.services.catalogs import CatalogInForce
from bot.settings import Settings, SettingsError
from bot.slack.client import SlackClient
from bot.store.claims import take_over
from bot.store.db import Database
from bot.store.migrating import migrate
from bot.store.statelock import StateLock
from bot.supervise import forever
from bot.wiring.house import KNOWN, House
from bot.wiring.running import Running, build_running

log = structlog.get_logger()
DRAIN_SECONDS = 4.0
"""How long what was begun may take to end; everything else of the shutdown fits into the other six seconds."""


async def run_bot(settings: Settings, directory: Path, env: Mapping[str, str], ready_file: Path | None) -> None:
    """From the first look at the settings to the last closed socket.

    Raises `SettingsError`, `CatalogErrors`, `StateLocked`, `BadToken`, `SchemaTooNew`, `MigrationFailed` and
    `StoreUnavailable` before anything was begun.
    """
    bot_token, app_token = settings.slack_tokens()
    catalog = CatalogInForce(directory, env, KNOWN)
    ending = _ending()
    async with AsyncExitStack() as stack:
        settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        database = Database(settings.database)
        stack.push_async_callback(database.close)
        if database.dialect == "sqlite":
            stack.enter_context(StateLock(settings.state_dir))
        client = SlackClient(bot_token, app_token, settings.slack_api_url, settings.call_timeout)
        stack.push_async_callback(client.close)
        await asyncio.gather(_open(database, settings), _greet(client))
        house = House(settings, database, catalog)
        stack.push_async_callback(house.close)
        await _live(build_running(settings, house, catalog, client), ending, ready_file)


def _ending() -> asyncio.Event:
    """Set by SIGTERM and SIGINT."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    return ending


async def _open(database: Database, settings: Settings) -> None:
    await migrate(database)
    if database.dialect == "sqlite":
        await take_over(database, settings.call_timeout + settings.unsure_grace)


async def _greet(client: SlackClient) -> None:
    """Who we are in Slack; where it cannot be reached, that is asked again later. Raises `BadToken`."""
    try:
        await client.check()
    except OutsideError as error:
        log.warning("Slack cannot be reached; alerts, pages and the record work meanwhile", why=str(error))


async def _live(running: Running, ending: asyncio.Event, ready_file: Path | None) -> None:
    """Start from the inside out, so that whoever can ask can be answered; stop from the outside in."""
    await running.prepare()
    loops = [asyncio.create_task(forever(name, step)) for name, step in running.loops()]
    schedule = Schedule(running.ticks())
    schedule.start()
    try:
        host, port = await _listening(running)
        await _until(running.sockets.start(), ending)
        if not ending.is_set():
            _write_ready(ready_file, f"{host}:{port}")
            log.info("ready", http=f"http://{host}:{port}", sockets=running.sockets.connected())
        await ending.wait()
    finally:
        log.info("stopping")
        await running.http.stop()
        await schedule.stop()
        for task in loops:
            task.cancel()
        await asyncio.wait(loops)
        await running.drain(DRAIN_SECONDS)
        await running.sockets.stop()
        await running.close()
        log.info("stopped")


async def _listening(running: Running) -> tuple[str, int]:
    """Serve webhooks and probes. Raises `SettingsError` where the address cannot be had."""
    try:
        return await running.http.start()
    except OSError as error:
        raise SettingsError(
            f"QUARTERDECK_HTTP names an address that cannot be listened on: {error.strerror}."
        ) from None


async def _until(work: Coroutine[None, None, None], ending: asyncio.Event) -> None:
    """Let `work` end, unless the end of everything comes first. Raises what `work` raises."""
    doing, end = asyncio.ensure_future(work), asyncio.ensure_future(ending.wait())
    await asyncio.wait([doing, end], return_when=asyncio.FIRST_COMPLETED)
    end.cancel()
    if doing.done():
        doing.result()
    else:
        doing.cancel()


def _write_ready(ready_file: Path | None, http: str) -> None:
    """Whole or not at all: readers poll for it."""
    if ready_file is None:
        return
    fresh = ready_file.with_name(f"{ready_file.name}.new")
    fresh.write_text(json.dumps({"pid": os.getpid(), "http": http}), encoding="utf-8")
    fresh.replace(ready_file)
