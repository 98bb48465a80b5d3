"""ReplicaSets: as many pods as they should have."""

from fnmatch import fnmatchcase

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, compact, event
from tests.kubernetes.stand_in.controllers.pods import is_available, is_ready, make
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.store import timestamp

CONTROLLER = "replicaset-controller"
NO_QUOTA = "exceeded quota: compute, requested: cpu=500m, used: cpu=4, limited: cpu=4"


def sync(context: Context) -> None:
    for each in context.store.all(kinds.REPLICA_SET):
        refusal = _count(context, each)
        _report(context, each, refusal)


def _count(context: Context, replica_set: Json) -> str:
    """Makes or removes pods until the number is right. Returns why it could not, or nothing."""
    pods = context.store.owned(kinds.POD, replica_set)
    missing = replica_set["spec"]["replicas"] - len(pods)
    name = metadata(replica_set)["name"]
    if missing > 0:
        for fault in context.faults.of_cluster("quota"):
            if fnmatchcase(name, fault.name):
                words = f'pods "{name}-" is forbidden: {NO_QUOTA}'
                if not _failed(replica_set):
                    event(context, (kinds.REPLICA_SET, replica_set), "Warning", "FailedCreate", words, CONTROLLER)
                return words
    for _ in range(missing):
        made = make(context, kinds.REPLICA_SET, replica_set)
        words = f"Created pod: {metadata(made)['name']}"
        event(context, (kinds.REPLICA_SET, replica_set), "Normal", "SuccessfulCreate", words, CONTROLLER)
    # Those that are not ready go first.
    youngest_first = pods[::-1]
    for pod in sorted(youngest_first, key=is_ready)[: max(0, -missing)]:
        context.store.remove(kinds.POD, pod)
        words = f"Deleted pod: {metadata(pod)['name']}"
        event(context, (kinds.REPLICA_SET, replica_set), "Normal", "SuccessfulDelete", words, CONTROLLER)
    return ""


def _failed(replica_set: Json) -> bool:
    return bool(replica_set.get("status", {}).get("conditions"))


def _report(context: Context, replica_set: Json, refusal: str) -> None:
    pods = context.store.owned(kinds.POD, replica_set)
    wait = replica_set["spec"].get("minReadySeconds", 0)
    now = timestamp()
    status: Json = {
        "replicas": len(pods),
        "fullyLabeledReplicas": len(pods),
        "readyReplicas": sum(is_ready(pod) for pod in pods),
        "availableReplicas": sum(is_available(pod, wait, now) for pod in pods),
        "observedGeneration": metadata(replica_set)["generation"],
    }
    if refusal:
        old = copied(replica_set.get("status", {}).get("conditions", []))
        status["conditions"] = old or [
            {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": refusal,
             "lastTransitionTime": now}
        ]  # fmt: skip
    context.status(kinds.REPLICA_SET, replica_set, compact(status, ("replicas",)))
