"""Two clusters compared: what differs between any two runs is left out, and nothing else."""

import re
from typing import Any

from tests.kubernetes.stand_in.controllers.common import HASH_LABEL
from tests.kubernetes.stand_in.controllers.revisions import LABEL
from tests.kubernetes.stand_in.json_types import Json

RESTARTED = "kubectl.kubernetes.io/restartedAt"

_CLOCKS = {
    "uid", "resourceVersion", "creationTimestamp", "managedFields", "lastUpdateTime", "lastTransitionTime",
    "startedAt", "finishedAt", "startTime", "firstTimestamp", "lastTimestamp",
}  # fmt: skip
_HASHES = {HASH_LABEL, LABEL, "controller.kubernetes.io/hash"}
_HASH = re.compile(r"-[bcdfghjklmnpqrstvwxz2456789]{10}\b")


def likeness(thing: Any) -> Any:
    """An object, or a list of them, without times, versions and uids, and without the hash of the pod template, into
    which the time of a restart goes. Names that end in a hash end in `-*`; conditions are sorted."""
    if isinstance(thing, list):
        return [likeness(each) for each in thing]
    if isinstance(thing, str):
        return _HASH.sub("-*", thing)
    if not isinstance(thing, dict):
        return thing
    return {key: _value(key, value) for key, value in thing.items() if key not in _CLOCKS}


def _value(key: str, value: Any) -> Any:
    if key in _HASHES:
        return "*"
    if key == "conditions":
        value = sorted(value, key=lambda each: str(each["type"]))
    return "some time" if key == RESTARTED else likeness(value)


def by_revision(sets: list[Json], annotation: str = "deployment.kubernetes.io/revision") -> dict[str, Json]:
    """The likenesses of ReplicaSets, or of ControllerRevisions, by their revision."""
    return {
        str(each.get("revision") or each["metadata"].get("annotations", {}).get(annotation, "0")): likeness(each)
        for each in sets
    }
