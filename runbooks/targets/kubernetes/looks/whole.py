"""What is looked at: one workload of one cluster, for the time of one session."""

import asyncio
from dataclasses import dataclass
from typing import Any

from runbooks.targets.kubernetes.api import KubeApi
from runbooks.targets.kubernetes.revisions import instant
from runbooks.targets.kubernetes.workloads import Kind, selector

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """`container` is the one that the catalog names; empty: the first."""

    api: KubeApi
    kind: Kind
    name: str
    container: str = ""

    @property
    def namespace(self) -> str:
        return self.api.namespace

    async def workload(self) -> Json:
        return await self.api.get(self.kind.path(self.namespace, self.name))

    async def pods(self, workload: Json) -> list[Json]:
        """Its pods, the newest first; those that have failed are among them."""
        path = f"/api/v1/namespaces/{self.namespace}/pods"
        pods = await self.api.list(path, selector=selector(workload))
        return sorted(pods, key=_age, reverse=True)

    async def events(self, uid: str) -> list[Json]:
        """What the cluster noted about one object within the last hour or so, which is how long it keeps that."""
        return await self.api.list(f"/api/v1/namespaces/{self.namespace}/events", fields=f"involvedObject.uid={uid}")

    async def events_of(self, objects: list[Json]) -> list[Json]:
        """The same about several."""
        lists = await asyncio.gather(*(self.events(str(each["metadata"]["uid"])) for each in objects))
        return [event for found in lists for event in found]


def _age(pod: Json) -> tuple[float, str]:
    at = instant(pod["metadata"].get("creationTimestamp"))
    return (at.timestamp() if at else 0.0, str(pod["metadata"]["name"]))
