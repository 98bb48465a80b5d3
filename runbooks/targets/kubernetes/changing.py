"""Makes one change, and follows it until it has arrived in every pod.

A change is absolute and guarded by what was read, so it is sent again wherever its answer was lost: the object itself
says whether it was made.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.action import ApplyFailed, Progress, Report
from bot.ports import OutsideError, Permanent, Transient, Unsure
from runbooks.targets.kubernetes.api import KubeApi, Patch
from runbooks.targets.kubernetes.rollouts import Standing
from runbooks.targets.kubernetes.trouble import troubles
from runbooks.targets.kubernetes.workloads import Kind, selector

Json = dict[str, Any]

_TRIES = 5
_CHANGED_MEANWHILE = ("Conflict", "Invalid")
"""What the cluster answers to a change whose guard does not hold any more: 409, and 422 to a JSON patch."""


@dataclass(frozen=True, slots=True)
class Change:
    """`made` says whether the object has it, `patch` gives the body for the object that was read (`path` under it).

    `arrived` words how far it is: `2 of 3 pods run revision 41`.
    """

    made: Callable[[Json], bool]
    how: Patch
    patch: Callable[[Json], Any]
    arrived: Callable[[Standing], str]
    path: str = ""


@dataclass(frozen=True, slots=True)
class Changing:
    """One workload in one cluster. `deadline_s` bounds a rollout that makes no progress, `poll_s` parts two looks."""

    api: KubeApi
    kind: Kind
    namespace: str
    name: str
    poll_s: float
    deadline_s: float | None = None

    async def make(self, change: Change, report: Report) -> Json:
        """The object once it has the change. Raises `ports.OutsideError`, and whatever `report` raises."""
        path = self.kind.path(self.namespace, self.name)
        doubt: OutsideError | None = None
        for _ in range(_TRIES):
            seen = await self.api.get(path)
            if change.made(seen):
                return seen
            await report(Progress(0, max(1, self.kind.standing(seen).total), "nothing is changed yet"))
            try:
                await self.api.patch(f"{path}{change.path}", change.how, change.patch(seen))
            except Unsure as unsure:
                doubt = unsure
            except Permanent as refused:
                if refused.code not in _CHANGED_MEANWHILE:
                    raise
                doubt = Transient(f"{refused} It is changed by somebody else all the time.")
        seen = await self.api.get(path)
        if change.made(seen):
            return seen
        raise doubt or Transient(f"{self.kind.word} {self.name} does not keep the change.")

    async def follow(self, change: Change, report: Report) -> None:
        """Until it has arrived everywhere. Raises `ApplyFailed` with the reason where it does not, or was undone."""
        path = self.kind.path(self.namespace, self.name)
        moved, last, words = time.monotonic(), -1, ""
        while True:
            seen = await self.api.get(path)
            if not change.made(seen):
                raise ApplyFailed("Somebody changed it again meanwhile. What they want is being rolled out.")
            standing = self.kind.standing(seen)
            if standing.over:
                await report(Progress(standing.total, standing.total, change.arrived(standing)))
                return
            if standing.done != last:
                moved, last, words = time.monotonic(), standing.done, ""
            else:
                words = await self._why(seen)
            await report(Progress(standing.done, standing.total, _line(change.arrived(standing), words)))
            if standing.failed or time.monotonic() - moved > self._deadline(seen):
                raise ApplyFailed(_given_up(change.arrived(standing), words or await self._why(seen), standing.failed))
            await asyncio.sleep(self.poll_s)

    async def _why(self, workload: Json) -> str:
        """Why its pods do not start, in a few words; empty where nothing is wrong with them."""
        pods = await self.api.list(f"/api/v1/namespaces/{self.namespace}/pods", selector=selector(workload))
        return next((each.words for each in troubles(pods) if not each.harmless), "")

    def _deadline(self, workload: Json) -> float:
        """Without one of our own a Deployment's holds, and what `kubectl rollout` would take as its for the others."""
        return self.deadline_s or float(workload["spec"].get("progressDeadlineSeconds") or 600) + self.poll_s


def _line(arrived: str, words: str) -> str:
    return f"{arrived}; {words}" if words else arrived


def _given_up(arrived: str, words: str, failed: str) -> str:
    why = words or failed.rstrip(".") or "it made no progress within its deadline"
    return f"{arrived}, then it stood still: {why}. The cluster goes on trying; the pods that are ready serve."
