"""Where pages of the demo arrive: a gateway as a pager has one, on this machine, that only shows what it is told."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from bot.domain.plaintext import clean


class PageReceiver:
    """Answers `POST /` with an id, appends each page to `record` as a JSON line, and tells `show` one line about it."""

    def __init__(self, record: Path, show: Callable[[str], None]) -> None:
        self._record = record
        self._show = show
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/", self._page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        try:
            page = await request.json()
            key, line = str(page["key"]), f"Page for {page['to']}: {page['subject']}"
        except (json.JSONDecodeError, KeyError, TypeError):
            return web.json_response({"error": "a page needs key, to and subject"}, status=400)
        await asyncio.to_thread(self._keep, json.dumps(page, ensure_ascii=False))
        self._show(clean(line))
        return web.json_response({"id": key})

    def _keep(self, line: str) -> None:
        with self._record.open("a", encoding="utf-8") as record:
            record.write(line + "\n")
