"""What the API server makes of an object that it is given: defaults filled in, empty things left out.

So a pod template reads the same whether a person, `kubectl apply` or `kubectl rollout undo` wrote it, which adds
`resources: {}` and `creationTimestamp: null`; the template's hash rests on that.
"""

from typing import Any

from tests.kubernetes.stand_in import kinds
from tests.kubernetes.stand_in.json_types import Json, copied, section
from tests.kubernetes.stand_in.kinds import Kind

_ALWAYS_LEFT_OUT_EMPTY = {"labels", "annotations", "nodeSelector", "limits", "requests", "matchLabels", "overhead"}
_LEFT_OUT_ZERO = {
    "paused", "hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly", "minReadySeconds",
    "initialDelaySeconds", "subPath", "nodeName", "hostname", "subdomain", "value", "generateName",
}  # fmt: skip


def complete(kind: Kind, thing: Json) -> Json:
    """A copy with this kind's defaults."""
    made: Json = _pruned(copied(thing))
    made["kind"], made["apiVersion"] = kind.name, kind.api_version
    section(made, "metadata").pop("managedFields", None)
    fill = _FILLED.get(kind)
    if fill is not None:
        fill(section(made, "spec"))
    if kind.subresources and "status" in kind.subresources:
        made.setdefault("status", {})
    return made


def _pruned(value: Any) -> Any:
    """Without null, empty lists, and the empty texts, zeros and objects that the API's types omit."""
    if isinstance(value, list):
        return [_pruned(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _pruned(each) for key, each in value.items() if each is not None and each != []}
    return {key: each for key, each in kept.items() if not _omitted(key, each)}


def _omitted(key: str, value: Any) -> bool:
    return (key in _LEFT_OUT_ZERO and not value) or (key in _ALWAYS_LEFT_OUT_EMPTY and value == {})


def _deployment(spec: Json) -> None:
    for key, value in (("replicas", 1), ("revisionHistoryLimit", 10), ("progressDeadlineSeconds", 600)):
        spec.setdefault(key, value)
    strategy = section(spec, "strategy")
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = section(strategy, "rollingUpdate")
        rolling.setdefault("maxSurge", "25%")
        rolling.setdefault("maxUnavailable", "25%")
    _template(spec)


def _replica_set(spec: Json) -> None:
    spec.setdefault("replicas", 1)
    _template(spec)


def _stateful_set(spec: Json) -> None:
    for key, value in (("replicas", 1), ("revisionHistoryLimit", 10), ("podManagementPolicy", "OrderedReady")):
        spec.setdefault(key, value)
    strategy = section(spec, "updateStrategy")
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        section(strategy, "rollingUpdate").setdefault("partition", 0)
    kept = section(spec, "persistentVolumeClaimRetentionPolicy")
    kept.setdefault("whenDeleted", "Retain")
    kept.setdefault("whenScaled", "Retain")
    _template(spec)


def _daemon_set(spec: Json) -> None:
    spec.setdefault("revisionHistoryLimit", 10)
    strategy = section(spec, "updateStrategy")
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = section(strategy, "rollingUpdate")
        rolling.setdefault("maxSurge", 0)
        rolling.setdefault("maxUnavailable", 1)
    _template(spec)


def _autoscaler(spec: Json) -> None:
    spec.setdefault("minReplicas", 1)
    if "metrics" not in spec:
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def _template(spec: Json) -> None:
    template = section(spec, "template")
    section(template, "metadata")["creationTimestamp"] = None
    pod_spec(section(template, "spec"))


def pod_spec(spec: Json) -> None:
    """Fills in a pod's spec, in place."""
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    if "serviceAccountName" in spec or "serviceAccount" in spec:
        spec["serviceAccountName"] = spec.get("serviceAccountName") or spec["serviceAccount"]
        spec["serviceAccount"] = spec["serviceAccountName"]
    for container in [*spec.get("containers", []), *spec.get("initContainers", [])]:
        _container(container)
    for volume in spec.get("volumes", []):
        for source in ("configMap", "secret", "projected", "downwardAPI"):
            if source in volume:
                volume[source].setdefault("defaultMode", 420)


def _container(container: Json) -> None:
    tag = container.get("image", "").rpartition("/")[2].partition(":")[2]
    container.setdefault("imagePullPolicy", "Always" if tag in ("", "latest") else "IfNotPresent")
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    resources = section(container, "resources")
    for part in ("limits", "requests"):
        if part in resources:
            resources[part] = {name: str(amount) for name, amount in resources[part].items()}
    for port in container.get("ports", []):
        port.setdefault("protocol", "TCP")
    for variable in container.get("env", []):
        field = variable.get("valueFrom", {}).get("fieldRef")
        if field is not None:
            field.setdefault("apiVersion", "v1")
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        if probe in container:
            _probe(container[probe])


def _probe(probe: Json) -> None:
    for key, value in (("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)):
        probe.setdefault(key, value)
    if "httpGet" in probe:
        probe["httpGet"].setdefault("path", "/")
        probe["httpGet"].setdefault("scheme", "HTTP")


_FILLED = {
    kinds.DEPLOYMENT: _deployment,
    kinds.REPLICA_SET: _replica_set,
    kinds.STATEFUL_SET: _stateful_set,
    kinds.DAEMON_SET: _daemon_set,
    kinds.AUTOSCALER: _autoscaler,
    kinds.POD: pod_spec,
}
