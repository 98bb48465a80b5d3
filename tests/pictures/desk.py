"""`/slo show` at work: the real command over real sockets to a local Slack, with a worker that draws."""

import asyncio
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Row, select

from bot.catalog.model import Catalog
from bot.delivery.worker import Worker
from bot.domain.slo import Counts, RatioMetric, RollingWindow
from bot.domain.slo.burndown import Burndown
from bot.integrations.sampled import SampledSource
from bot.ports import Artist, Permanent, Sample, Scrape
from bot.services.burndowns import KIND, Burndowns
from bot.services.directory import Directory
from bot.services.slo_details import SloDetails
from bot.services.slo_facts import SloPictures
from bot.services.slos import SloService
from bot.slack.burndown_drawing import BurndownDrawing
from bot.slack.client import SlackClient
from bot.slack.inbound import Inbound
from bot.slack.router import Router
from bot.slack.socket import Sockets
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from bot.store.schema.work import effects
from bot.supervise import forever
from commands.slo import SloCommand
from commands.slo_one import SloOne
from tests.support.playground import Json, Playground
from tests.support.slos import slo

BUDGET, LEASE, TIMEOUT, UNSURE_AFTER, PING = 2.0, 30.0, 5.0, 0.2, 0.5
METRIC = RatioMetric(total='hits_total{service="checkout"}', bad='hits_total{service="checkout",code="500"}')
AVAILABILITY = slo(metric=METRIC, source="sampler", target=0.99, window=RollingWindow(timedelta(hours=2)))


class Sketcher:
    """An artist who is quick, since the pictures of most tests are looked at by nobody."""

    async def draw(self, picture: Burndown, *, light: bool = False) -> bytes:
        return b"\x89PNG\r\n\x1a\n" + picture.title.encode() + (b" in light" if light else b"")


class Unable:
    """An artist without a brush."""

    async def draw(self, picture: Burndown, *, light: bool = False) -> bytes:
        raise Permanent("the picture could not be drawn: no brush")


class Clock:
    """The database's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> Any:
        return self._database.clock()


class ShowDesk:
    """`deliver` starts the worker; until then pictures are owed and nobody draws."""

    def __init__(self, slack: Playground, database: Database, artist: Artist) -> None:
        self.slack = slack
        self.database = database
        self.store = SqlSampleStore(database)
        catalog = Catalog(slos=(AVAILABILITY,))
        clock = Clock(database)
        sources = {"sampler": SampledSource(self.store)}
        self.slos = SloService(lambda: catalog, sources, clock, database)
        self.burndowns = self.burndowns_with(artist)
        self.client = SlackClient(slack.bot_token, slack.app_token, slack.api_url, TIMEOUT)
        pictures = SloPictures(database, lambda: catalog, self.slos)
        details = SloDetails(database, pictures, self.slos, sources, clock)
        self.command = SloOne(pictures, details, self.burndowns, Directory(database))
        router = Router([SloCommand(self.command).command()], self.command.actions(), {}, ())
        self.inbound = Inbound(database, router, self.client, BUDGET)
        self.sockets = Sockets(self.inbound.app, self.client, slack.app_token, 1, PING)
        self._loop: asyncio.Task[None] | None = None
        self._worker: Worker | None = None

    def burndowns_with(self, artist: Artist) -> Burndowns:
        return Burndowns(self.database, lambda: Catalog(slos=(AVAILABILITY,)), self.slos, artist)

    async def __aenter__(self) -> Self:
        await self.sockets.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop_delivery()
        await self.inbound.drain(1.0)
        await self.sockets.stop()
        await self.client.close()

    def deliver(self, burndowns: Burndowns | None = None) -> None:
        """Start a worker that draws."""
        performer = BurndownDrawing(self.client, burndowns or self.burndowns)
        self._worker = Worker(self.database, {KIND: performer}, "one", LEASE, UNSURE_AFTER)
        self._loop = asyncio.create_task(forever("worker", self._worker.step))

    async def stop_delivery(self) -> None:
        if self._loop is None or self._worker is None:
            return
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        await self._worker.drain(1.0)
        self._loop = None

    async def kill(self) -> None:
        """End the worker in the middle of things, and its claims with it."""
        assert self._loop is not None
        assert self._worker is not None
        self._loop.cancel()
        await asyncio.gather(self._loop, return_exceptions=True)
        await self._worker.drain(0)

    async def served(self, counts: Counts) -> None:
        """The shop has answered these in the last two minutes."""
        now = self.database.clock()
        for ago, share in ((2, 0.0), (1, 0.5), (0, 1.0)):
            values = {"200": counts.good * share, "500": counts.bad * share}
            samples = [Sample("hits_total", {"service": "checkout", "code": code}, n) for code, n in values.items()]
            await self.store.record(
                Scrape("page", now - timedelta(minutes=ago), timedelta(minutes=1), counters=samples)
            )

    async def served_now(self, counts: Counts) -> None:
        """The shop has answered these since."""
        now = self.database.clock()
        events = [Sample("hits_total", {"service": "checkout", "code": "500"}, counts.bad)]
        await self.store.record(Scrape("page", now, timedelta(minutes=1), events=events))

    async def owed(self) -> list[Row[Any]]:
        """The effects that draw, oldest first."""
        async with self.database.read() as tx:
            query = select(effects).where(effects.c.kind == KIND).order_by(effects.c.id)
            return list((await tx.connection.execute(query)).all())

    async def files(self) -> list[Json]:
        return list(await self.slack.look("files"))
