"""What a person should know of a workload before anything is changed: who else has a hand on it, and what limits it."""

from collections.abc import Mapping, Sequence

from runbooks.managed import manager_of, warning
from runbooks.targets.kubernetes.rollouts import ROLLING, strategy
from runbooks.targets.kubernetes.snapshot import Json, Snapshot


def of(seen: Snapshot) -> Sequence[tuple[str, str]]:
    """Named facts for every plan, the gravest first."""
    found = [("Autoscaler", _autoscaler(seen))]
    found += [("Disruption budget", _budget(each)) for each in seen.budgets]
    found += [("Updates", _by_hand(seen)), ("Not seen", _unseen(seen))]
    return [(name, words) for name, words in found if words]


def overruled(seen: Snapshot) -> Mapping[str, str]:
    """Who takes a change back again, by the name of each action that this befalls."""
    manager = manager_of(seen.workload["metadata"])
    found = {action: warning(manager, action) for action in ("restart", "scale", "rollback")}
    return {action: words for action, words in found.items() if words}


def cannot(seen: Snapshot) -> Mapping[str, str]:
    """Why not, by the name of the action."""
    found: dict[str, str] = {}
    if seen.workload["spec"].get("paused"):
        paused = "its rollout is paused; resume it first"
        found |= {"restart": paused, "rollback": paused}
    if not seen.kind.scales:
        found["scale"] = f"a {seen.kind.name} runs one pod on each node"
    elif seen.autoscaler is not None:
        found["scale"] = _change_a_bound(seen.autoscaler)
    if not seen.kind.pauses:
        found |= dict.fromkeys(("pause", "resume"), f"a {seen.kind.name} cannot be paused")
    return found


def _change_a_bound(autoscaler: Json) -> str:
    name, spec = autoscaler["metadata"]["name"], autoscaler["spec"]
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    owner = next((each for each in autoscaler["metadata"].get("ownerReferences", ())), None)
    if owner is not None and owner.get("kind") == "ScaledObject":
        return (
            f"KEDA's ScaledObject {owner['name']} keeps it between {least} and {most} pods and would put it back; "
            "change its minReplicaCount for more, its maxReplicaCount for fewer"
        )
    return (
        f"the HPA {name} keeps it between {least} and {most} pods and would put it back within seconds; "
        "change its minReplicas for more, its maxReplicas for fewer"
    )


def _autoscaler(seen: Snapshot) -> str:
    if seen.autoscaler is None:
        return ""
    spec = seen.autoscaler["spec"]
    return f"HPA {seen.autoscaler['metadata']['name']}, {spec.get('minReplicas', 1)} to {spec['maxReplicas']} pods"


def _budget(budget: Json) -> str:
    spec, status = budget["spec"], budget.get("status", {})
    rule = (
        f"at least {spec['minAvailable']} available" if "minAvailable" in spec
        else f"at most {spec.get('maxUnavailable', 1)} unavailable"
    )  # fmt: skip
    allowed = status.get("disruptionsAllowed")
    now = f"; {allowed} may be evicted now" if allowed is not None else ""
    return f"{budget['metadata']['name']}: {rule}{now}. It holds evictions back, not rollouts"


def _by_hand(seen: Snapshot) -> str:
    how = strategy(seen.workload)
    if how == ROLLING:
        return ""
    if how == "Recreate":
        return "Recreate: all pods stop before the new ones start"
    return f"{how}: pods change only when somebody deletes them"


def _unseen(seen: Snapshot) -> str:
    return f"{' and '.join(seen.unseen)}: the bot's role does not show them" if seen.unseen else ""
