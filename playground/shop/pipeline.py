"""A button for shipping: the team's delivery pipeline as an HTTP call, for a page that cannot run a command.

`POST /pipeline/ship/<release>` starts `python -m playground.shop ship` and answers at once with {"ok", "text"};
what the command says goes to the log of the process this runs in.
"""

import asyncio
import sys

from aiohttp import web

from playground.shop.layout import Shop


class Pipeline:
    """Ships releases of one shop, one at a time."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._shipping: asyncio.subprocess.Process | None = None

    async def ship(self, request: web.Request) -> web.Response:
        """202 started, 404 unknown release, 409 another one is on its way or this one is current."""
        release = request.match_info["release"]
        known = self._shop.release_names()
        if release not in known:
            return _answer(404, f"There is no release {release}. There are: {', '.join(known)}.")
        if self._shipping and self._shipping.returncode is None:
            return _answer(409, "A release is on its way already. Try again in some seconds.")
        if self._shop.current_release() == release:
            return _answer(409, f"{release} is the current release already.")
        command = [sys.executable, "-m", "playground.shop", "ship", release, "--dir", str(self._shop.dir)]
        self._shipping = await asyncio.create_subprocess_exec(*command)
        return _answer(202, f"Shipping {release}: the replicas restart one after another, some seconds in all.")


def _answer(status: int, text: str) -> web.Response:
    return web.json_response({"ok": status < 400, "text": text}, status=status)
