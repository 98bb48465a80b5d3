"""The `Target` for a workload of a Kubernetes cluster: a Deployment, a StatefulSet or a DaemonSet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.action import Observation, Progress, Report, Seen
from bot.ports import Permanent
from runbooks.targets.kubernetes import looks, observing, snapshot
from runbooks.targets.kubernetes.api import Patch
from runbooks.targets.kubernetes.changing import Change, Changing
from runbooks.targets.kubernetes.cluster import Cluster
from runbooks.targets.kubernetes.options import Options
from runbooks.targets.kubernetes.workloads import KINDS

Json = dict[str, Any]


class KubernetesTarget:
    """One workload. Every call opens a session of its own, in which credentials are read as they are then."""

    kind = "kubernetes"
    one = "pod"
    many = "pods"
    looks = looks.LOOKS

    def __init__(self, options: Options) -> None:
        self._options = options
        self._kind = KINDS[options.workload]
        self._cluster = Cluster(options)

    async def observe(self) -> Observation:
        """Read the present state; changes nothing."""
        async with self._cluster.session() as api:
            seen = await snapshot.read(api, self._kind, api.namespace, self._options.name)
            return observing.observation(seen, self._options.container, self._look(api.namespace))

    async def look(self, name: str, now: datetime) -> Seen:
        """What a person sees of it; changes nothing."""
        async with self._cluster.session() as api:
            whole = looks.Whole(api, self._kind, self._options.name, self._options.container)
            return await looks.look(whole, name, now)

    async def restart(self, after: datetime, report: Report) -> None:
        """Write the annotation that `kubectl rollout restart` writes, with the planned instant."""

        def made(workload: Json) -> bool:
            at = observing.restarted_at(workload)
            return at is not None and at >= after

        def patch(workload: Json) -> Json:
            if workload["spec"].get("paused"):
                raise Permanent(f"The rollout of {self._options.name} is paused. Resume it first.", "PAUSED")
            at = after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            return {"spec": {"template": {"metadata": {"annotations": {observing.RESTARTED_AT: at}}}}}

        await self._through(
            Change(made, Patch.STRATEGIC, patch, lambda it: f"{it.done} of {it.total} pods started anew"), report
        )

    async def scale(self, replicas: int, report: Report) -> None:
        """Write the number where `kubectl scale` writes it, guarded by the version that was read."""

        def patch(workload: Json) -> Json:
            return {"metadata": {"resourceVersion": _version(workload)}, "spec": {"replicas": replicas}}

        await self._through(
            Change(
                made=lambda workload: int(workload["spec"].get("replicas", 1)) == replicas,
                how=Patch.MERGE,
                patch=patch,
                arrived=lambda it: f"{it.done} of {it.total} pods are ready",
                path="/scale",
            ),
            report,
        )

    async def switch(self, release: str, report: Report) -> None:
        """Go back, or forward, to the revision with that key, as `kubectl rollout undo` does."""
        async with self._changing() as changing:
            seen = await snapshot.read(changing.api, self._kind, changing.namespace, self._options.name)
            wanted = next((revision for revision in seen.revisions if revision.key == release), None)

            def patch(workload: Json) -> Any:
                if workload["spec"].get("paused"):
                    raise Permanent(f"The rollout of {self._options.name} is paused. Resume it first.", "PAUSED")
                if wanted is None:
                    raise Permanent("That revision is not in the cluster's history any more.", "GONE")
                return self._kind.undo(workload, wanted)

            name = wanted.name if wanted else "it"
            change = Change(
                made=lambda workload: observing.is_on(workload, release),
                how=self._kind.undo_by,
                patch=patch,
                arrived=lambda it: f"{it.done} of {it.total} pods run {name}",
            )
            await changing.make(change, report)
            await changing.follow(change, report)

    async def pause(self, paused: bool, report: Report) -> None:
        """Write what `kubectl rollout pause` and `resume` write."""
        async with self._changing() as changing:
            change = Change(
                made=lambda workload: bool(workload["spec"].get("paused")) is paused,
                how=Patch.STRATEGIC,
                patch=lambda _: {"spec": {"paused": True if paused else None}},
                arrived=lambda _: "",
            )
            await changing.make(change, report)
            await report(Progress(1, 1, "The rollout stands still" if paused else "The rollout goes on"))

    async def _through(self, change: Change, report: Report) -> None:
        async with self._changing() as changing:
            await changing.make(change, report)
            await changing.follow(change, report)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[Changing]:
        options = self._options
        async with self._cluster.session() as api:
            yield Changing(api, self._kind, api.namespace, options.name, options.poll_s, options.deadline_s)

    def _look(self, namespace: str) -> str:
        where = f" --context {self._options.context}" if self._options.context else ""
        return f"kubectl{where} -n {namespace} rollout status {self._kind.word}/{self._options.name}"


def _version(workload: Json) -> str:
    return str(workload["metadata"]["resourceVersion"])
