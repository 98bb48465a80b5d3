"""Replacing replicas one at a time, each healthy before the next is touched, resumable after being killed anywhere.

Progress is stored nowhere: whether a replica is still due is read from the process itself, under a lock, right before
it is touched. So two that roll at once, or one that was killed and begins again, replace each replica once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.action import ApplyFailed, Progress, Report
from bot.ports import Permanent, Unsure
from runbooks.targets.supervisord.control import Control
from runbooks.targets.supervisord.processes import DOWN, Pace, Process

Due = Callable[[Process], bool]
Line = Callable[[int, int], str]


class Rolling:
    """How one unit's replicas are replaced.

    `answers` asks a running replica whether it is healthy; a started one may take `patience` seconds for it, beyond the
    `startsecs` of its program.
    """

    def __init__(self, control: Control, answers: Callable[[str], Awaitable[bool]], patience: float) -> None:
        self._control = control
        self._answers = answers
        self._patience = patience

    async def roll(self, due: Due, line: Line, report: Report) -> None:
        """Replace every replica that is `due`, and start every one that is down. `line` words 'so many of so many'."""
        paces = await self._control.paces()
        while True:
            processes = await self._control.processes()
            waiting = [process for process in processes if _is_waiting(process, due)]
            for process in processes:
                if process not in waiting:
                    await self.settle(process.name, paces.get(process.name, Pace()))
            done = len(processes) - len(waiting)
            await report(Progress(done, len(processes), line(done, len(processes))))
            if not waiting:
                return
            following = await self._least_missed(waiting)
            await self._replace(following.name, due, paces.get(following.name, Pace()))

    async def settle(self, name: str, pace: Pace, doubt: Unsure | None = None) -> Process:
        """Wait until the replica is healthy. Raises `ApplyFailed` where it does not get so in time.

        `doubt` is that of the start which went before, for `Control.wait`.
        """
        patience = pace.startsecs + self._patience
        seen, in_time = await self._control.wait(name, self._is_settled, patience, doubt)
        if seen is None or seen.state == "FATAL" or not in_time:
            raise ApplyFailed(f"{name} does not get healthy: {_condition(seen)}. {await self._standing()}")
        return seen

    async def is_healthy(self, process: Process) -> bool:
        """Whether it is RUNNING, which supervisord says after `startsecs`, and answers for itself."""
        return process.state == "RUNNING" and await self._answers(process.name)

    async def _least_missed(self, waiting: Sequence[Process]) -> Process:
        """The first that serves nobody as it is; else the first."""
        healthy = await asyncio.gather(*(self.is_healthy(process) for process in waiting))
        return next((process for process, serves in zip(waiting, healthy, strict=True) if not serves), waiting[0])

    async def _replace(self, name: str, due: Due, pace: Pace) -> None:
        async with self._control.exclusive():
            process = await self._control.find(name)
            if process is None or not _is_waiting(process, due):
                return
            doubt = await self._control.stop(process)
        stopped = await self._control.stopped(name, pace, doubt, lambda seen: not due(seen))
        doubt = await self._start(stopped)
        if due(await self.settle(name, pace, doubt)):
            raise ApplyFailed(f"{name} was started anew, and it still runs what it ran. {await self._standing()}")

    async def _start(self, process: Process | None) -> Unsure | None:
        """Start it if it is down; where two replace at once, the other may have done so."""
        if process is None or process.state not in DOWN:
            return None
        try:
            return await self._control.start(process)
        except Permanent as error:
            raise ApplyFailed(f"{process.name} cannot be started: {error} {await self._standing()}") from error

    async def _is_settled(self, seen: Process | None) -> bool:
        return seen is None or seen.state == "FATAL" or await self.is_healthy(seen)

    async def _standing(self) -> str:
        processes = await self._control.processes()
        healthy = sum(await asyncio.gather(*(self.is_healthy(process) for process in processes)))
        return f"{healthy} of {len(processes)} processes are healthy. Nothing else was touched."


def _is_waiting(process: Process, due: Due) -> bool:
    return due(process) or process.state in DOWN


def _condition(process: Process | None) -> str:
    if process is None:
        return "supervisord does not know it any more"
    if process.state == "RUNNING":
        return "it runs and does not answer its health check"
    return f"it is {process.state} ({process.problem})" if process.problem else f"it is {process.state}"
