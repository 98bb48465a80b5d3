"""A target that waits, between two replicas, for the test to go on; all else is the real one's."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

from bot.action import Observation, Progress, Report, Target
from bot.services.runs.bench import Connector
from runbooks.targets import CONNECTORS


class Pause:
    """Reached once `done` replicas are done; nothing further happens before `go_on`."""

    def __init__(self, done: int) -> None:
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()
        self._done = done

    @property
    def connectors(self) -> Mapping[str, Connector]:
        """The real connectors, whose targets pause here."""

        def connector(connect: Connector) -> Connector:
            return lambda options: _Pausing(connect(options), self)

        return {kind: connector(connect) for kind, connect in CONNECTORS.items()}

    async def at(self, progress: Progress) -> None:
        if progress.done == self._done:
            self.reached.set()
            await self.go_on.wait()


class _Pausing:
    def __init__(self, target: Target, pause: Pause) -> None:
        self.kind, self.one, self.many = target.kind, target.one, target.many
        self._target = target
        self._pause = pause

    async def observe(self) -> Observation:
        return await self._target.observe()

    async def restart(self, after: datetime, report: Report) -> None:
        await self._target.restart(after, self._paused(report))

    async def scale(self, replicas: int, report: Report) -> None:
        await self._target.scale(replicas, self._paused(report))

    async def switch(self, release: str, report: Report) -> None:
        await self._target.switch(release, self._paused(report))

    def _paused(self, report: Report) -> Report:
        async def paused(progress: Progress) -> None:
            await self._pause.at(progress)
            await report(progress)

        return paused
