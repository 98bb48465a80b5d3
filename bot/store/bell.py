"""Waking workers when something was committed for them, in this process or in another."""

import asyncio
from collections.abc import Iterable


class Ear:
    """One waiter for one bell. No ring between its waits is lost, whoever else waits for the same bell."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def hear(self) -> None:
        self._rung.set()

    async def wait(self, timeout: float) -> None:
        """Until the bell rings, or `timeout` seconds: the poll that makes a lost ring harmless."""
        try:
            async with asyncio.timeout(timeout):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()


class Bell:
    """Named bells: a commit rings those it owes work to, and everyone with an ear for one of them wakes.

    A bell may be a part of another, `effects:page.send` of `effects`: whoever waits for the whole hears each part, and
    a ring of the whole is heard by whoever waits for a part.
    """

    def __init__(self) -> None:
        self._ears: dict[str, list[Ear]] = {}
        self._shared: dict[str, Ear] = {}

    def ear(self, *names: str) -> Ear:
        """A new ear for these bells, kept for as long as they are."""
        ear = Ear()
        for name in names:
            self._ears.setdefault(name, []).append(ear)
        return ear

    def ring(self, names: Iterable[str]) -> None:
        for rung in names:
            for name, ears in self._ears.items():
                if rung == name or rung.startswith(f"{name}:") or name.startswith(f"{rung}:"):
                    for ear in ears:
                        ear.hear()

    async def wait(self, name: str, timeout: float) -> None:
        """`Ear.wait` for whoever is alone in waiting for `name`; rings before the first wait are not heard."""
        if name not in self._shared:
            self._shared[name] = self.ear(name)
        await self._shared[name].wait(timeout)
