"""Pods: made of templates, then scheduled, started and ready, one step at a time, unless a fault keeps them."""

from datetime import datetime

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, event, owner_reference, suffix
from tests.kubernetes.stand_in.controllers.containers import STATES, created, running
from tests.kubernetes.stand_in.faults import Fault
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.kinds import Kind
from tests.kubernetes.stand_in.store import timestamp

NODES = ("node-1", "node-2", "node-3")
NO_ROOM = (
    "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found."
)


def make(
    context: Context, kind: Kind, owner: Json, *, name: str = "", labels: Json | None = None, node: str = ""
) -> Json:
    """Stores a pod of the owner's template."""
    template = copied(owner["spec"]["template"])
    about: Json = {"name": name or f"{metadata(owner)['name']}-{suffix()}", "namespace": metadata(owner)["namespace"]}
    if not name:
        about["generateName"] = f"{metadata(owner)['name']}-"
    about["labels"] = {**(metadata(template).get("labels") or {}), **(labels or {})}
    if metadata(template).get("annotations"):
        about["annotations"] = metadata(template)["annotations"]
    about["ownerReferences"] = [owner_reference(kind, owner)]
    spec = template["spec"]
    if node:
        spec["nodeName"] = node
    status = {"phase": "Pending", "qosClass": "Burstable"}
    return context.store.add(kinds.POD, {"metadata": about, "spec": spec, "status": status})


def is_ready(pod: Json) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def is_available(pod: Json, min_ready_s: int, now: str) -> bool:
    """Ready for so long."""
    if not is_ready(pod) or not min_ready_s:
        return is_ready(pod)
    since = next(each["lastTransitionTime"] for each in pod["status"]["conditions"] if each["type"] == "Ready")
    return (datetime.fromisoformat(now) - datetime.fromisoformat(since)).total_seconds() >= min_ready_s


def advance(context: Context) -> None:
    """Each pod goes one step towards what it can be."""
    pods = [(pod, context.faults.of_pod(pod)) for pod in context.store.all(kinds.POD)]
    room = {fault.id: fault.ready for fault in context.faults.of_cluster("slow")}
    for pod, trouble in pods:
        if trouble and trouble[0].kind == "slow" and is_ready(pod):
            room[trouble[0].id] -= 1
    for pod, trouble in pods:
        if trouble and trouble[0].kind == "slow" and not is_ready(pod) and room[trouble[0].id] > 0:
            room[trouble[0].id] -= 1
            _step(context, pod, None)
        else:
            _step(context, pod, trouble)


def _step(context: Context, pod: Json, trouble: tuple[Fault, str] | None) -> None:
    kind = trouble[0].kind if trouble else ""
    if "hostIP" not in pod["status"]:
        _schedule(context, pod, no_room=kind == "unschedulable")
    elif is_ready(pod) and kind in ("image_pull", "slow", "deadline_exceeded"):
        _run(context, pod, None)  # what runs already goes on
    elif kind not in ("slow", "deadline_exceeded"):
        _run(context, pod, trouble)


def _schedule(context: Context, pod: Json, *, no_room: bool) -> None:
    placed = copied(pod)
    status = placed["status"]
    if no_room:
        _condition(status, "PodScheduled", "False", "Unschedulable", NO_ROOM)
        if status != pod["status"]:
            context.store.put(kinds.POD, placed)
            event(context, (kinds.POD, pod), "Warning", "FailedScheduling", NO_ROOM, "default-scheduler")
        return
    place = int(metadata(pod)["uid"][:8], 16) % len(NODES)
    placed["spec"].setdefault("nodeName", NODES[place])
    status |= {"hostIP": f"10.0.0.{place + 1}", "startTime": timestamp()}
    for type_ in ("PodScheduled", "Initialized"):
        _condition(status, type_, "True")
    status["containerStatuses"] = [created(each) for each in pod["spec"]["containers"]]
    _readiness(status)
    context.store.put(kinds.POD, placed)


def _run(context: Context, pod: Json, trouble: tuple[Fault, str] | None) -> None:
    """Its containers run, but for the one in trouble."""
    status = copied(pod["status"])
    was = {each["name"]: each for each in status["containerStatuses"]}
    states = []
    for container in pod["spec"]["containers"]:
        if trouble and trouble[1] == container["name"]:
            state = STATES[trouble[0].kind](pod, container, was[container["name"]], trouble[0])
        else:
            state = running(container, was[container["name"]])
        states.append(state)
    status["containerStatuses"] = states
    begun = all(each["started"] or each["lastState"] for each in states)
    status["phase"] = "Running" if begun else "Pending"
    status.setdefault("podIP", f"10.1.0.{int(metadata(pod)['uid'][:2], 16)}")
    _readiness(status)
    if status != pod["status"]:
        context.status(kinds.POD, pod, status)
        if trouble:
            reason, words = _EVENTS[trouble[0].kind]
            event(context, (kinds.POD, pod), "Warning", reason, words.format(container=trouble[1]), "kubelet")


_EVENTS = {
    "image_pull": ("Failed", "Error: ImagePullBackOff"),
    "crash_loop": ("BackOff", "Back-off restarting failed container {container}"),
    "unready": ("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
}


def _readiness(status: Json) -> None:
    not_ready = [each["name"] for each in status["containerStatuses"] if not each["ready"]]
    words = f"containers with unready status: [{' '.join(not_ready)}]"
    for type_ in ("Ready", "ContainersReady"):
        if not_ready:
            _condition(status, type_, "False", "ContainersNotReady", words)
        else:
            _condition(status, type_, "True")


def _condition(status: Json, type_: str, value: str, reason: str = "", message: str = "") -> None:
    conditions = status.get("conditions", [])
    old = next((each for each in conditions if each["type"] == type_), None)
    at = old["lastTransitionTime"] if old and old["status"] == value else timestamp()
    made = {"type": type_, "status": value, "lastProbeTime": None, "lastTransitionTime": at}
    if reason:
        made |= {"reason": reason, "message": message}
    others = [each for each in conditions if each["type"] != type_]
    status["conditions"] = sorted([*others, made], key=lambda each: str(each["type"]))
