"""The shop's front door: a small reverse proxy over the replicas, and the place where the shop's metrics are read.

Run as `python -m playground.shop.front DIR`. Twice a second it reads which replicas there are
(programs/checkout-N.ini) and asks each for its health; requests go round the healthy ones. Nothing is retried: a
replica that breaks under a request costs that request (502). A replica that says `Connection: close` is leaving and
gets no more.
"""

import asyncio
import itertools
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web

from playground.shop import layout, lifeline
from playground.shop.frontmetrics import FrontMetrics
from playground.shop.inifiles import replica_ports
from playground.shop.layout import Shop
from playground.shop.pipeline import Pipeline

_SERVICES = ("checkout", "cart")
_LOOK_EVERY_S = 0.5
_HEALTH_TIMEOUT = aiohttp.ClientTimeout(total=1.0)
_PROXY_TIMEOUT = aiohttp.ClientTimeout(total=5.0)


@dataclass(slots=True)
class Replica:
    """A replica as the front last saw it.

    `release` is None until it answered once. `taken_out` counts how often a request found it leaving or broken.
    """

    name: str
    port: int
    live: bool = False
    release: str | None = None
    taken_out: int = 0


class Front:
    """The proxy's state: the replicas it knows, the HTTP client it reaches them with, and its metrics."""

    def __init__(self, shop: Shop, session: aiohttp.ClientSession) -> None:
        self._programs = shop.programs
        self._session = session
        self._replicas: dict[str, Replica] = {}
        self._turn = itertools.count()
        self._metrics = FrontMetrics(_SERVICES)
        self._pipeline = Pipeline(shop)

    def app(self) -> web.Application:
        """The routes the front answers."""
        app = web.Application()
        for service in _SERVICES:
            app.router.add_get(f"/{service}", self._serve)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/status", self._status)
        app.router.add_get("/metrics", self._exposition)
        app.router.add_post("/pipeline/ship/{release}", self._pipeline.ship)
        return app

    async def watch(self) -> None:
        """Keeps the list of replicas and their health fresh, for ever."""
        while True:
            await self.look()
            await asyncio.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Reads the replicas' files and asks each replica for its health, once."""
        ports = replica_ports(self._programs)
        known = self._replicas
        kept = {name: known[name] for name in known if known[name].port == ports.get(name)}
        self._replicas = {name: kept.get(name) or Replica(name, port) for name, port in ports.items()}
        await asyncio.gather(*(self._check(replica) for replica in self._replicas.values()))
        self._record()

    async def _check(self, replica: Replica) -> None:
        taken_out = replica.taken_out
        try:
            async with self._session.get(
                f"http://127.0.0.1:{replica.port}/healthz", timeout=_HEALTH_TIMEOUT
            ) as response:
                release = (await response.json())["release"]
                if taken_out == replica.taken_out:  # an answer from before it was taken out says nothing of now
                    replica.live, replica.release = response.status == 200, release
        except (aiohttp.ClientError, TimeoutError):
            replica.live = False

    def _record(self) -> None:
        live = self._live()
        self._metrics.show_replicas(len(live), {replica.release for replica in live if replica.release})

    def _live(self) -> list[Replica]:
        return [replica for replica in self._replicas.values() if replica.live]

    async def _serve(self, request: web.Request) -> web.Response:
        service = request.path.strip("/")
        started = time.perf_counter()
        response = await self._forward(request)
        self._metrics.count(service, response.status, time.perf_counter() - started)
        return response

    async def _forward(self, request: web.Request) -> web.Response:
        live = self._live()
        if not live:
            return web.json_response({"error": "no replica is up"}, status=503)
        replica = live[next(self._turn) % len(live)]
        url = f"http://127.0.0.1:{replica.port}{request.path_qs}"
        try:
            async with self._session.get(url, timeout=_PROXY_TIMEOUT) as response:
                if response.headers.get("Connection", "").lower() == "close":
                    self._take_out(replica)
                body = await response.read()
                return web.Response(status=response.status, body=body, content_type=response.content_type)
        except TimeoutError:
            return web.json_response({"error": f"{replica.name} did not answer in time"}, status=504)
        except aiohttp.ClientError:
            self._take_out(replica)
            return web.json_response({"error": f"{replica.name} broke the connection"}, status=502)

    def _take_out(self, replica: Replica) -> None:
        replica.live = False
        replica.taken_out += 1
        self._record()

    async def _healthz(self, _: web.Request) -> web.Response:
        live = len(self._live())
        return web.json_response(
            {"status": "ok" if live else "no replica is up", "replicas": live}, status=200 if live else 503
        )

    async def _status(self, _: web.Request) -> web.Response:
        replicas = sorted(self._replicas.values(), key=lambda replica: replica.port)
        known = [{"name": r.name, "port": r.port, "live": r.live, "release": r.release} for r in replicas]
        return web.json_response({"replicas": known})

    async def _exposition(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": self._metrics.content_type})


async def main(directory: Path) -> None:
    """Serves the front of the shop in `directory` until told to stop."""
    shop = layout.load(directory)
    if shop is None:
        raise SystemExit(
            f"{directory} holds no shop.json; lay a shop out first: python -m playground.shop up --dir {directory}"
        )
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), auto_decompress=False) as session:
        front = Front(shop, session)
        await front.look()
        runner = web.AppRunner(front.app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", shop.front_port).start()
        watch = asyncio.create_task(front.watch())
        await lifeline.until_told_or_orphaned()
        watch.cancel()
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
