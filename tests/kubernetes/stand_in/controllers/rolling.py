"""How large each ReplicaSet of a Deployment should be next.

Source: pkg/controller/deployment/rolling.go and sync.go of Kubernetes, retold: the new set grows as far as maxSurge
lets it, the old ones shrink as far as maxUnavailable lets them, unhealthy pods first.
"""

from tests.kubernetes.stand_in.controllers.common import share
from tests.kubernetes.stand_in.json_types import Json

Sizes = list[tuple[Json, int]]
"""ReplicaSets with the number of replicas they should have."""


def roll(deployment: Json, new: Json | None, old: list[Json]) -> Sizes:
    """One step of a rollout; empty where there is nothing to do."""
    if new is None:
        return []
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return _recreate(deployment, new, old)
    grown = _grow(deployment, new, old)
    return [(new, grown)] if grown != new["spec"]["replicas"] else _shrink(deployment, new, old)


def _recreate(deployment: Json, new: Json, old: list[Json]) -> Sizes:
    if any(each["spec"]["replicas"] for each in old):
        return [(each, 0) for each in old if each["spec"]["replicas"]]
    if any(each.get("status", {}).get("replicas") for each in old):
        return []
    wanted = deployment["spec"]["replicas"]
    return [(new, wanted)] if new["spec"]["replicas"] != wanted else []


def _wanted(sets: list[Json]) -> int:
    return sum(int(each["spec"]["replicas"]) for each in sets)


def _available(replica_set: Json) -> int:
    return int(replica_set.get("status", {}).get("availableReplicas", 0))


def _bounds(deployment: Json) -> tuple[int, int]:
    """maxSurge, rounded up, and maxUnavailable, rounded down; both zero would never end, so one may be missing."""
    wanted, rolling = deployment["spec"]["replicas"], deployment["spec"]["strategy"].get("rollingUpdate", {})
    surge: int = share(rolling.get("maxSurge", "25%"), wanted, up=True)
    unavailable = share(rolling.get("maxUnavailable", "25%"), wanted, up=False)
    return surge, max(unavailable, 0 if surge else 1)


def least_available(deployment: Json) -> int:
    """So many pods are kept available while it rolls."""
    wanted = int(deployment["spec"]["replicas"])
    if deployment["spec"]["strategy"]["type"] == "Recreate":
        return wanted
    return max(0, wanted - _bounds(deployment)[1])


def _grow(deployment: Json, new: Json, old: list[Json]) -> int:
    wanted, has = deployment["spec"]["replicas"], new["spec"]["replicas"]
    if has >= wanted:
        return int(wanted)
    room = wanted + _bounds(deployment)[0] - _wanted([new, *old])
    return int(has + min(max(0, room), wanted - has))


def _shrink(deployment: Json, new: Json, old: list[Json]) -> Sizes:
    least = least_available(deployment)
    missing = new["spec"]["replicas"] - _available(new)
    spare = _wanted([new, *old]) - least - missing
    if spare <= 0 or not _wanted(old):
        return []
    sizes = {id(each): int(each["spec"]["replicas"]) for each in old}
    for each in old:  # what does not work anyhow
        taken = min(spare, sizes[id(each)] - _available(each))
        if taken > 0:
            sizes[id(each)] -= taken
            spare -= taken
    free = sum(_available(each) for each in [new, *old]) - least
    for each in old:
        taken = min(free, sizes[id(each)])
        if taken > 0:
            sizes[id(each)] -= taken
            free -= taken
    return [(each, sizes[id(each)]) for each in old if sizes[id(each)] != each["spec"]["replicas"]]


def scale_active(deployment: Json, new: Json | None, old: list[Json]) -> Sizes:
    """After `spec.replicas` was changed: the one active set takes all of it, several share it in proportion."""
    wanted = int(deployment["spec"]["replicas"])
    sets = [each for each in [*old, *([new] if new else [])] if each["spec"]["replicas"] > 0]
    if len(sets) <= 1:
        only = sets[0] if sets else new or (old[-1] if old else None)
        return [] if only is None else [(only, wanted)]
    if new is not None and new["spec"]["replicas"] == wanted == _available(new):
        return [(each, 0) for each in old if each["spec"]["replicas"]]
    most = wanted + _bounds(deployment)[0] if wanted else 0
    return _in_proportion(sets, most)


def _in_proportion(sets: list[Json], most: int) -> Sizes:
    """Larger sets take more of what is added or removed; the largest takes the remainder."""
    total = _wanted(sets)
    left = most - total
    sizes: Sizes = []
    for each in sorted(sets, key=lambda one: int(one["spec"]["replicas"])):
        share_of = round(each["spec"]["replicas"] * (most - total) / total)
        last = len(sizes) == len(sets) - 1
        part = left if last else share_of
        left -= part
        sizes.append((each, max(0, each["spec"]["replicas"] + part)))
    return sizes
