"""Words that the plans of all actions share: counts, durations, who notices, and refusals."""

import math
from collections.abc import Sequence
from typing import Protocol

from bot.action import Observation, Refused, Request, Value


class Named(Protocol):
    """What has words of its own for a replica: a target, and the world that was read of one."""

    @property
    def one(self) -> str: ...

    @property
    def many(self) -> str: ...


LEFT_ALONE = "Nothing was changed."
_UNDO_ROOM = 20
"""Characters of a name that still fit a button's label of 30."""


def count(number: int, target: Named) -> str:
    """`1 process`, `3 processes`, in the target's own words."""
    return f"{number:,} {target.one if number == 1 else target.many}"


def about(seconds: float) -> str:
    """A duration as it is guessed, rounded up: to 5 s below 90 s, else to whole minutes."""
    if seconds <= 90:
        return f"about {max(5, 5 * math.ceil(seconds / 5))} s"
    return f"about {math.ceil(seconds / 60)} min"


def hits_each(seen: Observation, target: Named) -> str:
    """What a change touches that replaces every replica: `All 3 processes, one at a time, about 15 s`."""
    number = seen.size
    if number == 1:
        return f"The only {target.one}, {about(seen.seconds_each)}"
    rounds = -(-number // seen.at_once)
    return f"All {count(number, target)}, {pace(seen)}, {about(rounds * seen.seconds_each)}{_and_down(seen)}"


def pace(seen: Observation) -> str:
    """How many are changed together: `one at a time`."""
    return "one at a time" if seen.at_once == 1 else f"{seen.at_once} at a time"


def current(seen: Observation) -> str:
    """The name of the release that serves, as a sentence says it."""
    return seen.current.name if seen.current else "no known release"


def who_notices(seen: Observation, condition: str) -> str:
    """Who notices while every replica is replaced; `condition` is when nobody does ('if v41 starts well')."""
    if seen.notices:
        return seen.notices
    if seen.healthy == 0:
        return "nobody more than now: nothing serves"
    if seen.size <= seen.at_once or seen.healthy == 1:
        return f"its users: nothing serves for {about(seen.seconds_each)}"
    return f"nobody, {condition}"


def warnings(action: str, seen: Observation) -> Sequence[tuple[str, str]]:
    """What a person should know of the target before saying yes: first of all, whether the change will last."""
    overruled = seen.overruled.get(action, "")
    return *([("Will it last", overruled)] if overruled else []), *seen.warnings


def offered(action: str, request: Request, seen: Observation) -> None:
    """Raises `Refused` where the target does not offer the action, or nothing is there to act on."""
    from_nothing = action == "scale" and seen.wanted is not None
    if not seen.size and not from_nothing:
        raise Refused(f"`{request.service}` has nothing running that could be changed. {LEFT_ALONE}", "no target")
    still_offered(action, request.service, seen)


def still_offered(action: str, service: str, seen: Observation) -> None:
    """Raises `Refused` where the target does not offer the action (any more)."""
    why_not = seen.cannot.get(action)
    if why_not:
        raise Refused(f"`{service}` does not offer {action}: {why_not}. {LEFT_ALONE}", "not offered")


def no_longer_fits(what: str) -> Refused:
    """The refusal of a plan whose world has changed; `what` says how, as a sentence without its full stop."""
    return Refused(f"The plan no longer fits: {what}. {LEFT_ALONE} Make the plan anew.", "plan no longer fits")


def whole_number(value: Value, example: str) -> int:
    """The parameter as a whole number. Raises `Refused`."""
    if isinstance(value, bool) or not isinstance(value, int):
        shown = "Nothing" if value is None else f"“{value}”"
        raise Refused(f"{shown} is not a whole number. {LEFT_ALONE} Example: {example}.", "parameters")
    return value


def undo_label(where: str) -> str:
    """The undo button: `Undo: back to v42…`."""
    return f"Undo: back to {where}…" if len(where) <= _UNDO_ROOM - 6 else "Undo…"


def _and_down(seen: Observation) -> str:
    down = [replica.name for replica in seen.replicas if not replica.healthy]
    return f"; not healthy now: {', '.join(down)}" if down else ""
