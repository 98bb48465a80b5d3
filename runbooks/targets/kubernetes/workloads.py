"""The three kinds of workload, and what is different about each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runbooks.targets.kubernetes import revisions, rollouts
from runbooks.targets.kubernetes.api import Patch
from runbooks.targets.kubernetes.revisions import Revision
from runbooks.targets.kubernetes.rollouts import Standing

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """`plural` is its part of a path, `keeper` that of the objects that keep its revisions."""

    name: str
    plural: str
    keeper: str
    revisions: Callable[[Json, Sequence[Json]], list[Revision]]
    undo: Callable[[Json, Revision], Any]
    undo_by: Patch
    standing: Callable[[Json], Standing]
    scales: bool = True
    pauses: bool = False

    @property
    def word(self) -> str:
        """As kubectl calls it: `deployment`."""
        return self.name.lower()

    def path(self, namespace: str, name: str) -> str:
        return f"/apis/apps/v1/namespaces/{namespace}/{self.plural}/{name}"

    def keepers(self, namespace: str) -> str:
        """Where the objects are listed that keep its revisions."""
        return f"/apis/apps/v1/namespaces/{namespace}/{self.keeper}"


DEPLOYMENT = Kind(
    name="Deployment",
    plural="deployments",
    keeper="replicasets",
    revisions=revisions.of_deployment,
    undo=revisions.undo_of_deployment,
    undo_by=Patch.JSON,
    standing=rollouts.of_deployment,
    pauses=True,
)
STATEFUL_SET = Kind(
    name="StatefulSet",
    plural="statefulsets",
    keeper="controllerrevisions",
    revisions=revisions.of_controller,
    undo=revisions.undo_of_controller,
    undo_by=Patch.STRATEGIC,
    standing=rollouts.of_stateful_set,
)
DAEMON_SET = Kind(
    name="DaemonSet",
    plural="daemonsets",
    keeper="controllerrevisions",
    revisions=revisions.of_controller,
    undo=revisions.undo_of_controller,
    undo_by=Patch.STRATEGIC,
    standing=rollouts.of_daemon_set,
    scales=False,
)
KINDS: Mapping[str, Kind] = {kind.word: kind for kind in (DEPLOYMENT, STATEFUL_SET, DAEMON_SET)}


def selector(workload: Json) -> str:
    """Its pods' label selector as a query writes it; a requirement without values is a bare key or its negation."""
    wanted = workload["spec"].get("selector") or {}
    parts = [f"{key}={value}" for key, value in sorted((wanted.get("matchLabels") or {}).items())]
    return ",".join([*parts, *map(_requirement, wanted.get("matchExpressions") or ())])


def _requirement(expression: Json) -> str:
    key, operator = str(expression["key"]), str(expression["operator"])
    values = ",".join(expression.get("values") or ())
    return {
        "In": f"{key} in ({values})",
        "NotIn": f"{key} notin ({values})",
        "Exists": key,
        "DoesNotExist": f"!{key}",
    }[operator]
