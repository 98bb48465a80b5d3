"""Faults that tests switch on: of requests, which strike a number of times, and of the cluster, which last."""

import asyncio
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from itertools import count

from tests.kubernetes.stand_in.json_types import Json, copied, metadata

BEFORE = (
    "conflict", "forbidden", "unauthorized", "invalid", "too_many_requests", "internal_error", "unavailable", "timeout",
    "expired", "html", "garbage", "unserved", "hang", "cut_before", "hold_before",
)  # fmt: skip
AFTER = ("cut_after", "hold_after")
CLUSTER = (
    "slow", "unready", "deadline_exceeded", "crash_loop", "image_pull", "unschedulable", "quota", "hpa_overwrites",
)  # fmt: skip


@dataclass(slots=True)
class Fault:
    """Of a request: strikes the `nth` that fits `method` and `path` (a pattern with *, ? and []), and `times` - 1 more;
    None is until cleared. Of the cluster: lasts until cleared, for pods with an image and workloads with a name that
    fit; `ready` pods of a slow rollout come up nevertheless.
    """

    id: int
    kind: str
    method: str = "*"
    path: str = "*"
    nth: int = 1
    times: int | None = 1
    retry_after: int | None = None
    message: str = ""
    image: str = "*"
    name: str = "*"
    reason: str = ""
    exit_code: int = 1
    restarts: int = 5
    ready: int = 0
    replicas: int | None = None

    def fits(self, method: str, path: str) -> bool:
        return self.method in ("*", method) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class Held:
    """A request that waits before or after its effect. Once `dropped`, it is cut off instead of going on."""

    id: int
    when: str
    method: str
    path: str
    released: asyncio.Event
    dropped: bool = False

    def told(self) -> Json:
        return {"id": self.id, "when": self.when, "method": self.method, "path": self.path}


class Faults:
    def __init__(self) -> None:
        self._ids = count(1)
        self._waiting: list[Fault] = []
        self.held: dict[int, Held] = {}
        self.cleared = asyncio.Event()

    def add(self, kind: str, options: Json) -> Fault:
        """Raises ValueError for a kind, TypeError for an option that does not exist."""
        if kind not in (*BEFORE, *AFTER, *CLUSTER):
            raise ValueError(f"no fault {kind!r}; there are {', '.join((*BEFORE, *AFTER, *CLUSTER))}")
        fault = Fault(next(self._ids), kind, **options)
        self._waiting.append(fault)
        return fault

    def clear(self, kind: str | None = None) -> None:
        """Drops all faults, or those of one kind; with all, what hangs is cut off and what is held goes on."""
        self._waiting = [fault for fault in self._waiting if kind not in (None, fault.kind)]
        if kind is None:
            self.release(None)
            self.cleared.set()
            self.cleared = asyncio.Event()

    def take(self, kinds: tuple[str, ...], method: str, path: str) -> Fault | None:
        """The oldest waiting fault that strikes this request; one of its times is used up."""
        struck: Fault | None = None
        for fault in [each for each in self._waiting if each.kind in kinds and each.fits(method, path)]:
            if fault.nth > 1:
                fault.nth -= 1
            elif struck is None:
                struck = fault
        if struck is not None and struck.times is not None:
            struck.times -= 1
            if struck.times <= 0:
                self._waiting.remove(struck)
        return struck

    def of_cluster(self, kind: str) -> Iterator[Fault]:
        return (fault for fault in self._waiting if fault.kind == kind)

    def of_pod(self, pod: Json) -> tuple[Fault, str] | None:
        """What keeps this pod from working and in which container, in the order in which a pod would meet it."""
        for kind in ("unschedulable", "image_pull", "crash_loop", "unready", "deadline_exceeded", "slow"):
            for fault in self.of_cluster(kind):
                fitting = [
                    each["name"] for each in pod["spec"]["containers"] if fnmatchcase(each["image"], fault.image)
                ]
                if fitting and fnmatchcase(metadata(pod)["name"], fault.name):
                    return fault, fitting[0]
        return None

    async def hold(self, when: str, method: str, path: str) -> Held:
        """Returns once the request is released."""
        held = Held(next(self._ids), when, method, path, asyncio.Event())
        self.held[held.id] = held
        await held.released.wait()
        del self.held[held.id]
        return held

    def release(self, held_id: int | None, *, drop: bool = False) -> int:
        """Lets one held request go on, or all of them; returns how many."""
        chosen = [held for held in self.held.values() if held_id in (None, held.id) and not held.released.is_set()]
        for held in chosen:
            held.dropped = drop
            held.released.set()
        return len(chosen)

    def waiting(self) -> list[Json]:
        return [copied(asdict(fault)) for fault in self._waiting]
