"""The `Target` for services whose replicas are processes under supervisord."""

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.action import ApplyFailed, Observation, Release, Replica, Report, Seen
from bot.ports import Permanent
from runbooks.targets.supervisord import health, looking
from runbooks.targets.supervisord.control import Control
from runbooks.targets.supervisord.options import Options
from runbooks.targets.supervisord.processes import Pace, Process, number_of
from runbooks.targets.supervisord.programs import ProgramFolder
from runbooks.targets.supervisord.releases import ReleaseFolder
from runbooks.targets.supervisord.rolling import Rolling
from runbooks.targets.supervisord.rpc import Supervisor
from runbooks.targets.supervisord.scaling import Scaling

_CLOCK_SLACK = 5.0
"""Seconds by which the clock that made a plan may be ahead of this machine's."""
_HANDOVER = 2.0
"""Seconds a replica usually needs to finish its requests, and again to be seen healthy."""


class SupervisordTarget:
    """One service under one supervisord."""

    kind = "supervisord"
    one = "process"
    many = "processes"
    looks = looking.LOOKS

    def __init__(self, options: Options) -> None:
        password = options.password.get_secret_value()
        supervisor = Supervisor(options.socket, options.answer_timeout_s, options.username, password)
        self._options = options
        self._supervisor = supervisor
        self._control = Control(supervisor, options.program)
        self._rolling = Rolling(self._control, self._answers, options.health_timeout_s)
        self._releases = _release_folder(options)
        self._programs = _program_folder(options)

    async def observe(self) -> Observation:
        """Read the present state; changes nothing."""
        processes = await self._control.processes()
        paces = await self._control.paces()
        healthy = await asyncio.gather(*(self._rolling.is_healthy(process) for process in processes))
        releases = self._releases.all() if self._releases else ()
        current = self._current(releases)
        return Observation(
            replicas=tuple(map(self._replica, processes, healthy)),
            current=current,
            previous=self._releases.previous(releases, current) if self._releases and current else None,
            releases=releases,
            seconds_each=max((_seconds(paces.get(process.name, Pace())) for process in processes), default=0),
            least=1,  # the last replica's file is the pattern for the next
            cannot=self._cannot(processes, current),
        )

    async def look(self, name: str, now: datetime) -> Seen:
        """What a person sees of it; changes nothing."""
        processes = await self._control.processes()
        healthy = await asyncio.gather(*(self._rolling.is_healthy(process) for process in processes))
        replicas = tuple(map(self._replica, processes, healthy))
        return await looking.look(self._supervisor, name, processes, replicas, now)

    async def restart(self, after: datetime, report: Report) -> None:
        """Restart each replica last started before `after`; supervisord's start times are whole seconds."""
        instant = math.ceil(after.timestamp())
        await _until(instant)
        await self._rolling.roll(
            lambda process: process.start < instant,
            lambda done, total: f"{done} of {total} processes started anew",
            report,
        )

    async def scale(self, replicas: int, report: Report) -> None:
        """Exactly `replicas` exist and are healthy: the lowest free numbers are added, the highest removed."""
        if self._programs is None or replicas < 1:
            raise Permanent(f"This target cannot have {replicas} processes. Nothing was changed.", "OPTIONS")
        await Scaling(self._control, self._rolling, self._programs).scale(replicas, report)

    async def switch(self, release: str, report: Report) -> None:
        """Point the link at `release`, and replace each replica that does not run it."""
        folder = self._releases
        if folder is None:
            raise Permanent("This target names no releases. Nothing was changed.", "OPTIONS")
        async with self._control.exclusive():
            folder.point_at(release)
        await _until(math.floor(folder.switched_at()) + 1)

        def due(process: Process) -> bool:
            now = folder.current()
            if now != release:
                raise ApplyFailed(
                    f"Somebody switched to {now or 'something else'} meanwhile. Nothing else was touched."
                )
            return folder.runs(process) != release

        await self._rolling.roll(due, lambda done, total: f"{done} of {total} processes run {release}", report)

    async def pause(self, paused: bool, report: Report) -> None:  # noqa: ARG002 (the protocol's)
        """Nothing rolls out by itself here, so nothing can be paused."""
        raise Permanent(
            "Processes under supervisord have no rollout that could be paused. Nothing was changed.", "OPTIONS"
        )

    async def _answers(self, name: str) -> bool:
        if not self._options.health:
            return True
        port = self._programs.port(name) if self._programs else None
        return await health.answers(self._options.health.format(name=name, port=port or 0))

    def _replica(self, process: Process, healthy: bool) -> Replica:
        release = self._releases.runs(process) if self._releases else ""
        return Replica(process.name, process.state, healthy, process.since, release)

    def _current(self, releases: Sequence[Release]) -> Release | None:
        name = self._releases.current() if self._releases else ""
        return next((release for release in releases if release.name == name), None)

    def _cannot(self, processes: Sequence[Process], current: Release | None) -> Mapping[str, str]:
        cannot = {}
        if self._programs is None:
            cannot["scale"] = "its target has no `programs` folder"
        elif not all(self._has_file(process.name, self._programs) for process in processes):
            cannot["scale"] = f"not every replica has a file {self._options.program}-N.ini of its own"
        if self._releases is None:
            cannot["rollback"] = "its target names no releases (`current` and `releases`)"
        elif current is None:
            cannot["rollback"] = f"{self._releases.link} names none of the releases in {self._releases.folder}"
        return cannot

    def _has_file(self, name: str, folder: ProgramFolder) -> bool:
        return number_of(self._options.program, name) in folder.numbers()


def _seconds(pace: Pace) -> float:
    return pace.startsecs + 2 * _HANDOVER


async def _until(instant: float) -> None:
    """Wait for a second to start: what starts from then on is told from what ran before by its whole second."""
    ahead = instant - time.time()
    if ahead > _CLOCK_SLACK:
        raise Permanent(f"That lies {ahead:.0f} s in the future. Set the clocks right. Nothing was restarted.", "CLOCK")
    await asyncio.sleep(max(0.0, ahead))


def _release_folder(options: Options) -> ReleaseFolder | None:
    if options.current is None or options.releases is None:
        return None
    return ReleaseFolder(options.current, options.releases, options.history)


def _program_folder(options: Options) -> ProgramFolder | None:
    return ProgramFolder(options.programs, options.program, options.port_variable) if options.programs else None
