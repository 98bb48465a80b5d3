"""The objects, each change of them numbered, as etcd would keep them."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.json_types import Json, copied, metadata
from tests.kubernetes.stand_in.kinds import Kind

FIRST_VERSION = 1000
REMEMBERED = 5000
"""So many changes a watch may be behind; older ones are gone."""

NAMESPACES = ("default", "kube-system", "shop")
"""They are there from the beginning."""

Key = tuple[Kind, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered change. `type` is ADDED, MODIFIED or DELETED; `before` is None for what was added."""

    version: int
    type: str
    kind: Kind
    thing: Json
    before: Json | None


def timestamp() -> str:
    """Now, in whole seconds as the API writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """What it hands out is never changed in place: copy it, change the copy and put it back."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.version = FIRST_VERSION
        self._objects: dict[Key, Json] = {}
        self._changes: deque[Change] = deque(maxlen=REMEMBERED)
        self.clear()

    def clear(self) -> None:
        """Everything goes but the namespaces. Numbers go on, so that an old watch does not see new changes twice."""
        self._objects.clear()
        self._changes.clear()
        for name in NAMESPACES:
            spec = {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
            labels = {"kubernetes.io/metadata.name": name}
            self.add(kinds.NAMESPACE, {"metadata": {"name": name, "labels": labels}, **spec})

    def find(self, kind: Kind, namespace: str, name: str) -> Json | None:
        return self._objects.get((kind, namespace, name))

    def all(self, kind: Kind, namespace: str = "", holds: Callable[[Json], bool] = lambda _: True) -> list[Json]:
        """Ordered by namespace and name, as the API lists them; without a namespace of every one."""
        found = [
            (key[1:], thing)
            for key, thing in self._objects.items()
            if key[0] is kind and namespace in ("", key[1]) and holds(thing)
        ]
        return [thing for _, thing in sorted(found, key=lambda each: each[0])]

    def owned(self, kind: Kind, owner: Json) -> list[Json]:
        """Those whose controller is `owner`, oldest first."""
        uid, place = metadata(owner)["uid"], metadata(owner).get("namespace", "")
        mine = (thing for key, thing in self._objects.items() if key[0] is kind and key[1] == place)
        return [thing for thing in mine if controller_of(thing) == uid]  # a dict keeps the order of birth

    def everything(self) -> Iterator[tuple[Kind, Json]]:
        return ((key[0], thing) for key, thing in list(self._objects.items()))

    def add(self, kind: Kind, thing: Json) -> Json:
        """Stores a new object; gives it uid, time and version."""
        stored = {"kind": kind.name, "apiVersion": kind.api_version} | copied(thing)
        about = metadata(stored)
        about |= {"uid": str(uuid.uuid4()), "creationTimestamp": timestamp()}
        return self._put("ADDED", kind, stored, None)

    def put(self, kind: Kind, thing: Json) -> Json:
        """Stores a changed object under a new version. One that equals the stored is left as it is."""
        before = self._objects[_key(kind, thing)]
        if thing == before:
            return before
        return self._put("MODIFIED", kind, thing, before)

    def remove(self, kind: Kind, thing: Json) -> None:
        before = self._objects.pop(_key(kind, thing))
        self._note("DELETED", kind, copied(before), before)

    def since(self, version: int) -> list[Change]:
        """All changes after this version. Raises LookupError where some of them are forgotten."""
        if self._changes and version < self._changes[0].version - 1:
            raise LookupError(str(self._changes[0].version))
        return [change for change in self._changes if change.version > version]

    def _put(self, type_: str, kind: Kind, thing: Json, before: Json | None) -> Json:
        stored: Json = copied(thing)
        self._objects[_key(kind, stored)] = stored
        self._note(type_, kind, stored, before)
        return stored

    def _note(self, type_: str, kind: Kind, thing: Json, before: Json | None) -> None:
        self.version += 1
        metadata(thing)["resourceVersion"] = str(self.version)
        self._changes.append(Change(self.version, type_, kind, thing, before))
        self.changed.set()
        self.changed = asyncio.Event()


def controller_of(thing: Json) -> str | None:
    """The uid of the object that controls it."""
    owners = metadata(thing).get("ownerReferences", [])
    return next((owner["uid"] for owner in owners if owner.get("controller")), None)


def _key(kind: Kind, thing: Json) -> Key:
    return kind, metadata(thing).get("namespace", ""), metadata(thing)["name"]
