"""How many pods are ready, what runs, and what holds the others up: `kubectl rollout status` with the reasons."""

from collections.abc import Sequence
from datetime import datetime

from bot.action import Observation, Release, Seen
from bot.domain.plaintext import clean
from runbooks.targets.kubernetes import observing, snapshot, warnings
from runbooks.targets.kubernetes.looks.held_up import held_up
from runbooks.targets.kubernetes.looks.whole import Json, Whole
from runbooks.targets.kubernetes.rollouts import Standing
from runbooks.targets.kubernetes.trouble import troubles
from runbooks.targets.looking import ago


async def status(whole: Whole, now: datetime) -> Seen:
    """The finding counts ready pods; the facts begin with what is wrong."""
    seen = await snapshot.read(whole.api, whole.kind, whole.namespace, whole.name)
    observed = observing.observation(seen, whole.container, "")
    facts = [
        *held_up(seen.pods),
        ("Rollout", _rollout(seen.kind.standing(seen.workload), observed)),
        ("Runs", _runs(observed.current, now)),
        *warnings.of(seen),
    ]
    return Seen(_title(observed, seen.pods), facts)


def _title(observed: Observation, pods: Sequence[Json]) -> str:
    """More pods may be held up than are missing: while a rollout is stuck, the old ones still serve."""
    if observed.size == 0:
        return "no pods are wanted: it is scaled to 0"
    stuck = {name for trouble in troubles(pods) if not trouble.harmless for name in trouble.pods}
    held = f", {len(stuck)} held up" if stuck else ""
    return f"{observed.healthy} of {observed.size} pods are ready{held}"


def _rollout(standing: Standing, observed: Observation) -> str:
    if standing.failed:
        return f"stuck: {clean(standing.failed)}"
    if observed.paused:
        return "paused: it goes on when somebody resumes it"
    if standing.over:
        return "over, nothing is left to wait for"
    return f"{standing.done} of {standing.total} pods are as they shall be"


def _runs(current: Release | None, now: datetime) -> str:
    if current is None:
        return "a template that was never rolled out"
    parts: Sequence[str] = (current.name, current.runs, ago(current.at, now), current.author, current.note)
    return ", ".join(filter(None, map(clean, parts)))
