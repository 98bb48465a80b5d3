"""The shop's customers: a steady, bounded stream of requests to the front, three checkouts to one look at the cart.

Run as `python -m playground.shop.buyers FRONT_URL RATE`, RATE in requests a second. The stream is open-loop: a slow
shop does not slow it down, until `_IN_FLIGHT` requests wait for an answer; what would come on top is left out.
"""

import asyncio
import itertools
import sys

import aiohttp

from playground.shop import lifeline

_PATHS = ("/checkout", "/checkout", "/cart", "/checkout")
_IN_FLIGHT = 200
_GIVE_UP_S = 10.0


async def main(front_url: str, rate: float) -> None:
    """Sends `rate` requests a second until told to stop."""
    timeout = aiohttp.ClientTimeout(total=_GIVE_UP_S)
    async with aiohttp.ClientSession(front_url, timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        stream = asyncio.create_task(_stream(session, rate))
        await lifeline.until_told_or_orphaned()
        stream.cancel()


async def _stream(session: aiohttp.ClientSession, rate: float) -> None:
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Task[None]] = set()
    due = loop.time()
    for path in itertools.cycle(_PATHS):
        due = max(due + 1 / rate, loop.time() - 1)  # after a stall, catch up on a second at most
        await asyncio.sleep(due - loop.time())
        if len(under_way) < _IN_FLIGHT:
            task = asyncio.create_task(_buy(session, path))
            under_way.add(task)
            task.add_done_callback(under_way.discard)


async def _buy(session: aiohttp.ClientSession, path: str) -> None:
    try:
        async with session.get(path) as response:
            await response.read()
    except (aiohttp.ClientError, TimeoutError):
        return  # the customer goes away; the front has counted it


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
