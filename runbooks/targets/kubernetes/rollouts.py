"""How far a rollout is, read from one object: what `kubectl rollout status` waits for (its source, 1.32)."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

DEADLINE_EXCEEDED = "ProgressDeadlineExceeded"
ROLLING = "RollingUpdate"


@dataclass(frozen=True, slots=True)
class Standing:
    """`done` of `total` pods are as they shall be; `over`: nothing is left to wait for. `failed`: why it is stuck."""

    done: int
    total: int
    over: bool
    failed: str = ""


def of_deployment(deployment: Json) -> Standing:
    """Over once the new pods are all there and available, and the old ones gone."""
    spec, status = deployment["spec"], deployment.get("status", {})
    total = int(spec.get("replicas", 1))
    if not _seen(deployment):
        return Standing(0, total, over=False)
    updated, available = int(status.get("updatedReplicas", 0)), int(status.get("availableReplicas", 0))
    present = int(status.get("replicas", 0))
    if updated == total == present and available >= total:
        return Standing(total, total, over=True)
    serving = available - max(0, present - updated)
    return Standing(_on_the_way(min(serving, updated), total), total, over=False, failed=_stuck(status))


def of_stateful_set(stateful_set: Json) -> Standing:
    """Over once all from the partition on are updated and ready; one updated by hand is waited for by number alone."""
    spec, status = stateful_set["spec"], stateful_set.get("status", {})
    total = int(spec.get("replicas", 1))
    if not _seen(stateful_set):
        return Standing(0, total, over=False)
    ready, present = int(status.get("readyReplicas", 0)), int(status.get("replicas", 0))
    if strategy(stateful_set) != ROLLING:
        return Standing(min(ready, total), total, ready >= total and present <= total)
    partition = int((spec.get("updateStrategy", {}).get("rollingUpdate") or {}).get("partition") or 0)
    updated = int(status.get("updatedReplicas", 0))
    same = status.get("updateRevision") == status.get("currentRevision")
    arrived = updated >= max(0, total - partition) if partition else same
    if arrived and ready >= total >= present:
        return Standing(total, total, over=True)
    return Standing(_on_the_way(ready if same else min(updated, ready), total), total, over=False)


def of_daemon_set(daemon_set: Json) -> Standing:
    """Over once every node that shall have a pod has an updated and available one."""
    status = daemon_set.get("status", {})
    total = int(status.get("desiredNumberScheduled", 0))
    if not _seen(daemon_set):
        return Standing(0, total, over=False)
    updated, available = int(status.get("updatedNumberScheduled", 0)), int(status.get("numberAvailable", 0))
    if strategy(daemon_set) != ROLLING:
        return Standing(min(available, total), total, available >= total)
    return Standing(min(updated, available), total, updated >= total and available >= total)


def _on_the_way(arrived: int, total: int) -> int:
    """How many are as they shall be while something is left to be done, if only to take one too many away."""
    return max(0, min(arrived, total - 1))


def strategy(workload: Json) -> str:
    """`RollingUpdate`, `OnDelete` or `Recreate`, the defaults filled in."""
    spec = workload["spec"]
    said = spec.get("strategy") or spec.get("updateStrategy") or {}
    return str(said.get("type") or ROLLING)


def _seen(workload: Json) -> bool:
    """Whether the controller has seen the newest spec."""
    seen = int(workload.get("status", {}).get("observedGeneration", 0))
    return seen >= int(workload["metadata"].get("generation", 0))


def _stuck(status: Json) -> str:
    conditions = {each["type"]: each for each in status.get("conditions", ())}
    if conditions.get("Progressing", {}).get("reason") == DEADLINE_EXCEEDED:
        return str(conditions["Progressing"].get("message") or "it made no progress within its deadline")
    return ""
