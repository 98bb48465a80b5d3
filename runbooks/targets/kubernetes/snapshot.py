"""Everything about a workload that plans rest on, read in a handful of calls."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.ports import Permanent
from runbooks.targets.kubernetes.api import KubeApi
from runbooks.targets.kubernetes.revisions import Revision, key_of
from runbooks.targets.kubernetes.workloads import Kind, selector

Json = dict[str, Any]

_OPTIONAL = ("Forbidden", "NotFound")
"""What the cluster answers where its role does not show a thing, or where it has no such kind."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One workload as it is. `revisions` are newest first; `unseen` names what the bot's role does not show."""

    kind: Kind
    workload: Json
    revisions: list[Revision]
    pods: list[Json]
    autoscaler: Json | None = None
    budgets: list[Json] = field(default_factory=list)
    unseen: tuple[str, ...] = ()

    @property
    def current(self) -> Revision | None:
        """The revision of the template that stands now; None where it was never rolled out, as while it is paused."""
        key = key_of(self.workload["spec"]["template"])
        return next((revision for revision in self.revisions if revision.key == key), None)


async def read(api: KubeApi, kind: Kind, namespace: str, name: str) -> Snapshot:
    """Raises `ports.OutsideError`."""
    workload = await api.get(kind.path(namespace, name))
    chosen = selector(workload)
    keepers, pods, scalers, budgets = await asyncio.gather(
        api.list(kind.keepers(namespace), selector=chosen),
        api.list(f"/api/v1/namespaces/{namespace}/pods", selector=chosen),
        _if_shown(api, f"/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers"),
        _if_shown(api, f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"),
    )
    labels = (workload["spec"]["template"].get("metadata") or {}).get("labels") or {}
    unseen = [words for words, found in (("autoscalers", scalers), ("disruption budgets", budgets)) if found is None]
    return Snapshot(
        kind=kind,
        workload=workload,
        revisions=kind.revisions(workload, keepers),
        pods=[pod for pod in pods if _lives(pod)],
        autoscaler=next((each for each in scalers or () if _scales(each, kind, name)), None),
        budgets=[each for each in budgets or () if fits(each["spec"].get("selector"), labels)],
        unseen=tuple(unseen),
    )


async def _if_shown(api: KubeApi, path: str) -> list[Json] | None:
    """None where the bot may not see them: a plan then says so, and is not lost."""
    try:
        return await api.list(path)
    except Permanent as refused:
        if refused.code in _OPTIONAL:
            return None
        raise


def _lives(pod: Json) -> bool:
    return pod.get("status", {}).get("phase") not in ("Succeeded", "Failed")


def _scales(autoscaler: Json, kind: Kind, name: str) -> bool:
    aim = autoscaler["spec"].get("scaleTargetRef", {})
    return (aim.get("kind"), aim.get("name")) == (kind.name, name)


def fits(chosen: Json | None, labels: dict[str, str]) -> bool:
    """Whether a label selector, as objects hold it, matches; none matches nothing, an empty one everything."""
    if chosen is None:
        return False
    plain = all(labels.get(key) == value for key, value in (chosen.get("matchLabels") or {}).items())
    return plain and all(_holds(each, labels) for each in chosen.get("matchExpressions") or ())


def _holds(expression: Json, labels: dict[str, str]) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values") or ()
    return bool(
        {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }[operator]
    )
