"""The loop that lets every controller do its next step, as long as there is something to do."""

import asyncio
import contextlib

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers import (
    daemon_sets,
    deployments,
    others,
    pods,
    replica_sets,
    stateful_sets,
)
from tests.kubernetes.stand_in.controllers.common import Context
from tests.kubernetes.stand_in.faults import Faults
from tests.kubernetes.stand_in.store import Store

STEP_S = 0.002
"""Between two rounds."""

LOOK_S = 0.5
"""An idle loop looks this often whether a deadline has passed."""


class Work:
    def __init__(self, store: Store, faults: Faults) -> None:
        self.step_s = STEP_S
        self._context = Context(store, faults)
        self._wake = asyncio.Event()
        self._done = asyncio.Event()
        self._seen = -1
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def wake(self) -> None:
        """Something changed that the store does not know of: faults."""
        self._seen = -1
        self._wake.set()

    async def settled(self) -> None:
        """Returns once a round found nothing more to do, and no pod is about to become available by itself."""
        self.wake()
        while self._seen != self._context.store.version or self._soon():
            done = asyncio.ensure_future(self._done.wait())
            assert self._task is not None
            await asyncio.wait([done, self._task], return_when=asyncio.FIRST_COMPLETED)
            if self._task.done():
                self._task.result()  # a controller failed: say so

    async def _run(self) -> None:
        store = self._context.store
        while True:
            before = store.version
            changed = store.changed
            self._round()
            self._seen = -1 if store.version != before else before
            self._done.set()
            self._done = asyncio.Event()
            if store.version != before:
                await asyncio.sleep(self.step_s)
            else:
                await self._idle(changed)

    async def _idle(self, changed: asyncio.Event) -> None:
        waits = [asyncio.ensure_future(changed.wait()), asyncio.ensure_future(self._wake.wait())]
        try:
            await asyncio.wait(waits, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            self._wake.clear()

    def _round(self) -> None:
        """Owners last: what they made is looked at in the next round."""
        for controller in (
            others.orphans, pods.advance, replica_sets.sync, deployments.sync, stateful_sets.sync, daemon_sets.sync,
            others.autoscalers,
            others.disruption_budgets,
        ):  # fmt: skip
            controller(self._context)

    def _soon(self) -> bool:
        """Whether a pod is ready but must stay so for a while."""
        for each in self._context.store.all(kinds.REPLICA_SET):
            status = each["status"]
            waits = each["spec"].get("minReadySeconds")
            if waits and status.get("readyReplicas", 0) > status.get("availableReplicas", 0):
                return True
        return False
