"""The rest: an autoscaler's status and its stubbornness, a budget's status, and what goes with its owner."""

from fnmatch import fnmatchcase

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, share
from tests.kubernetes.stand_in.controllers.pods import is_ready
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.selectors import by_selector


def autoscalers(context: Context) -> None:
    """Reports numbers; under the fault `hpa_overwrites` puts the replicas where it wants them. At 0 it is off."""
    for each in context.store.all(kinds.AUTOSCALER):
        target = _target(context, each)
        if target is None:
            continue
        kind, thing = target
        wanted = thing["spec"]["replicas"]
        for fault in context.faults.of_cluster("hpa_overwrites"):
            if wanted and fnmatchcase(metadata(each)["name"], fault.name):
                least, most = each["spec"]["minReplicas"], each["spec"]["maxReplicas"]
                wanted = max(least, min(most, wanted if fault.replicas is None else fault.replicas))
        if wanted != thing["spec"]["replicas"]:
            scaled = copied(thing)
            scaled["spec"]["replicas"] = wanted
            metadata(scaled)["generation"] += 1
            thing = context.store.put(kind, scaled)
        current = thing.get("status", {}).get("replicas", 0)
        context.status(kinds.AUTOSCALER, each, {"currentReplicas": current, "desiredReplicas": wanted})


def _target(context: Context, autoscaler: Json) -> tuple[kinds.Kind, Json] | None:
    wanted = autoscaler["spec"]["scaleTargetRef"]
    kind = {"Deployment": kinds.DEPLOYMENT, "StatefulSet": kinds.STATEFUL_SET}.get(wanted["kind"])
    if kind is None:
        return None
    thing = context.store.find(kind, metadata(autoscaler)["namespace"], wanted["name"])
    return None if thing is None else (kind, thing)


def disruption_budgets(context: Context) -> None:
    """Reports how many pods may be taken away. Every pod that is chosen counts as expected."""
    for each in context.store.all(kinds.DISRUPTION_BUDGET):
        chooses = by_selector(each["spec"].get("selector"))
        pods = [
            pod
            for pod in context.store.all(kinds.POD, metadata(each)["namespace"])
            if chooses(metadata(pod).get("labels") or {})
        ]
        healthy = sum(is_ready(pod) for pod in pods)
        if "minAvailable" in each["spec"]:
            wanted = share(each["spec"]["minAvailable"], len(pods), up=True)
        else:
            wanted = max(0, len(pods) - share(each["spec"].get("maxUnavailable", 1), len(pods), up=True))
        status = {
            "currentHealthy": healthy,
            "desiredHealthy": wanted,
            "disruptionsAllowed": max(0, healthy - wanted),
            "expectedPods": len(pods),
            "observedGeneration": metadata(each)["generation"],
        }
        context.status(kinds.DISRUPTION_BUDGET, each, status)


def orphans(context: Context) -> None:
    """Removes what belongs to an owner that is gone."""
    alive = {metadata(thing)["uid"] for _, thing in context.store.everything()}
    for kind, thing in context.store.everything():
        owners = metadata(thing).get("ownerReferences", [])
        if owners and not any(owner["uid"] in alive for owner in owners):
            context.store.remove(kind, thing)
