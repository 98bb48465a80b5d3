"""What supervisord says about its processes, typed, and which of them are the replicas of a service."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.ports import Permanent

STARTED = frozenset({"STARTING", "RUNNING", "BACKOFF"})
"""States in which supervisord takes a stop (supervisor.states.RUNNING_STATES)."""

DOWN = frozenset({"STOPPED", "EXITED", "FATAL"})
"""States that a start leads out of."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process. `start` is when it was last started, in whole Unix seconds (0: never); `pid` 0 means none runs."""

    group: str
    name: str
    state: str
    start: int
    pid: int
    problem: str

    @property
    def full_name(self) -> str:
        """As supervisord's calls want it."""
        return f"{self.group}:{self.name}"

    @property
    def since(self) -> datetime | None:
        return datetime.fromtimestamp(self.start, UTC) if self.start else None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long supervisord gives a program: seconds up before RUNNING, and seconds to stop before it is killed."""

    startsecs: int = 1
    stopwaitsecs: int = 10


def processes_of(program: str, answer: object) -> Sequence[Process]:
    """The replicas of `program` in the answer to getAllProcessInfo, in the order of their numbers."""
    found = [_process(entry) for entry in _entries(answer)]
    mine = [process for process in found if process.group == program or number_of(program, process.name) is not None]
    return sorted(mine, key=lambda process: (number_of(program, process.name) or 0, process.name))


def paces_of(answer: object) -> Mapping[str, Pace]:
    """The pace of every process by name, from the answer to getAllConfigInfo."""
    return {
        str(entry["name"]): Pace(int(str(entry["startsecs"])), int(str(entry["stopwaitsecs"])))
        for entry in _entries(answer)
    }


def number_of(program: str, name: str) -> int | None:
    """N of `<program>-N`, from 1 on; None for any other name."""
    match = re.fullmatch(rf"{re.escape(program)}-([1-9]\d*)", name)
    return int(match[1]) if match else None


def _process(entry: Mapping[str, object]) -> Process:
    return Process(
        group=str(entry["group"]),
        name=str(entry["name"]),
        state=str(entry["statename"]),
        start=int(str(entry["start"])),
        pid=int(str(entry["pid"])),
        problem=str(entry["spawnerr"] or entry["description"]),
    )


def _entries(answer: object) -> Sequence[Mapping[str, object]]:
    if not isinstance(answer, list):
        raise Permanent("supervisord's answer is not a list of processes.", "PROTOCOL")
    return answer
