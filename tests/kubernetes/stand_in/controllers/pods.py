"""Pods: made of templates, then scheduled, started and ready, one step at a time, unless a fault keeps them."""

import hashlib
from datetime import datetime

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, event, owner_reference, suffix
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
    shown = {fault.id: fault.ready for fault in context.faults.of_cluster("slow")}
    for pod in context.store.all(kinds.POD):
        trouble = context.faults.of_pod(pod)
        if trouble and trouble[0].kind == "slow" and not is_ready(pod) and pod["status"].get("hostIP"):
            shown[trouble[0].id] -= 1
            trouble = trouble if shown[trouble[0].id] < 0 else None
        _step(context, pod, trouble)


def _step(context: Context, pod: Json, trouble: tuple[Fault, str] | None) -> None:
    kind = trouble[0].kind if trouble else ""
    status = copied(pod["status"])
    if "hostIP" not in status:
        _schedule(context, pod, status, kind == "unschedulable")
        return
    if kind == "image_pull" and not is_ready(pod):
        _stands(pod, status, trouble, _image_missing)
    elif kind == "crash_loop":
        _stands(pod, status, trouble, _crashing)
    elif kind == "unready":
        _stands(pod, status, trouble, _running_unready)
    elif kind in ("slow", "deadline_exceeded") and not is_ready(pod):
        return
    else:
        _stands(pod, status, None, _running)
    before = pod["status"]
    after = context.status(kinds.POD, pod, status)
    if after["status"] != before and kind in _EVENTS:
        reason, message = _EVENTS[kind]
        words = message.format(container=trouble[1] if trouble else "", image=_image(pod, trouble))
        event(context, (kinds.POD, after), "Warning", reason, words, "kubelet")


_EVENTS = {
    "image_pull": ("Failed", 'Failed to pull image "{image}": not found'),
    "crash_loop": ("BackOff", "Back-off restarting failed container {container}"),
    "unready": ("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
}


def _image(pod: Json, trouble: tuple[Fault, str] | None) -> str:
    return next((each["image"] for each in pod["spec"]["containers"] if trouble and each["name"] == trouble[1]), "")


def _schedule(context: Context, pod: Json, status: Json, no_room: bool) -> None:
    if no_room:
        _condition(status, "PodScheduled", "False", "Unschedulable", NO_ROOM)
        if status != pod["status"]:
            context.status(kinds.POD, pod, status)
            event(context, (kinds.POD, pod), "Warning", "FailedScheduling", NO_ROOM, "default-scheduler")
        return
    placed = copied(pod)
    place = int(hashlib.sha256(metadata(pod)["uid"].encode()).hexdigest(), 16)
    placed["spec"].setdefault("nodeName", NODES[place % len(NODES)])
    status |= {"hostIP": f"10.0.0.{place % len(NODES) + 1}", "startTime": timestamp()}
    _condition(status, "PodScheduled", "True")
    _condition(status, "Initialized", "True")
    _readiness(pod, status, [each["name"] for each in pod["spec"]["containers"]])
    waiting = {"state": {"waiting": {"reason": "ContainerCreating"}}, "lastState": {}, "started": False}
    status["containerStatuses"] = [_container(each, waiting, 0) for each in pod["spec"]["containers"]]
    context.store.put(kinds.POD, placed | {"status": status})


def _container(container: Json, state: Json, restarts: int) -> Json:
    told = {"name": container["name"], "image": container["image"], "imageID": "", "ready": False}
    return {**told, "restartCount": restarts, **state}


def _stands(pod: Json, status: Json, trouble: tuple[Fault, str] | None, how: object) -> None:
    """Containers run, but for the one in trouble, which is as `how` says."""
    states = []
    not_ready = []
    old = {each["name"]: each for each in status.get("containerStatuses", [])}
    for container in pod["spec"]["containers"]:
        was = old.get(container["name"], {"restartCount": 0, "state": {}, "lastState": {}})
        if trouble and container["name"] == trouble[1] and callable(how):
            states.append(how(pod, container, was, trouble[0]))
        else:
            states.append(_running(pod, container, was, None))
        if not states[-1]["ready"]:
            not_ready.append(container["name"])
    status["containerStatuses"] = states
    pulling = any(each["state"].get("waiting", {}).get("reason") == "ImagePullBackOff" for each in states)
    status["phase"] = "Pending" if pulling and len(not_ready) == len(states) else "Running"
    status.setdefault("podIP", f"10.1.0.{int(metadata(pod)['uid'][:2], 16)}")
    _readiness(pod, status, not_ready)


def _running(pod: Json, container: Json, was: Json, fault: Fault | None) -> Json:
    started = was["state"].get("running", {}).get("startedAt") or timestamp()
    digest = hashlib.sha256(container["image"].encode()).hexdigest()
    state = {"state": {"running": {"startedAt": started}}, "lastState": was["lastState"], "started": True}
    name = container["image"].partition(":")[0]
    run = {"ready": True, "imageID": f"{name}@sha256:{digest}", "containerID": f"containerd://{digest}"}
    return _container(container, state, was["restartCount"]) | run


def _running_unready(pod: Json, container: Json, was: Json, fault: Fault | None) -> Json:
    return _running(pod, container, was, fault) | {"ready": False}


def _image_missing(pod: Json, container: Json, was: Json, fault: Fault | None) -> Json:
    waiting = {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{container["image"]}"'}
    state = {"state": {"waiting": waiting}, "lastState": was["lastState"], "started": False}
    return _container(container, state, was["restartCount"])


def _crashing(pod: Json, container: Json, was: Json, fault: Fault) -> Json:
    if was["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff":
        return was
    whole = f"{metadata(pod)['name']}_{metadata(pod)['namespace']}({metadata(pod)['uid']})"
    message = f"back-off 5m0s restarting failed container={container['name']} pod={whole}"
    code = 137 if fault.reason == "OOMKilled" else fault.exit_code
    ended = {"exitCode": code, "reason": fault.reason or "Error", "startedAt": timestamp(), "finishedAt": timestamp()}
    state = {"state": {"waiting": {"reason": "CrashLoopBackOff", "message": message}}, "started": False}
    return _container(container, state | {"lastState": {"terminated": ended}}, was["restartCount"] + fault.restarts)


def _readiness(pod: Json, status: Json, not_ready: list[str]) -> None:
    if not_ready:
        words = f"containers with unready status: [{' '.join(not_ready)}]"
        for type_ in ("Ready", "ContainersReady"):
            _condition(status, type_, "False", "ContainersNotReady", words)
    else:
        for type_ in ("Ready", "ContainersReady"):
            _condition(status, type_, "True")


def _condition(status: Json, type_: str, value: str, reason: str = "", message: str = "") -> None:
    conditions = status.get("conditions", [])
    old = next((each for each in conditions if each["type"] == type_), None)
    at = old["lastTransitionTime"] if old and old["status"] == value else timestamp()
    made = {"type": type_, "status": value, "lastProbeTime": None, "lastTransitionTime": at}
    if reason:
        made |= {"reason": reason, "message": message}
    status["conditions"] = [*(each for each in conditions if each["type"] != type_), made]
    status["conditions"].sort(key=lambda each: str(each["type"]))
