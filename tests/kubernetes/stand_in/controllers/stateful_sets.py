"""StatefulSets: numbered pods, one after the other, replaced from the last down to the partition."""

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, compact
from tests.kubernetes.stand_in.controllers.pods import is_available, is_ready, make
from tests.kubernetes.stand_in.controllers.revisions import LABEL, current, forget
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.store import timestamp


def sync(context: Context) -> None:
    for each in context.store.all(kinds.STATEFUL_SET):
        update = metadata(current(context, kinds.STATEFUL_SET, each))["name"]
        _count(context, each, update)
        _replace(context, each, update)
        _report(context, each, update)


def _number(pod: Json) -> int:
    return int(metadata(pod)["name"].rpartition("-")[2])


def _pods(context: Context, owner: Json) -> list[Json]:
    return sorted(context.store.owned(kinds.POD, owner), key=_number)


def _count(context: Context, owner: Json, update: str) -> None:
    """The next missing pod is made once those before it are ready; the last goes first. Parallel does not wait."""
    pods, wanted = _pods(context, owner), owner["spec"]["replicas"]
    at_once = owner["spec"]["podManagementPolicy"] == "Parallel"
    surplus = [pod for pod in reversed(pods) if _number(pod) >= wanted]
    for pod in surplus if at_once else surplus[:1]:
        context.store.remove(kinds.POD, pod)
    there = {_number(pod): pod for pod in pods}
    for number in range(wanted):
        if number not in there:
            _make(context, owner, number, update)
        if not at_once and (number not in there or not is_ready(there[number])):
            return


def _make(context: Context, owner: Json, number: int, update: str) -> None:
    """Below the partition a lost pod comes back in the revision that was current."""
    partition = owner["spec"]["updateStrategy"].get("rollingUpdate", {}).get("partition", 0)
    known = {metadata(each)["name"]: each for each in context.store.owned(kinds.CONTROLLER_REVISION, owner)}
    before = owner.get("status", {}).get("currentRevision", update)
    name = before if number < partition and before in known else update
    shape = copied(owner)
    template = {key: value for key, value in known[name]["data"]["spec"]["template"].items() if key != "$patch"}
    shape["spec"]["template"] = template
    labels = {LABEL: name, "statefulset.kubernetes.io/pod-name": f"{metadata(owner)['name']}-{number}"}
    labels["apps.kubernetes.io/pod-index"] = str(number)
    make(context, kinds.STATEFUL_SET, shape, name=f"{metadata(owner)['name']}-{number}", labels=labels)


def _replace(context: Context, owner: Json, update: str) -> None:
    """Takes down the last pod of another revision, when all above it are ready again."""
    strategy = owner["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return
    partition = strategy.get("rollingUpdate", {}).get("partition", 0)
    pods = _pods(context, owner)
    if len(pods) < owner["spec"]["replicas"]:
        return
    for pod in reversed(pods):
        if _number(pod) < partition:
            return
        if metadata(pod)["labels"][LABEL] != update:
            context.store.remove(kinds.POD, pod)
            return
        if not is_ready(pod):
            return


def _report(context: Context, owner: Json, update: str) -> None:
    pods, old = _pods(context, owner), owner.get("status", {})
    now, wait = timestamp(), owner["spec"].get("minReadySeconds", 0)
    before = old.get("currentRevision", update)
    updated = [pod for pod in pods if metadata(pod)["labels"][LABEL] == update]
    ready = sum(is_ready(pod) for pod in pods)
    if len(updated) == len(pods) == ready == owner["spec"]["replicas"]:
        before = update
    status: Json = {
        "observedGeneration": metadata(owner)["generation"],
        "replicas": len(pods),
        "readyReplicas": ready,
        "availableReplicas": sum(is_available(pod, wait, now) for pod in pods),
        "currentReplicas": sum(metadata(pod)["labels"][LABEL] == before for pod in pods),
        "updatedReplicas": len(updated),
        "currentRevision": before,
        "updateRevision": update,
        "collisionCount": 0,
    }
    always = ("replicas", "availableReplicas", "collisionCount")
    context.status(kinds.STATEFUL_SET, owner, compact(status, always))
    forget(context, owner, {before, update, *(metadata(pod)["labels"][LABEL] for pod in pods)})
