"""The status of a Deployment: numbers, and the conditions Available, Progressing and ReplicaFailure.

Source: pkg/controller/deployment/progress.go and sync.go of Kubernetes, retold.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, compact, condition_of
from tests.kubernetes.stand_in.controllers.rolling import least_available
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.store import timestamp

_MOST = 2147483647
"""progressDeadlineSeconds of this size means that there is none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The ReplicaSets after a step. `created` names the new one if this step made it."""

    sets: list[Json]
    new: Json | None
    rolling: bool
    created: str


def paused_or_resumed(context: Context, deployment: Json) -> Json:
    """Says in the condition Progressing that somebody paused or resumed it."""
    current = condition_of(deployment.get("status", {}), "Progressing")
    if current is not None and current["reason"] == "ProgressDeadlineExceeded":
        return deployment
    noted = current is not None and current["reason"] == "DeploymentPaused"
    paused = deployment["spec"].get("paused", False)
    if paused is noted:
        return deployment
    reason, words = ("DeploymentPaused", "paused") if paused else ("DeploymentResumed", "resumed")
    status = copied(deployment.get("status", {}))
    _set(status, "Progressing", "Unknown", reason, f"Deployment is {words}")
    return context.status(kinds.DEPLOYMENT, deployment, status)


def report(context: Context, deployment: Json, progress: Progress) -> bool:
    """Writes the status. Returns whether the rollout is complete."""
    old = deployment.get("status", {})
    status = _counted(deployment, progress)
    status["conditions"] = copied(old.get("conditions", []))
    _available(deployment, status)
    complete = _complete(deployment, status)
    if progress.rolling:
        _progressing(context, deployment, progress, status, complete)
        _failing(progress, status)
    always = ("conditions",) if status["conditions"] else ()
    context.status(kinds.DEPLOYMENT, deployment, compact(status, always))
    return complete


def _counted(deployment: Json, progress: Progress) -> Json:
    def total(field: str) -> int:
        return sum(each.get("status", {}).get(field, 0) for each in progress.sets)

    new = (progress.new or {}).get("status", {})
    wanted = sum(each["spec"]["replicas"] for each in progress.sets)
    return {
        "observedGeneration": metadata(deployment)["generation"],
        "replicas": total("replicas"),
        "updatedReplicas": new.get("replicas", 0),
        "readyReplicas": total("readyReplicas"),
        "availableReplicas": total("availableReplicas"),
        "unavailableReplicas": max(0, wanted - total("availableReplicas")),
    }


def _available(deployment: Json, status: Json) -> None:
    if status["availableReplicas"] >= least_available(deployment):
        words = "Deployment has minimum availability."
        _set(status, "Available", "True", "MinimumReplicasAvailable", words)
    else:
        words = "Deployment does not have minimum availability."
        _set(status, "Available", "False", "MinimumReplicasUnavailable", words)


def _complete(deployment: Json, status: Json) -> bool:
    wanted = deployment["spec"]["replicas"]
    return all(status[field] == wanted for field in ("updatedReplicas", "replicas", "availableReplicas"))


def _progressing(context: Context, deployment: Json, progress: Progress, status: Json, complete: bool) -> None:
    deadline = deployment["spec"].get("progressDeadlineSeconds", _MOST)
    if deadline == _MOST:
        status["conditions"] = [each for each in status["conditions"] if each["type"] != "Progressing"]
        return
    if progress.created:
        words = f'Created new replica set "{progress.created}"'
        _set(status, "Progressing", "True", "NewReplicaSetCreated", words)
    current = condition_of(status, "Progressing")
    name = metadata(progress.new)["name"] if progress.new else metadata(deployment)["name"]
    whose = f'{"ReplicaSet" if progress.new else "Deployment"} "{name}"'
    alone = status["replicas"] == status["updatedReplicas"]
    if current is None:
        _set(status, "Progressing", "True", "FoundNewReplicaSet", f'Found new replica set "{name}"')
    elif alone and current["reason"] == "NewReplicaSetAvailable":
        return
    elif complete:
        _set(status, "Progressing", "True", "NewReplicaSetAvailable", f"{whose} has successfully progressed.")
    elif _moved(deployment.get("status", {}), status):
        _set(status, "Progressing", "True", "ReplicaSetUpdated", f"{whose} is progressing.", anew=True)
    elif _timed_out(context, deployment, current, deadline):
        _set(status, "Progressing", "False", "ProgressDeadlineExceeded", f"{whose} has timed out progressing.")


def _moved(old: Json, status: Json) -> bool:
    """Whether new pods came, old ones went, or some became ready or available since the last look."""
    before_old: int = old.get("replicas", 0) - old.get("updatedReplicas", 0)
    return bool(
        status["updatedReplicas"] > old.get("updatedReplicas", 0)
        or status["replicas"] - status["updatedReplicas"] < before_old
        or status["readyReplicas"] > old.get("readyReplicas", 0)
        or status["availableReplicas"] > old.get("availableReplicas", 0)
    )


def _timed_out(context: Context, deployment: Json, current: Json, deadline: int) -> bool:
    if current["reason"] == "NewReplicaSetAvailable":
        return False
    if any(
        fnmatchcase(metadata(deployment)["name"], each.name) for each in context.faults.of_cluster("deadline_exceeded")
    ):
        return True
    return (datetime.now(UTC) - datetime.fromisoformat(current["lastUpdateTime"])).total_seconds() > deadline


def _failing(progress: Progress, status: Json) -> None:
    conditions = [each for each in status["conditions"] if each["type"] != "ReplicaFailure"]
    ordered = [*([progress.new] if progress.new else []), *progress.sets]
    failures = [found for each in ordered if (found := condition_of(each.get("status", {}), "ReplicaFailure"))]
    if failures:
        conditions.append({**failures[0], "lastUpdateTime": failures[0]["lastTransitionTime"]})
    status["conditions"] = conditions


def _set(status: Json, type_: str, value: str, reason: str, message: str, *, anew: bool = False) -> None:
    """Replaces a condition; one with the same status and reason is left, unless it should be dated `anew`."""
    current = condition_of(status, type_)
    if current is not None and (current["status"], current["reason"]) == (value, reason) and not anew:
        return
    now = timestamp()
    since = current["lastTransitionTime"] if current is not None and current["status"] == value else now
    made = {"type": type_, "status": value, "reason": reason, "message": message}
    others = [each for each in status.get("conditions", []) if each["type"] != type_]
    status["conditions"] = [*others, made | {"lastUpdateTime": now, "lastTransitionTime": since}]
