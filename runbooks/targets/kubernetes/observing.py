"""A snapshot of a workload as the observation that plans are made of."""

import io
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from ruamel.yaml import YAML

from bot.action import Observation, Release, Replica
from bot.domain.redaction import redacted
from runbooks.targets.kubernetes import warnings
from runbooks.targets.kubernetes.revisions import HASH_LABEL, Revision, instant, key_of
from runbooks.targets.kubernetes.rollouts import strategy
from runbooks.targets.kubernetes.snapshot import Json, Snapshot

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"
_SECRET_NAME = re.compile(r"pass|secret|token|credential|api_?key|private|dsn|connection_?string", re.IGNORECASE)
_HIDDEN = "(hidden)"
_START_S = 10.0
"""What a pod is guessed to take where none shows how long it took."""
_NOTE_ROOM = 200


def observation(seen: Snapshot, container: str, look: str) -> Observation:
    """`container` is the one whose image tells the release; the first where it is empty."""
    spec = seen.workload["spec"]
    releases = tuple(_release(each, container) for each in seen.revisions)
    by_key = {release.key: release for release in reversed(releases)}
    current = seen.current
    return Observation(
        replicas=tuple(_replica(pod, seen) for pod in seen.pods),
        current=by_key.get(current.key) if current else None,
        previous=releases[1] if len(releases) > 1 else None,
        releases=releases,
        at_once=_at_once(seen),
        seconds_each=_seconds_each(seen.pods) + float(spec.get("minReadySeconds") or 0),
        cannot=warnings.cannot(seen),
        wanted=_wanted(seen),
        restarted_at=restarted_at(seen.workload),
        paused=bool(spec.get("paused")) if seen.kind.pauses else None,
        warnings=warnings.of(seen),
        overruled=warnings.overruled(seen),
        look=look,
        abort="It is not watched any further: the cluster finishes the rollout by itself.",
    )


def restarted_at(workload: Json) -> datetime | None:
    """When all its pods were last told to restart."""
    annotations = (workload["spec"]["template"].get("metadata") or {}).get("annotations") or {}
    return instant(annotations.get(RESTARTED_AT))


def _wanted(seen: Snapshot) -> int:
    if not seen.kind.scales:
        return int(seen.workload.get("status", {}).get("desiredNumberScheduled", 0))
    return int(seen.workload["spec"].get("replicas", 1))


def _release(revision: Revision, container: str) -> Release:
    return Release(
        name=revision.name,
        at=revision.at,
        author=revision.author,
        note=redacted(revision.cause)[:_NOTE_ROOM],
        identity=revision.key,
        runs=_image(revision.template, container),
        content=content(revision.template),
    )


def _image(template: Mapping[str, Any], container: str) -> str:
    containers = template.get("spec", {}).get("containers") or [{}]
    chosen = next((each for each in containers if each.get("name") == container), containers[0])
    return str(chosen.get("image", ""))


def content(template: Mapping[str, Any]) -> str:
    """A pod template as YAML, without the secrets that people write into it in the clear."""
    text = io.StringIO()
    writer = YAML(typ="safe")
    writer.default_flow_style = False
    writer.dump(_without_secrets(template), text)
    return redacted(text.getvalue())


def _without_secrets(part: Any) -> Any:
    if isinstance(part, Mapping):
        secret = isinstance(part.get("value"), str) and _SECRET_NAME.search(str(part.get("name", "")))
        return {key: _HIDDEN if secret and key == "value" else _without_secrets(value) for key, value in part.items()}
    return [_without_secrets(each) for each in part] if isinstance(part, list) else part


def _replica(pod: Json, seen: Snapshot) -> Replica:
    status = pod.get("status", {})
    return Replica(
        name=pod["metadata"]["name"],
        state=_state(status),
        healthy=_ready_since(status) is not None,
        since=instant(status.get("startTime")),
        release=_release_of(pod, seen),
    )


def _state(status: Json) -> str:
    waiting = [
        each["state"]["waiting"] for each in status.get("containerStatuses", ()) if "waiting" in each.get("state", {})
    ]
    reasons = [str(each["reason"]) for each in waiting if each.get("reason")]
    return reasons[0] if reasons else str(status.get("phase", ""))


def _ready_since(status: Json) -> datetime | None:
    conditions = status.get("conditions", ())
    ready = next((each for each in conditions if each["type"] == "Ready" and each["status"] == "True"), None)
    return (instant(ready.get("lastTransitionTime")) or instant(status.get("startTime"))) if ready else None


def _release_of(pod: Json, seen: Snapshot) -> str:
    """The key of the revision that a pod runs: by the label that its controller gave it."""
    labels = pod["metadata"].get("labels") or {}
    wanted = labels.get(HASH_LABEL) or labels.get("controller-revision-hash", "")
    for revision in seen.revisions:
        holder = revision.holder["metadata"]
        named = (holder.get("labels") or {}).get(HASH_LABEL) or holder["name"]
        if wanted and (named == wanted or holder["name"].endswith(f"-{wanted}")):
            return revision.key
    return ""


def _at_once(seen: Snapshot) -> int:
    """How many pods are replaced together, by the strategy; never less than one."""
    spec, total = seen.workload["spec"], max(1, _wanted(seen))
    if strategy(seen.workload) == "Recreate":
        return total
    rolling = (spec.get("strategy") or spec.get("updateStrategy") or {}).get("rollingUpdate") or {}
    default = "25%" if seen.kind.pauses else 1
    surge = _share(rolling.get("maxSurge", default if seen.kind.pauses else 0), total, up=True)
    unavailable = _share(rolling.get("maxUnavailable", default), total, up=False)
    return min(total, max(1, surge + unavailable))


def _share(value: str | int, total: int, *, up: bool) -> int:
    """`25%` of the pods: surge is rounded up, what may be unavailable down."""
    if isinstance(value, int):
        return value
    share = total * float(value.rstrip("%")) / 100
    return math.ceil(share) if up else math.floor(share)


def _seconds_each(pods: Sequence[Json]) -> float:
    """How long pods of this workload took from their start until they were ready, as a rule."""
    took = []
    for pod in pods:
        status = pod.get("status", {})
        started, ready = instant(status.get("startTime")), _ready_since(status)
        if started and ready and ready > started:
            took.append((ready - started).total_seconds())
    return min(median(took), 600.0) if took else _START_S


def is_on(workload: Json, key: str) -> bool:
    """Whether its template is that of the revision with this key."""
    return key_of(workload["spec"]["template"]) == key
