"""What each pod uses of CPU and memory, beside what it asked for and what it may use: `kubectl top`."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.action import Seen
from bot.domain import figures
from bot.ports import Permanent
from runbooks.targets.kubernetes.looks.quantities import amount, cpu, memory
from runbooks.targets.kubernetes.looks.whole import Json, Whole
from runbooks.targets.kubernetes.revisions import instant
from runbooks.targets.kubernetes.workloads import selector
from runbooks.targets.looking import ago

_SHOWN = 10
_UNNAMED: Mapping[str, str] = {}


async def top(whole: Whole, now: datetime) -> Seen:
    """Pods by the memory that they use, most first."""
    workload = await whole.workload()
    path = f"/apis/metrics.k8s.io/v1beta1/namespaces/{whole.namespace}/pods"
    try:
        pods, used = await asyncio.gather(whole.pods(workload), whole.api.list(path, selector=selector(workload)))
    except Permanent as refused:
        if refused.code != "NotFound":
            raise
        words = "it offers no metrics.k8s.io, which metrics-server or an adapter for Prometheus would bring"
        return Seen("metrics are not installed in this cluster", [("Why", words)])
    by_name = {str(pod["metadata"]["name"]): pod for pod in pods}
    ranked = sorted(used, key=lambda each: _sum(each, "memory"), reverse=True)
    facts = [(str(each["metadata"]["name"]), _pod(each, by_name.get(each["metadata"]["name"]))) for each in ranked]
    silent = len(pods) - len(used)
    more = [("And", figures.plural(len(facts) - _SHOWN, "pod") + " that use less")] if len(facts) > _SHOWN else []
    unmeasured = [("Not measured", figures.plural(silent, "pod") + ", as before they have run a while")]
    taken = [("Measured", ago(min(filter(None, map(_at, used)), default=None), now))] if used else []
    return Seen(_title(used), [*facts[:_SHOWN], *more, *(unmeasured if silent > 0 else []), *taken])


def _title(used: Sequence[Json]) -> str:
    if not used:
        return "no pod has been measured yet"
    total_cpu, total_memory = (sum(_sum(each, what) for each in used) for what in ("cpu", "memory"))
    pods = figures.plural(len(used), "pod")
    return f"{pods} {'uses' if len(used) == 1 else 'use'} {cpu(total_cpu)} CPU and {memory(total_memory)} of memory"


def _sum(metrics: Json, what: str) -> float:
    return sum(amount((each.get("usage") or {}).get(what)) or 0.0 for each in metrics.get("containers") or ())


def _pod(metrics: Json, pod: Json | None) -> str:
    spec = pod["spec"] if pod else {}
    wanted = {str(each["name"]): each.get("resources") or {} for each in spec.get("containers") or ()}
    return "; ".join(_container(each, wanted.get(str(each["name"]), {})) for each in metrics.get("containers") or ())


def _container(metrics: Json, resources: Json) -> str:
    usage = metrics.get("usage") or _UNNAMED
    used_cpu, used_memory = amount(usage.get("cpu")) or 0.0, amount(usage.get("memory")) or 0.0
    cpu_words = f"{cpu(used_cpu)} CPU{_bounds(resources, 'cpu')}"
    return f"{metrics['name']} {cpu_words}, {memory(used_memory)}{_bounds(resources, 'memory')}"


def _bounds(resources: Json, what: str) -> str:
    """` (128 MiB asked for, 256 MiB at most)`; nothing where neither is set."""
    told = cpu if what == "cpu" else memory
    asked, most = (amount((resources.get(part) or {}).get(what)) for part in ("requests", "limits"))
    parts = [f"{told(asked)} asked for"] if asked is not None else []
    parts += [f"{told(most)} at most"] if most is not None else []
    return f" ({', '.join(parts)})" if parts else ""


def _at(metrics: Json) -> datetime | None:
    return instant(metrics.get("timestamp"))
