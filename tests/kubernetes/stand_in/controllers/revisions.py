"""ControllerRevisions: what StatefulSets and DaemonSets remember of their templates.

Source: pkg/controller/history/controller_history.go of Kubernetes, retold.
"""

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.controllers.common import Context, hashed, owner_reference
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.kinds import Kind

LABEL = "controller-revision-hash"
_HASH = "controller.kubernetes.io/hash"


def patch_of(owner: Json) -> Json:
    """The strategic merge patch that brings this template back."""
    return {"spec": {"template": {"$patch": "replace", **copied(owner["spec"]["template"])}}}


def current(context: Context, kind: Kind, owner: Json) -> Json:
    """The revision of the owner's template: an equal one is used again under the next number, else one is made."""
    known = context.store.owned(kinds.CONTROLLER_REVISION, owner)
    wanted = patch_of(owner)
    equal = next((each for each in known if each["data"] == wanted), None)
    number = max((each["revision"] for each in known if each is not equal), default=0) + 1
    if equal is None:
        return context.store.add(kinds.CONTROLLER_REVISION, _made(kind, owner, wanted, number))
    if equal["revision"] < number:
        renumbered = copied(equal) | {"revision": number}
        given = metadata(owner).get("annotations") or {}
        metadata(renumbered)["annotations"] = {**metadata(renumbered).get("annotations", {}), **given}
        return context.store.put(kinds.CONTROLLER_REVISION, renumbered)
    return equal


def _made(kind: Kind, owner: Json, data: Json, number: int) -> Json:
    digest = hashed(owner["spec"]["template"])
    labels = copied(metadata(owner["spec"]["template"]).get("labels") or {})
    labels[LABEL if kind is kinds.DAEMON_SET else _HASH] = digest
    about: Json = {"name": f"{metadata(owner)['name']}-{digest}", "namespace": metadata(owner)["namespace"]}
    about |= {"labels": labels, "ownerReferences": [owner_reference(kind, owner)]}
    if metadata(owner).get("annotations"):
        about["annotations"] = copied(metadata(owner)["annotations"])
    return {"metadata": about, "data": data, "revision": number}


def label(kind: Kind, revision: Json) -> str:
    """What the pods of this revision carry: of a StatefulSet the revision's name, of a DaemonSet its hash."""
    return str(metadata(revision)["name"] if kind is kinds.STATEFUL_SET else metadata(revision)["labels"][LABEL])


def forget(context: Context, owner: Json, used: set[str]) -> None:
    """Unused revisions beyond revisionHistoryLimit go, the oldest first."""
    known = context.store.owned(kinds.CONTROLLER_REVISION, owner)
    free = sorted(
        (each for each in known if metadata(each)["name"] not in used), key=lambda each: int(each["revision"])
    )
    for each in free[: max(0, len(free) - owner["spec"]["revisionHistoryLimit"])]:
        context.store.remove(kinds.CONTROLLER_REVISION, each)
