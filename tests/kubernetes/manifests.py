"""The shop as manifests: a checkout with a sidecar, a store that keeps its pods' names, an agent on each node."""

from tests.kubernetes.stand_in.json_types import Json

IMAGE = "registry.example/checkout"
CHANGE_CAUSE = "kubernetes.io/change-cause"


def deployment(
    name: str = "checkout", *, namespace: str = "shop", version: str = "v42", replicas: int = 3, cause: str = "",
    labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None, max_surge: int | str = 1,
    max_unavailable: int | str = 0, **spec: object,
) -> Json:  # fmt: skip
    """Any other keyword is a field of the spec: `revisionHistoryLimit=2`, `paused=True`."""
    about = _about(name, namespace, labels, annotations)
    if cause:
        about.setdefault("annotations", {})[CHANGE_CAUSE] = cause
    rolling = {"maxSurge": max_surge, "maxUnavailable": max_unavailable}
    whole: Json = {
        "replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template(name, version),
        "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}, **spec,
    }  # fmt: skip
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": whole}


def stateful_set(
    name: str = "basket", *, namespace: str = "shop", version: str = "v7", replicas: int = 3, **spec: object
) -> Json:
    whole: Json = {
        "replicas": replicas, "selector": {"matchLabels": {"app": name}}, "serviceName": name,
        "template": template(name, version), **spec,
    }  # fmt: skip
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": _about(name, namespace), "spec": whole}


def daemon_set(name: str = "agent", *, namespace: str = "shop", version: str = "v3", **spec: object) -> Json:
    whole: Json = {"selector": {"matchLabels": {"app": name}}, "template": template(name, version), **spec}
    return {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": _about(name, namespace), "spec": whole}


def template(name: str, version: str) -> Json:
    """A pod of the service and its proxy. `version` is the tag of the service's image."""
    app = {
        "name": name, "image": f"registry.example/{name}:{version}",
        "ports": [{"name": "http", "containerPort": 8080}],
        "env": [{"name": "LEVEL", "value": "info"}, {"name": "REGION", "value": "west"}],
        "resources": {"requests": {"cpu": "250m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}, "periodSeconds": 5},
        "volumeMounts": [{"name": "cache", "mountPath": "/cache"}],
    }  # fmt: skip
    proxy = {"name": "proxy", "image": "registry.example/proxy:1.9", "args": ["--quiet"]}
    spec = {"containers": [app, proxy], "volumes": [{"name": "cache", "emptyDir": {}}]}
    return {"metadata": {"labels": {"app": name, "tier": "backend"}}, "spec": spec}


def autoscaler(
    name: str = "checkout", *, namespace: str = "shop", least: int = 2, most: int = 10, kind: str = "Deployment"
) -> Json:
    """A HorizontalPodAutoscaler of the workload with the same name."""
    target = {"type": "Utilization", "averageUtilization": 70}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": name},
        "minReplicas": least, "maxReplicas": most,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }  # fmt: skip
    about = _about(name, namespace)
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": about, "spec": spec}


def disruption_budget(name: str = "checkout", *, namespace: str = "shop", min_available: int | str = 2) -> Json:
    """A PodDisruptionBudget of the pods labelled `app: <name>`."""
    spec = {"minAvailable": min_available, "selector": {"matchLabels": {"app": name}}}
    return {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": _about(name, namespace), "spec": spec}


def role(*rules: Json, name: str = "bot", namespace: str = "shop") -> Json:
    about = _about(name, namespace)
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": about, "rules": list(rules)}


def rule(resources: str, *verbs: str, group: str = "apps", names: tuple[str, ...] = ()) -> Json:
    """`resources` separated by spaces."""
    made: Json = {"apiGroups": [group], "resources": resources.split(), "verbs": list(verbs)}
    return made | ({"resourceNames": list(names)} if names else {})


def role_binding(account: str = "quarterdeck", *, role: str = "bot", namespace: str = "shop") -> Json:
    """Binds a Role to a service account of the same namespace."""
    api = "rbac.authorization.k8s.io"
    return {
        "apiVersion": f"{api}/v1", "kind": "RoleBinding", "metadata": _about(role, namespace),
        "roleRef": {"apiGroup": api, "kind": "Role", "name": role},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    }  # fmt: skip


def _about(
    name: str, namespace: str, labels: dict[str, str] | None = None, annotations: dict[str, str] | None = None
) -> Json:
    about: Json = {"name": name, "namespace": namespace, "labels": {"app": name, **(labels or {})}}
    return about | ({"annotations": dict(annotations)} if annotations else {})
