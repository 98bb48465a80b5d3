"""The states of a pod's containers, in the words of the kubelet."""

import hashlib
from collections.abc import Callable

from tests.kubernetes.stand_in.faults import Fault
from tests.kubernetes.stand_in.json_types import Json, metadata
from tests.kubernetes.stand_in.store import timestamp

Trouble = Callable[[Json, Json, Json, Fault], Json]
"""Of a pod, its container, that container's last status and the fault: its next status."""


def created(container: Json) -> Json:
    """Waiting for its image and its volumes."""
    return _status(container, {"waiting": {"reason": "ContainerCreating"}}, {}, 0)


def running(container: Json, was: Json) -> Json:
    """Started and ready."""
    started = was["state"].get("running", {}).get("startedAt") or timestamp()
    status = _status(container, {"running": {"startedAt": started}}, was["lastState"], was["restartCount"])
    digest = hashlib.sha256(container["image"].encode()).hexdigest()
    image = f"{container['image'].partition(':')[0]}@sha256:{digest}"
    return status | {"ready": True, "started": True, "imageID": image, "containerID": f"containerd://{digest}"}


def _unready(pod: Json, container: Json, was: Json, fault: Fault) -> Json:
    return running(container, was) | {"ready": False}


def _image_missing(pod: Json, container: Json, was: Json, fault: Fault) -> Json:
    waiting = {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{container["image"]}"'}
    return _status(container, {"waiting": waiting}, was["lastState"], was["restartCount"])


def _crashing(pod: Json, container: Json, was: Json, fault: Fault) -> Json:
    if was["state"].get("waiting", {}).get("reason") == "CrashLoopBackOff":
        return was
    whole = f"{metadata(pod)['name']}_{metadata(pod)['namespace']}({metadata(pod)['uid']})"
    message = f"back-off 5m0s restarting failed container={container['name']} pod={whole}"
    code = 137 if fault.reason == "OOMKilled" else fault.exit_code
    ended = {"exitCode": code, "reason": fault.reason or "Error", "startedAt": timestamp(), "finishedAt": timestamp()}
    waiting = {"reason": "CrashLoopBackOff", "message": message}
    return _status(container, {"waiting": waiting}, {"terminated": ended}, was["restartCount"] + fault.restarts)


STATES: dict[str, Trouble] = {"image_pull": _image_missing, "crash_loop": _crashing, "unready": _unready}


def _status(container: Json, state: Json, last: Json, restarts: int) -> Json:
    told = {"name": container["name"], "image": container["image"], "imageID": "", "ready": False, "started": False}
    return {**told, "restartCount": restarts, "state": state, "lastState": last}
