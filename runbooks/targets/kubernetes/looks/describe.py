"""What a workload is made of, what the cluster thinks of it, and what has happened to it: `kubectl describe`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.action import Seen
from bot.domain import figures
from bot.domain.plaintext import clean
from bot.domain.redaction import safe_line
from bot.ports import Permanent
from runbooks.targets.kubernetes.looks.containers import containers
from runbooks.targets.kubernetes.looks.events import newest
from runbooks.targets.kubernetes.looks.held_up import held_up
from runbooks.targets.kubernetes.looks.whole import Json, Whole
from runbooks.targets.kubernetes.revisions import instant, owned
from runbooks.targets.kubernetes.rollouts import strategy
from runbooks.targets.kubernetes.trouble import troubles

_PODS = 5
"""Pods whose events are asked for, each by a call of its own: those in trouble, then the newest."""
_LONGEST = 160


async def describe(whole: Whole, now: datetime) -> Seen:
    """Conditions and events tell what went wrong; containers and strategy what was asked for."""
    workload = await whole.workload()
    pods = await whole.pods(workload)
    facts = [
        *held_up(pods),
        *await _events(whole, workload, pods, now),
        *_conditions(workload, now),
        ("Strategy", _strategy(workload)),
        *containers(workload["spec"]["template"]["spec"]),
    ]
    return Seen(f"{whole.kind.name} {whole.name} in namespace {whole.namespace}", facts)


async def _events(whole: Whole, workload: Json, pods: Sequence[Json], now: datetime) -> Sequence[tuple[str, str]]:
    """What happened lately. Where the role does not show it, that is said, and the rest is told all the same."""
    try:
        found = await whole.events_of([workload, *await _keepers(whole, workload), *_first(pods)])
    except Permanent as refused:
        if refused.code != "Forbidden":
            raise
        return [("Events", str(refused))]
    return newest(found, now) or [("Events", "none lately; a cluster forgets them within an hour or so")]


async def _keepers(whole: Whole, workload: Json) -> list[Json]:
    """The ReplicaSet of a Deployment that made pods last: what cannot even be created is told there (a quota)."""
    if whole.kind.keeper != "replicasets":
        return []
    found = owned(workload, await whole.api.list(whole.kind.keepers(whole.namespace)))
    return sorted(found, key=lambda each: str(each["metadata"].get("creationTimestamp")), reverse=True)[:1]


def _first(pods: Sequence[Json]) -> list[Json]:
    bad = {name for trouble in troubles(pods) for name in trouble.pods}
    return sorted(pods, key=lambda pod: pod["metadata"]["name"] not in bad)[:_PODS]


def _conditions(workload: Json, now: datetime) -> Iterable[tuple[str, str]]:
    for each in workload.get("status", {}).get("conditions") or ():
        state = {"True": "yes", "False": "no"}.get(str(each.get("status")), "unknown")
        why = safe_line(f"{each.get('reason') or ''}: {each.get('message') or ''}", _LONGEST).strip(": .")
        at = instant(each.get("lastTransitionTime"))
        since = f" for {figures.duration(now - at)}" if at else ""
        yield clean(str(each.get("type"))), ", ".join(filter(None, [f"{state}{since}", why]))


def _strategy(workload: Mapping[str, Any]) -> str:
    spec = workload["spec"]
    rolling = (spec.get("strategy") or spec.get("updateStrategy") or {}).get("rollingUpdate") or {}
    return ", ".join([strategy(dict(workload)), *(f"{name} {value}" for name, value in sorted(rolling.items()))])
