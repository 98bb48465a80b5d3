"""The revisions of a workload, and the way back to one: exactly what `kubectl rollout undo` does (its source, 1.32).

A Deployment keeps its revisions as ReplicaSets, StatefulSets and DaemonSets as ControllerRevisions.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

Json = dict[str, Any]

REVISION = "deployment.kubernetes.io/revision"
CAUSE = "kubernetes.io/change-cause"
HASH_LABEL = "pod-template-hash"
KEPT_BY_DEPLOYMENT = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        REVISION,
        "deployment.kubernetes.io/revision-history",
        "deployment.kubernetes.io/desired-replicas",
        "deployment.kubernetes.io/max-replicas",
        "deprecated.deployment.rollback.to",
    }
)
"""Annotations that stay as they are on the Deployment when it goes back; all others come from the ReplicaSet."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a pod template. `number` is the cluster's, and changes when it is gone back to; `key` stays.

    `holder` is the object that keeps it, `cause` its change-cause, `author` the program that made it.
    """

    number: int
    key: str
    template: Mapping[str, Any]
    holder: Mapping[str, Any]
    at: datetime | None
    cause: str
    author: str

    @property
    def name(self) -> str:
        """How people call it."""
        return f"revision {self.number}"


def of_deployment(deployment: Json, replica_sets: Sequence[Json]) -> list[Revision]:
    """Newest first. A missing number counts as 0; a ReplicaSet whose number cannot be read is left out."""
    found = []
    for each in owned(deployment, replica_sets):
        number = _whole(_annotations(each).get(REVISION, "0"))
        if number is not None:
            found.append(_revision(number, without_hash(each["spec"]["template"]), each, deployment))
    return _newest_first(found)


def of_controller(workload: Json, controller_revisions: Sequence[Json]) -> list[Revision]:
    """Newest first, of a StatefulSet or DaemonSet."""
    found = []
    for each in owned(workload, controller_revisions):
        template = dict(each.get("data", {}).get("spec", {}).get("template", {}))
        template.pop("$patch", None)
        found.append(_revision(int(each["revision"]), template, each, workload))
    return _newest_first(found)


def owned(owner: Json, objects: Sequence[Json]) -> list[Json]:
    """Those that `owner` controls."""
    uid = owner["metadata"]["uid"]
    return [each for each in objects if _controller(each) == uid]


def key_of(template: Mapping[str, Any]) -> str:
    """What identifies a pod template, whatever number the cluster gives it: twelve hex digits."""
    text = json.dumps(without_hash(template), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def without_hash(template: Mapping[str, Any]) -> Json:
    """The template as a person wrote it: the label that the controller adds is not part of it, nor is what is null."""
    cleaned: Json = json.loads(json.dumps(template))
    metadata = cleaned.get("metadata", {})
    metadata.pop("creationTimestamp", None)
    labels = metadata.get("labels")
    if labels is not None:
        labels.pop(HASH_LABEL, None)
    return cleaned


def undo_of_deployment(deployment: Json, wanted: Revision) -> list[Json]:
    """The JSON patch that goes back: the template as it was, and the annotations that belong to it.

    It holds only for the spec that was read: where that was changed since, the cluster refuses it (422).
    """
    annotations = {name: value for name, value in _annotations(deployment).items() if name in KEPT_BY_DEPLOYMENT}
    theirs = {name: value for name, value in _annotations(wanted.holder).items() if name not in KEPT_BY_DEPLOYMENT}
    template = json.loads(json.dumps(wanted.holder["spec"]["template"]))
    template.get("metadata", {}).get("labels", {}).pop(HASH_LABEL, None)
    return [
        {"op": "test", "path": "/metadata/generation", "value": deployment["metadata"]["generation"]},
        {"op": "replace", "path": "/spec/template", "value": template},
        {"op": "add", "path": "/metadata/annotations", "value": annotations | theirs},
    ]


def undo_of_controller(workload: Json, wanted: Revision) -> Json:
    """The strategic merge patch that goes back: what the revision kept, guarded by the version that was read."""
    version = workload["metadata"]["resourceVersion"]
    return {**wanted.holder["data"], "metadata": {"resourceVersion": version}}


def _revision(number: int, template: Json, holder: Json, owner: Json) -> Revision:
    return Revision(
        number=number,
        key=key_of(template),
        template=template,
        holder=holder,
        at=instant(holder["metadata"].get("creationTimestamp")),
        cause=_annotations(holder).get(CAUSE, ""),
        author=_author(template, owner),
    )


def _author(template: Json, owner: Json) -> str:
    """The program that last wrote the template, as far as the cluster keeps it: of the revision that serves only."""
    if key_of(owner["spec"]["template"]) != key_of(template):
        return ""
    fields = [each for each in owner["metadata"].get("managedFields", ()) if each.get("subresource", "") == ""]
    writers = [each for each in fields if "f:template" in each.get("fieldsV1", {}).get("f:spec", {})]
    return str(max(writers, key=_written)["manager"]) if writers else ""


def _written(field: Json) -> str:
    return str(field.get("time", ""))


def instant(value: object) -> datetime | None:
    """An instant as the cluster writes it (RFC 3339)."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _newest_first(found: Sequence[Revision]) -> list[Revision]:
    return sorted(found, key=attrgetter("number"), reverse=True)


def _controller(thing: Json) -> str:
    owners = thing["metadata"].get("ownerReferences", ())
    return next((str(each["uid"]) for each in owners if each.get("controller")), "")


def _annotations(thing: Mapping[str, Any]) -> Mapping[str, str]:
    return thing["metadata"].get("annotations") or {}


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None
