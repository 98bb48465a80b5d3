"""What people can look at of a workload: like `kubectl rollout status`, `describe`, `logs` and `top`, read-only."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from bot.action import Glance, Seen
from bot.ports import Permanent
from runbooks.targets.kubernetes.looks.describe import describe
from runbooks.targets.kubernetes.looks.logs import logs
from runbooks.targets.kubernetes.looks.status import status
from runbooks.targets.kubernetes.looks.top import top
from runbooks.targets.kubernetes.looks.whole import Whole

LOOKS: Sequence[Glance] = (
    Glance("status", "Status: how far it is, and what holds it up"),
    Glance("logs", "Logs of the failing container"),
    Glance("describe", "Describe: containers, conditions, events"),
    Glance("top", "Top: CPU and memory of each pod"),
)

_READ: Mapping[str, Callable[[Whole, datetime], Awaitable[Seen]]] = {
    "status": status,
    "logs": logs,
    "describe": describe,
    "top": top,
}


async def look(whole: Whole, name: str, now: datetime) -> Seen:
    """The look of that name. Raises `ports.OutsideError`."""
    read = _READ.get(name)
    if read is None:
        raise Permanent(f"There is no look “{name}”; there are {', '.join(_READ)}.", "NO_LOOK")
    return await read(whole, now)


__all__ = ["LOOKS", "Whole", "look"]
