"""Why the pods of a workload do not start or do not serve, in short words, the worst first.

Read from pods as the API gives them (kubernetes.io, "Pod Lifecycle"): container statuses, their last end, conditions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.domain.plaintext import clean
from bot.domain.redaction import safe_line

Json = Mapping[str, Any]

_IMAGE = ("ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError")
_ORDER = (
    "CrashLoopBackOff",
    "Terminated",
    *_IMAGE,
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "Unschedulable",
    "Failed",
    "NotReady",
    "Starting",
)
"""Worst first. A reason of the cluster's that is not among them comes before `NotReady`."""
_USUAL = ("ContainerCreating", "PodInitializing")
"""What every pod waits for while it starts."""
_BACKING_OFF = re.compile(r'^Back-off pulling image "[^"]*"(?:: (?:ErrImagePull: )?)?')
"""What the kubelet puts before the reason, if it gives one at all, and which says nothing that is not known."""
_LONGEST = 160
"""Characters of the cluster's own words that are passed on."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One reason, and the pods that it holds up. `words` say it without a full stop.

    `reason` is the cluster's own word, or Terminated, Failed, NotReady, Starting. `container` is the one to look at,
    empty where it is the pod as a whole; `previous` where its last words are in the log of the run before.
    `restarts` are those of the pod that has most.
    """

    reason: str
    words: str
    container: str = ""
    previous: bool = False
    restarts: int = field(default=0, compare=False)
    pods: tuple[str, ...] = field(default=(), compare=False)

    @property
    def harmless(self) -> bool:
        """Whether it ends by itself, as far as can be told."""
        return self.reason == "Starting"


def troubles(pods: Sequence[Json]) -> Sequence[Trouble]:
    """What holds up these pods, one for each reason, container and words; nothing for those that serve or go away."""
    alike: dict[Trouble, list[Trouble]] = {}
    for pod in pods:
        name = clean(str(_part(pod, "metadata").get("name") or ""))
        for trouble in _of(pod):
            alike.setdefault(trouble, []).append(replace(trouble, pods=(name,)))
    return sorted(map(_together, alike.values()), key=lambda trouble: (_rank(trouble.reason), -len(trouble.pods)))


def _together(alike: Sequence[Trouble]) -> Trouble:
    """What several pods have in common, as one trouble."""
    most = max(trouble.restarts for trouble in alike)
    upto = "up to " if any(trouble.restarts != most for trouble in alike) else ""
    restarts = f", {upto}{most:,} restart{'' if most == 1 else 's'}" if most else ""
    pods = tuple(name for trouble in alike for name in trouble.pods)
    return replace(alike[0], words=alike[0].words + restarts, restarts=most, pods=pods)


def _rank(reason: str) -> float:
    return _ORDER.index(reason) if reason in _ORDER else _ORDER.index("NotReady") - 0.5


def _of(pod: Json) -> Iterator[Trouble]:
    """The troubles of one pod; of containers that all just start, one."""
    status = _part(pod, "status")
    if _part(pod, "metadata").get("deletionTimestamp") or status.get("phase") == "Succeeded":
        return
    if status.get("phase") == "Failed":
        yield Trouble("Failed", _said(f"the pod failed: {status.get('reason') or 'no reason given'}", status))
        return
    unplaced = _condition(status, "PodScheduled")
    if unplaced.get("status") == "False":
        yield Trouble(str(unplaced.get("reason") or "Unschedulable"), _said("no node takes it", unplaced))
        return
    found = [trouble for trouble in _of_containers(status) if trouble is not None]
    bad = [trouble for trouble in found if not trouble.harmless]
    yield from bad or found[:1] or _of_conditions(status)


def _of_containers(status: Json) -> Iterator[Trouble | None]:
    """Init containers first: the others wait for those that have not ended."""
    for each in status.get("initContainerStatuses") or ():
        if not _is_done(each):
            yield _of_container(each, "init container")
    for each in status.get("containerStatuses") or ():
        yield _of_container(each, "container")


def _is_done(status: Json) -> bool:
    """Whether an init container has done its work."""
    ended = _part(_part(status, "state"), "terminated")
    return bool(ended) and ended.get("exitCode") == 0


def _of_container(status: Json, kind: str) -> Trouble | None:
    name = clean(str(status.get("name") or ""))
    named = f"{kind} {name}"
    state = _part(status, "state")
    waiting, ended = _part(state, "waiting"), _part(state, "terminated")
    last = _part(_part(status, "lastState"), "terminated")
    reason = clean(str(waiting.get("reason") or ""))
    restarts = int(status.get("restartCount") or 0)
    if reason == "CrashLoopBackOff":
        return Trouble(reason, f"{named} keeps crashing ({_end(last)})", name, previous=True, restarts=restarts)
    if reason in _IMAGE:
        image = clean(str(status.get("image") or "?"))
        return Trouble(reason, _said(f"{named} does not get its image {image}", waiting), name)
    if reason and reason not in _USUAL:
        return Trouble(reason, _said(f"{named} cannot be started", waiting), name)
    if ended:
        return Trouble("Terminated", f"{named} ended ({_end(ended)})", name, restarts=restarts)
    if waiting or not state:
        return Trouble("Starting", f"{named} is being started", name)
    if status.get("ready"):
        return None
    if last:
        words = f"{named} runs again and is not ready (before: {_end(last)})"
        return Trouble("NotReady", words, name, previous=True, restarts=restarts)
    if kind == "init container":
        return Trouble("Starting", f"{named} is at work", name)
    probe = "readiness probe fails" if status.get("started") is not False else "startup probe has not passed"
    return Trouble("NotReady", f"{named} runs, but its {probe}", name)


def _of_conditions(status: Json) -> Iterator[Trouble]:
    """A pod whose containers are all well and which waits for something else: a readiness gate, or a first look."""
    ready = _condition(status, "Ready")
    if not status.get("containerStatuses"):
        yield Trouble("Starting", "the pod is being started")
    elif ready.get("status") == "False":
        yield Trouble("NotReady", _said("its containers run, but the pod is not ready", ready))


def _end(ended: Json) -> str:
    """How a container ended: `OOMKilled, exit code 137`."""
    code = ended.get("exitCode")
    if code is None:
        return "no exit code known"
    reason = clean(str(ended.get("reason") or ""))
    return f"{f'{reason}, ' if reason not in ('', 'Error', 'Completed') else ''}exit code {code}"


def _said(words: str, said: Json) -> str:
    """The words, and the cluster's own message after them."""
    message = _BACKING_OFF.sub("", str(said.get("message") or ""))
    message = safe_line(message, _LONGEST).rstrip(".")
    return f"{words}: {message}" if message else words


def _condition(status: Json, kind: str) -> Json:
    conditions = status.get("conditions") or ()
    return next((condition for condition in conditions if condition.get("type") == kind), {})


def _part(of: Json, name: str) -> Json:
    part = of.get(name)
    return part if isinstance(part, Mapping) else {}
