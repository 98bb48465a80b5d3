"""The kinds that are served, as discovery names them."""

from dataclasses import dataclass

WORKLOADS = ("deployments", "statefulsets", "daemonsets")


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource. `versions` begins with the preferred one, in which objects are kept."""

    group: str
    versions: tuple[str, ...]
    plural: str
    name: str
    short: tuple[str, ...] = ()
    namespaced: bool = True
    subresources: tuple[str, ...] = ()
    read_only: bool = False

    @property
    def api_version(self) -> str:
        return self.at(self.versions[0])

    def at(self, version: str) -> str:
        """The apiVersion of an object in one of the versions."""
        return f"{self.group}/{version}" if self.group else version

    @property
    def resource(self) -> str:
        """The resource with its group, as error messages name it: deployments.apps."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def kind_and_group(self) -> str:
        """The kind with its group, as validation names it: Deployment.apps."""
        return f"{self.name}.{self.group}" if self.group else self.name


_RBAC = "rbac.authorization.k8s.io"

NAMESPACE = Kind("", ("v1",), "namespaces", "Namespace", ("ns",), namespaced=False)
POD = Kind("", ("v1",), "pods", "Pod", ("po",), subresources=("log", "status"))
EVENT = Kind("", ("v1",), "events", "Event", ("ev",))
DEPLOYMENT = Kind("apps", ("v1",), "deployments", "Deployment", ("deploy",), subresources=("scale", "status"))
REPLICA_SET = Kind("apps", ("v1",), "replicasets", "ReplicaSet", ("rs",), subresources=("scale", "status"))
STATEFUL_SET = Kind("apps", ("v1",), "statefulsets", "StatefulSet", ("sts",), subresources=("scale", "status"))
DAEMON_SET = Kind("apps", ("v1",), "daemonsets", "DaemonSet", ("ds",), subresources=("status",))
CONTROLLER_REVISION = Kind("apps", ("v1",), "controllerrevisions", "ControllerRevision")
AUTOSCALER = Kind(
    "autoscaling", ("v2", "v1"), "horizontalpodautoscalers", "HorizontalPodAutoscaler", ("hpa",),
    subresources=("status",),
)  # fmt: skip
DISRUPTION_BUDGET = Kind(
    "policy", ("v1",), "poddisruptionbudgets", "PodDisruptionBudget", ("pdb",), subresources=("status",)
)
ROLE = Kind(_RBAC, ("v1",), "roles", "Role")
ROLE_BINDING = Kind(_RBAC, ("v1",), "rolebindings", "RoleBinding")
CLUSTER_ROLE = Kind(_RBAC, ("v1",), "clusterroles", "ClusterRole", namespaced=False)
CLUSTER_ROLE_BINDING = Kind(_RBAC, ("v1",), "clusterrolebindings", "ClusterRoleBinding", namespaced=False)
POD_METRICS = Kind("metrics.k8s.io", ("v1beta1",), "pods", "PodMetrics", read_only=True)
ACCESS_REVIEW = Kind(
    "authorization.k8s.io", ("v1",), "selfsubjectaccessreviews", "SelfSubjectAccessReview", namespaced=False
)

KINDS = (
    NAMESPACE,
    POD,
    EVENT,
    Kind("", ("v1",), "services", "Service", ("svc",)),
    Kind("", ("v1",), "configmaps", "ConfigMap", ("cm",)),
    Kind("", ("v1",), "secrets", "Secret"),
    Kind("", ("v1",), "serviceaccounts", "ServiceAccount", ("sa",)),
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    DAEMON_SET,
    CONTROLLER_REVISION,
    AUTOSCALER,
    DISRUPTION_BUDGET,
    ROLE,
    ROLE_BINDING,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    POD_METRICS,
    ACCESS_REVIEW,
)


def found(group: str, version: str, plural: str) -> Kind | None:
    """The kind served at this place, or None."""
    return next(
        (kind for kind in KINDS if kind.group == group and version in kind.versions and kind.plural == plural), None
    )


def named(kind: str) -> Kind:
    """By kind, plural or short name, as kubectl takes it. Raises LookupError for what is not served."""
    wanted = kind.lower()
    for each in KINDS:
        if wanted in (each.name.lower(), each.plural, *each.short) and each is not POD_METRICS:
            return each
    raise LookupError(f"no kind {kind!r} is served")
