"""Create, replace, patch and delete: what a client may do to an object, with conflicts and dry runs."""

import secrets
from collections.abc import Callable

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.defaults import complete
from tests.kubernetes.stand_in.errors import already_exists, bad_request, conflict, not_found
from tests.kubernetes.stand_in.json_types import Json, copied, metadata, section
from tests.kubernetes.stand_in.kinds import Kind
from tests.kubernetes.stand_in.store import Store
from tests.kubernetes.stand_in.validation import check, check_types

GENERATION = "deprecated.daemonset.template.generation"

_KEPT = ("uid", "creationTimestamp", "generation", "name", "namespace")
_COUNTED = (
    kinds.DEPLOYMENT, kinds.REPLICA_SET, kinds.STATEFUL_SET, kinds.DAEMON_SET, kinds.DISRUPTION_BUDGET,
)  # fmt: skip
"""Kinds whose generation is counted."""


class Writes:
    def __init__(self, store: Store) -> None:
        self._store = store

    def one(self, kind: Kind, namespace: str, name: str) -> Json:
        """Raises ApiError (404)."""
        thing = self._store.find(kind, namespace, name)
        if thing is None:
            raise not_found(kind, name)
        return thing

    def create(self, kind: Kind, namespace: str, body: Json, *, dry: bool = False) -> Json:
        """Raises ApiError: 400, 404 for the namespace, 409 where it exists, 422."""
        _is_of(kind, body)
        if metadata(body).get("namespace", namespace) != namespace:
            raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
        if kind.namespaced and self._store.find(kinds.NAMESPACE, "", namespace) is None:
            raise not_found(kinds.NAMESPACE, namespace)
        check_types(kind, body)
        thing = complete(kind, body)
        about = metadata(thing)
        for field in ("resourceVersion", "uid", "creationTimestamp", "selfLink"):
            about.pop(field, None)
        if kind.namespaced:
            about["namespace"] = namespace
        if not about.get("name") and about.get("generateName"):
            about["name"] = about["generateName"] + secrets.token_hex(3)[:5]
        if kind in _COUNTED:
            about["generation"] = 1
            thing["status"] = {}
        if kind is kinds.DAEMON_SET:
            section(about, "annotations")[GENERATION] = "1"
        check(kind, thing, None)
        if self._store.find(kind, namespace if kind.namespaced else "", about["name"]) is not None:
            raise already_exists(kind, about["name"])
        return thing if dry else self._store.add(kind, thing)

    def change(
        self, kind: Kind, namespace: str, name: str, change: Callable[[Json], Json], *, dry: bool = False,
        subresource: str = "",
    ) -> Json:  # fmt: skip
        """Puts what `change` makes of the object; of `status` only the status, else everything but it.

        Raises ApiError: 404, 409 for another resourceVersion or uid than it has, 400 and 422.
        """
        before = self.one(kind, namespace, name)
        wanted = change(copied(before))
        _is_of(kind, wanted)
        _same(kind, before, wanted)
        check_types(kind, wanted)
        if subresource == "status":
            thing: Json = copied(before) | {"status": wanted.get("status") or {}}
        else:
            thing = complete(kind, wanted)
            if "status" in before:
                thing["status"] = copied(before["status"])
            _keep(kind, before, thing)
            check(kind, thing, before)
        if dry:
            return thing
        return self._store.put(kind, thing)

    def delete(self, kind: Kind, namespace: str, name: str, options: Json, *, dry: bool = False) -> Json:
        """What it owned goes a moment later, unless the options say Orphan. Raises ApiError: 404, 409."""
        thing = self.one(kind, namespace, name)
        wanted = options.get("preconditions") or {}
        if wanted.get("uid", metadata(thing)["uid"]) != metadata(thing)["uid"]:
            raise conflict(kind, name, _uids(wanted["uid"], metadata(thing)["uid"]))
        if not dry:
            if options.get("propagationPolicy") == "Orphan":
                self._orphan(thing)
            self._store.remove(kind, thing)
        return thing

    def _orphan(self, owner: Json) -> None:
        uid = metadata(owner)["uid"]
        for kind, thing in self._store.everything():
            owners = metadata(thing).get("ownerReferences", [])
            if any(each["uid"] == uid for each in owners):
                freed = copied(thing)
                metadata(freed)["ownerReferences"] = [each for each in owners if each["uid"] != uid]
                self._store.put(kind, freed)


def _is_of(kind: Kind, body: Json) -> None:
    given = (body.get("apiVersion"), body.get("kind"))
    if given[1] != kind.name or given[0] not in [kind.at(version) for version in kind.versions]:
        raise bad_request(
            f"{given[1]} in version {given[0]} cannot be handled as a {kind.name}: the object provided is unrecognized"
        )
    if not isinstance(body.get("metadata"), dict):
        raise bad_request("error converting the object: metadata is missing")


def _same(kind: Kind, before: Json, wanted: Json) -> None:
    """Whether the client speaks of the object as it stands."""
    old, new = metadata(before), metadata(wanted)
    if new.get("name", old["name"]) != old["name"]:
        raise bad_request(f"the name of the object ({new['name']}) does not match the name on the URL ({old['name']})")
    if new.get("resourceVersion") and new["resourceVersion"] != old["resourceVersion"]:
        raise conflict(kind, old["name"])
    if new.get("uid") and new["uid"] != old["uid"]:
        raise conflict(kind, old["name"], _uids(new["uid"], old["uid"]))


def _uids(wanted: str, found: str) -> str:
    return f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"


def _keep(kind: Kind, before: Json, thing: Json) -> None:
    """What no client changes, and the generation: it counts changes of the spec, of a Deployment its annotations too
    (source: pkg/registry/apps/deployment/strategy.go, PrepareForUpdate)."""
    old, new = metadata(before), metadata(thing)
    for field in _KEPT:
        if field in old:
            new[field] = old[field]
    new["resourceVersion"] = old["resourceVersion"]
    if kind not in _COUNTED:
        return
    changed = thing["spec"] != before["spec"]
    if kind is kinds.DAEMON_SET:
        count = int(old.get("annotations", {}).get(GENERATION, "1"))
        section(new, "annotations")[GENERATION] = str(count + (thing["spec"]["template"] != before["spec"]["template"]))
    if changed or (kind is kinds.DEPLOYMENT and new.get("annotations") != old.get("annotations")):
        new["generation"] = old["generation"] + 1
