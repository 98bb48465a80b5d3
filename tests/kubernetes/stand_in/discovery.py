"""What the server tells of itself: versions, groups and resources."""

from tests.kubernetes.stand_in.json_types import Json
from tests.kubernetes.stand_in.kinds import ACCESS_REVIEW, KINDS, Kind

VERSION = {
    "major": "1", "minor": "32", "gitVersion": "v1.32.4", "gitTreeState": "clean", "goVersion": "go1.23.6",
    "gitCommit": "59526cd4867447956156ae3a602fcbac10a2c335", "buildDate": "2025-04-22T15:57:46Z", "compiler": "gc",
    "platform": "linux/amd64",
}  # fmt: skip

_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_SUBRESOURCE_VERBS = {"log": ["get"], "scale": ["get", "patch", "update"], "status": ["get", "patch", "update"]}


def discovered(path: str) -> Json | None:
    """The answer to a path of discovery, with or without a slash at its end; None where the path is none."""
    parts = [part for part in path.split("/") if part]
    if parts == ["version"]:
        return dict(VERSION)
    if parts == ["api"]:
        return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
    if parts == ["apis"]:
        groups = [_group(name) for name in dict.fromkeys(kind.group for kind in KINDS if kind.group)]
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
    if parts[:1] == ["api"] and len(parts) == 2:
        return _resources("", parts[1])
    if parts[:1] == ["apis"] and len(parts) == 2 and any(kind.group == parts[1] for kind in KINDS):
        return {"kind": "APIGroup", "apiVersion": "v1", **_group(parts[1])}
    if parts[:1] == ["apis"] and len(parts) == 3:
        return _resources(parts[1], parts[2])
    return None


def _group(name: str) -> Json:
    served = next(kind.versions for kind in KINDS if kind.group == name)
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in served]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _resources(group: str, version: str) -> Json | None:
    kinds = [kind for kind in KINDS if kind.group == group and version in kind.versions]
    if not kinds:
        return None
    listed = [entry for kind in kinds for entry in _entries(kind)]
    name = kinds[0].at(version)
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": listed}


def _entries(kind: Kind) -> list[Json]:
    verbs = ["create"] if kind is ACCESS_REVIEW else ["get", "list"] if kind.read_only else _VERBS
    whole: Json = {"name": kind.plural, "singularName": kind.name.lower(), "namespaced": kind.namespaced}
    whole |= {"kind": kind.name, "verbs": verbs}
    if kind.short:
        whole["shortNames"] = list(kind.short)
    if kind.plural in ("deployments", "statefulsets", "daemonsets", "replicasets", "services") or kind.name == "Pod":
        whole["categories"] = ["all"]
    return [whole, *(_part(kind, name) for name in kind.subresources)]


def _part(kind: Kind, name: str) -> Json:
    part: Json = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
    part |= {"kind": "Scale" if name == "scale" else kind.name, "verbs": _SUBRESOURCE_VERBS[name]}
    if name == "scale":
        part |= {"group": "autoscaling", "version": "v1"}
    return part
