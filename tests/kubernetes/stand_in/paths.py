"""What a request's path means."""

from dataclasses import dataclass

from tests.kubernetes.stand_in.errors import Unserved
from tests.kubernetes.stand_in.kinds import Kind, found


@dataclass(frozen=True, slots=True)
class Place:
    """A collection (`name` is empty), an object or a part of one. `namespace` is empty for all of them."""

    kind: Kind
    version: str
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def place(path: str) -> Place:
    """Raises Unserved for a path under which nothing is kept."""
    parts = [part for part in path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        raise Unserved(path)
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    kind = found(group, version, rest[0])
    if kind is None or len(rest) > 3 or (bool(namespace) and not kind.namespaced):
        raise Unserved(path)
    name, subresource = (*rest[1:], "", "")[:2]
    if subresource and subresource not in kind.subresources:
        raise Unserved(path)
    if name and kind.namespaced and not namespace:
        raise Unserved(path)
    return Place(kind, version, namespace, name, subresource)
