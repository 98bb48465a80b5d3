"""Objects of a kind that is served in several versions: kept in the preferred one, turned at the door."""

from typing import Any

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.json_types import Json, copied
from tests.kubernetes.stand_in.kinds import Kind


def outward(kind: Kind, version: str, thing: Json) -> Json:
    """A stored object as this version shows it."""
    if version == kind.versions[0]:
        return thing
    shown: Json = copied(thing) | {"apiVersion": kind.at(version)}
    if kind is kinds.AUTOSCALER:
        metrics = shown["spec"].pop("metrics", [])
        cpu = next((percent for each in metrics if (percent := _cpu(each)) is not None), None)
        if cpu is not None:
            shown["spec"]["targetCPUUtilizationPercentage"] = cpu
    return shown


def inward(kind: Kind, version: str, thing: Json) -> Json:
    """What a client wrote in this version, as it is kept."""
    if version == kind.versions[0] or thing.get("apiVersion") != kind.at(version):
        return thing
    kept: Json = copied(thing) | {"apiVersion": kind.api_version}
    if kind is kinds.AUTOSCALER and isinstance(kept.get("spec"), dict):
        percent = kept["spec"].pop("targetCPUUtilizationPercentage", None)
        if percent is not None:
            target = {"type": "Utilization", "averageUtilization": percent}
            kept["spec"]["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    return kept


def _cpu(metric: Json) -> Any:
    resource = metric.get("resource", {})
    return resource.get("target", {}).get("averageUtilization") if resource.get("name") == "cpu" else None
