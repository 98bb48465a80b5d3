"""Single steps on single processes: each looks first, does what is missing, and waits until it can be seen.

Nothing here trusts an answer alone. A request whose answer is lost is settled by looking at the process, and a step
that was cut short is made whole by the next call of the same step.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from bot.action import ApplyFailed
from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets.supervisord.lock import exclusive
from runbooks.targets.supervisord.processes import DOWN, STARTED, Pace, Process, paces_of, processes_of
from runbooks.targets.supervisord.rpc import Param, Supervisor

_POLL = 0.1
_STOP_MARGIN = 5.0
"""Seconds beyond `stopwaitsecs`: after those supervisord kills, and a killed process takes a moment to be reaped."""
_CALLS_UNDER_LOCK = 2
"""To look, and to ask for a stop: whoever holds the lock for longer than these may take is frozen."""

Wanted = Callable[[Process | None], Awaitable[bool]]


class Control:
    """The replicas of `program` under one supervisord."""

    def __init__(self, supervisor: Supervisor, program: str) -> None:
        self._supervisor = supervisor
        self._program = program

    async def processes(self) -> Sequence[Process]:
        """All replicas, in the order of their numbers."""
        return processes_of(self._program, await self._supervisor.read("getAllProcessInfo"))

    async def paces(self) -> Mapping[str, Pace]:
        """The pace of each process that supervisord is configured for, by name."""
        return paces_of(await self._supervisor.read("getAllConfigInfo"))

    async def find(self, name: str) -> Process | None:
        """One replica as it is now; None where supervisord does not know it."""
        return next((process for process in await self.processes() if process.name == name), None)

    def exclusive(self) -> AbstractAsyncContextManager[None]:
        """Hold off others who would stop or switch: between looking and touching nothing may slip in.

        A start needs no lock, since supervisord starts nothing twice.
        """
        patience = _CALLS_UNDER_LOCK * self._supervisor.timeout + 1
        return exclusive(self._supervisor.socket.parent, patience)

    async def start(self, process: Process) -> Unsure | None:
        """Start what is down; what was started meanwhile is left alone. Does not wait; answers the doubt, if any."""
        return await self._ask("startProcess", process.full_name, False, fine="ALREADY_STARTED")

    async def stop(self, process: Process) -> Unsure | None:
        """Ask what is up to stop. Does not wait; answers the doubt, if any."""
        if process.state not in STARTED:
            return None
        return await self._ask("stopProcess", process.full_name, False, fine="NOT_RUNNING")

    async def stopped(
        self, name: str, pace: Pace, doubt: Unsure | None, replaced: Callable[[Process], bool] | None = None
    ) -> Process | None:
        """Wait until the replica is down, or `replaced` by somebody else. Raises `ApplyFailed` where it stays up."""

        async def wanted(seen: Process | None) -> bool:
            return seen is None or seen.state in DOWN or (replaced is not None and replaced(seen))

        patience = pace.stopwaitsecs + _STOP_MARGIN
        seen, in_time = await self.wait(name, wanted, patience, doubt)
        if not in_time:
            raise ApplyFailed(f"{name} has not stopped after {patience:.0f} s. Nothing else was touched.")
        return seen

    async def add_group(self, name: str) -> None:
        """Have supervisord read its configuration anew and run the program `name` of it."""
        await self._supervisor.change("reloadConfig")
        await self._ask("addProcessGroup", name, fine="ALREADY_ADDED")

    async def remove_group(self, name: str) -> None:
        """Have supervisord forget a program that is stopped."""
        await self._ask("removeProcessGroup", name, fine="BAD_NAME")

    async def wait(
        self, name: str, wanted: Wanted, patience: float, doubt: Unsure | None = None
    ) -> tuple[Process | None, bool]:
        """Look at a replica until it is `wanted`, at most `patience` seconds; what was seen last, and whether in time.

        Raises, where supervisord is silent at the end: `doubt` if a request is still without answer, else `Transient`.
        """
        deadline = time.monotonic() + patience
        while True:
            silence: OutsideError | None = None
            seen = None
            try:
                seen = await self.find(name)
            except Transient as error:
                silence = doubt or error
            if silence is None and await wanted(seen):
                return seen, True
            if time.monotonic() > deadline:
                if silence is not None:
                    raise silence
                return seen, False
            await asyncio.sleep(_POLL)

    async def _ask(self, method: str, *params: Param, fine: str) -> Unsure | None:
        """Ask for a change. Fault `fine` says that it is so already; a lost answer is returned, `wait` settles it."""
        try:
            await self._supervisor.change(method, *params)
        except Unsure as doubt:
            return doubt
        except Permanent as error:
            if error.code != fine:
                raise
        return None
