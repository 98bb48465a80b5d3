"""The end of one log: that of the container that fails, of its run before where that is the one that failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.action import Seen
from bot.ports import Permanent
from runbooks.targets.kubernetes.looks.held_up import held_up
from runbooks.targets.kubernetes.looks.whole import Json, Whole
from runbooks.targets.kubernetes.trouble import troubles
from runbooks.targets.looking import LINES, log_text

_MOST_SENT = 1_000_000
"""Bytes that the cluster may send. It cuts the end off where there are more, and the end is what is wanted."""
_MOST_KEPT = 32_000
"""Bytes of them that are kept, the last ones."""
_NOTHING = ("BadRequest",)
"""What the kubelet answers where a container has not run yet, or has no run before."""


@dataclass(frozen=True, slots=True)
class _Place:
    """One container of one pod; `previous`: its run before the last restart."""

    pod: str
    container: str
    previous: bool = False

    @property
    def words(self) -> str:
        return f"container {self.container} in pod {self.pod}"


async def logs(whole: Whole, now: datetime) -> Seen:  # noqa: ARG001 (a log tells its own times)
    """The facts say what is wrong with the pods; the text is empty where nothing was written."""
    pods = await whole.pods(await whole.workload())
    if not pods:
        return Seen("there are no pods, and so no logs")
    place = _failing(pods) or _newest(pods[0], whole.container)
    facts = held_up(pods)
    for at in dict.fromkeys((place, _Place(place.pod, place.container))):
        try:
            text = await _read(whole, at)
        except Permanent as refused:
            if refused.code not in _NOTHING:
                raise
            continue
        before = ", of its run before the last restart" if at.previous else ""
        return Seen(f"log of {at.words}", facts, log_text(text), f"The last {LINES} lines{before}")
    return Seen(f"{place.words} has written nothing: it has not run yet", facts)


def _failing(pods: Sequence[Json]) -> _Place | None:
    """The container that is worst off, in the first pod where it is so."""
    found = next((trouble for trouble in troubles(pods) if trouble.container and not trouble.harmless), None)
    return _Place(found.pods[0], found.container, found.previous) if found else None


def _newest(pod: Json, container: str) -> _Place:
    named = [str(each["name"]) for each in pod["spec"]["containers"]]
    return _Place(str(pod["metadata"]["name"]), container if container in named else named[0])


async def _read(whole: Whole, at: _Place) -> str:
    query: dict[str, str | int] = {"container": at.container, "tailLines": LINES, "limitBytes": _MOST_SENT}
    query |= {"previous": "true"} if at.previous else {}
    path = f"/api/v1/namespaces/{whole.namespace}/pods/{at.pod}/log"
    return await whole.api.text(path, _MOST_KEPT, **query)
