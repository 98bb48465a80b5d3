"""Waking workers when something was committed for them, in this process or in another."""

import asyncio
from collections.abc import Iterable


class Bell:
    """Named bells: a worker waits for its own, a commit rings those it owes work to. No ring between waits is lost."""

    def __init__(self) -> None:
        self._rung: dict[str, asyncio.Event] = {}

    def ring(self, names: Iterable[str]) -> None:
        for name in names:
            self._event(name).set()

    async def wait(self, name: str, timeout: float) -> None:
        """Until the bell rings, or `timeout` seconds: the poll that makes a lost ring harmless."""
        rung = self._event(name)
        try:
            async with asyncio.timeout(timeout):
                await rung.wait()
        except TimeoutError:
            return
        rung.clear()

    def _event(self, name: str) -> asyncio.Event:
        return self._rung.setdefault(name, asyncio.Event())
