"""The one HTTP server of the process."""

from collections.abc import Iterable

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.http.answers import TOO_LARGE, Declined, declined
from bot.http.intake import MOST_BYTES

_CLOSE_WITHIN = 3.0
_ERRORS = {404: "not found", 405: "method not allowed", TOO_LARGE: "too large"}


class HttpServer:
    """Serves `routes` on `address` (host, port; port 0 takes a free one)."""

    def __init__(self, address: tuple[str, int], routes: Iterable[web.RouteDef]) -> None:
        self._address = address
        self._app = web.Application(client_max_size=MOST_BYTES, middlewares=[_one_line])
        self._app.add_routes(list(routes))
        self._runner: web.AppRunner | None = None

    async def start(self) -> tuple[str, int]:
        """Listen; the host and port that are really bound. Raises `OSError` where the address is taken."""
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=_CLOSE_WITHIN)
        await runner.setup()
        try:
            await web.TCPSite(runner, *self._address).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        host, port = runner.addresses[0][:2]
        return str(host), int(port)

    async def stop(self) -> None:
        """Take nothing more in, and let what is being answered end."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None


@web.middleware
async def _one_line(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every answer that declines is one line of JSON."""
    try:
        return await handler(request)
    except Declined as why:
        return declined(why)
    except web.HTTPException as error:
        return declined(Declined(error.status, _ERRORS.get(error.status, "declined"), error.reason))
