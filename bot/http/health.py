"""`/healthz`, `/readyz` and `/metrics`: for those who watch the bot."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from aiohttp import web

from bot.domain.backlog import Backlog
from bot.http.answers import UNAVAILABLE, said
from bot.services.health import StoreUnavailable

log = structlog.get_logger()

Check = Callable[[], Awaitable[bool]]
"""Whether one part works: slack, database, publisher."""


class Figures(Protocol):
    """The bot's metrics."""

    content_type: str

    def tell(self, backlog: Backlog, sockets: int) -> None: ...

    def text(self) -> bytes: ...


class Probes:
    """`checks` are by name; `backlog` and `sockets` are what the metrics are told before they are read."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        figures: Figures,
        backlog: Callable[[], Awaitable[Backlog]],
        sockets: Callable[[], int],
    ) -> None:
        self._checks = checks
        self._figures = figures
        self._backlog = backlog
        self._sockets = sockets

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/healthz", self._healthz),
            web.get("/readyz", self._readyz),
            web.get("/metrics", self._metrics),
        ]

    async def _healthz(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """The process runs and its loop turns."""
        return said({"ok": True})

    async def _readyz(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Whether it can do its work."""
        checks = {name: await check() for name, check in self._checks.items()}
        ready = all(checks.values())
        return said({"ready": ready, "checks": checks}, 200 if ready else UNAVAILABLE)

    async def _metrics(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """While the database is away the figures that it counts stay as they were last."""
        try:
            self._figures.tell(await self._backlog(), self._sockets())
        except StoreUnavailable as error:
            log.warning("metrics without the database", why=str(error))
        return web.Response(body=self._figures.text(), headers={"Content-Type": self._figures.content_type})
