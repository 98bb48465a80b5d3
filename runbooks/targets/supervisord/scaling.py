"""Adding and removing replicas one by one, resumable after being killed anywhere.

A replica counts as present if it has a file or if supervisord knows it, so what was half added or half removed is still
the next one to be finished.
"""

from collections.abc import Iterable, Sequence

from bot.action import ApplyFailed, Progress, Report
from bot.ports import Permanent
from runbooks.targets.supervisord.control import Control
from runbooks.targets.supervisord.processes import DOWN, Pace, number_of
from runbooks.targets.supervisord.programs import ProgramFolder
from runbooks.targets.supervisord.rolling import Rolling


class Scaling:
    """How many replicas one unit has."""

    def __init__(self, control: Control, rolling: Rolling, folder: ProgramFolder) -> None:
        self._control = control
        self._rolling = rolling
        self._folder = folder

    async def scale(self, replicas: int, report: Report) -> None:
        """Those that shall be are there and healthy; only then the others go, the highest first."""
        present = await self._numbers()
        wanted = kept(present, replicas)
        for done, number in enumerate(wanted):
            await report(Progress(done, replicas, f"{done} of {replicas} processes run"))
            await self._ensure(number)
        extra = sorted(present - set(wanted), reverse=True)
        for done, number in enumerate(extra):
            await report(Progress(done, len(extra), f"{done} of {len(extra)} processes stopped, {replicas} stay"))
            await self._remove(number)
        await report(Progress(replicas, replicas, f"{replicas} of {replicas} processes run"))

    async def _numbers(self) -> set[int]:
        names = (process.name for process in await self._control.processes())
        running = (number_of(self._folder.program, name) for name in names)
        return {number for number in running if number is not None} | set(self._folder.numbers())

    async def _ensure(self, number: int) -> None:
        """Replica `number` exists, is known to supervisord and is healthy; whatever of that is so is left alone."""
        name = self._folder.name(number)
        doubt = None
        process = await self._control.find(name)
        if process is None:
            await self._introduce(number, name)
            process = await self._control.find(name)
        if process is not None and process.state in DOWN:
            doubt = await self._control.start(process)
        paces = await self._control.paces()
        await self._rolling.settle(name, paces.get(name, Pace()), doubt)

    async def _introduce(self, number: int, name: str) -> None:
        written = self._folder.add(number)
        try:
            await self._control.add_group(name)
        except Permanent as error:
            if written:
                self._folder.remove(number)
            raise ApplyFailed(f"supervisord does not take {name}: {error} Nothing else was touched.") from error

    async def _remove(self, number: int) -> None:
        """Replica `number` is gone: stopped, forgotten by supervisord, and its file removed last."""
        name = self._folder.name(number)
        process = await self._control.find(name)
        if process is not None:
            pace = (await self._control.paces()).get(name, Pace())
            await self._control.stopped(name, pace, await self._control.stop(process))
            await self._control.remove_group(process.group)
        self._folder.remove(number)


def kept(present: Iterable[int], replicas: int) -> Sequence[int]:
    """Which numbers shall run: the lowest of those present, and the lowest free ones where they are too few."""
    stay = sorted(set(present))[:replicas]
    free = (number for number in range(1, replicas + len(stay) + 1) if number not in stay)
    return sorted([*stay, *(next(free) for _ in range(replicas - len(stay)))])
