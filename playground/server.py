"""Puts the playground together and serves it."""

import asyncio
import socket

from aiohttp import web

from playground.control import routes as control
from playground.control.uploads import upload_handler
from playground.json_types import Json
from playground.keeping import Keeper
from playground.options import Options
from playground.page import STATIC, Page
from playground.panel import load_panel
from playground.slack import Slack
from playground.static_files import StaticFiles
from playground.web_api import dispatch, responses, uploads

_MAX_BODY = 256 * 1024 * 1024
_SHUTDOWN_SECONDS = 1.0


class Server:
    """One playground. `start` listens; `address` is what the command prints."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.slack = Slack(options)
        self._keeper = Keeper(self.slack, options.keep) if options.keep else None
        self._keeping: asyncio.Task[None] | None = None
        panel = load_panel(options.panel) if options.panel else None
        app = _application(self.slack, Page(self.slack, panel))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)

    async def start(self) -> None:
        """Raises OSError when the address is taken, KeepingError when there is a file that cannot be gone on from."""
        if self._keeper:
            self._keeper.restore()
            self._keeping = asyncio.create_task(self._keeper.run())
        await self._runner.setup()
        listener = socket.create_server((self._options.host, self._options.port), reuse_port=False)
        await web.SockSite(self._runner, listener).start()
        host, port = listener.getsockname()[:2]
        self.slack.url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"

    def address(self) -> Json:
        return {
            "url": self.slack.url,
            "api_url": f"{self.slack.url}/api/",
            "control_url": f"{self.slack.url}/control",
            "bot_token": self.slack.tokens.bot,
            "app_token": self.slack.tokens.app,
        }

    async def stop(self) -> None:
        await self.slack.stop()
        await self._runner.cleanup()
        if self._keeper and self._keeping:
            self._keeping.cancel()
            self._keeper.save()


def _application(slack: Slack, page: Page) -> web.Application:
    app = web.Application(client_max_size=_MAX_BODY)
    app.router.add_route("*", "/api/{method}", dispatch.handler(slack))
    app.router.add_post("/response/{key}", responses.handler(slack))
    app.router.add_post("/upload/{file_id}", uploads.upload_handler(slack))
    app.router.add_get("/files/{file_id}/{name}", uploads.content_handler(slack))
    app.router.add_get("/link/", slack.hub.handshake)
    app.router.add_post("/control/upload", upload_handler(slack))
    app.router.add_post("/control/{name}", control.post_handler(slack))
    app.router.add_get("/control/{name}", control.get_handler(slack))
    app.add_routes(page.routes())
    app.router.add_get("/static/{name:.+}", StaticFiles(STATIC).handle)
    return app
