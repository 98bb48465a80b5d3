"""A measured number with what it is compared to, and what changed shortly before."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unit(StrEnum):
    """What a number counts."""

    RATIO = "ratio"
    SECONDS = "seconds"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Reading:
    """`what` names it in people's words ("checkout errors"); `normal` and `threshold` share the unit of `value`."""

    what: str
    value: float
    unit: Unit
    normal: float | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What went out shortly before the trouble ("release v42"), and the closed incidents that undoing it fixed.

    `first_error` is None where only the time of the alert is known.
    """

    what: str
    at: datetime
    first_error: datetime | None = None
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunbookOffer:
    """A runbook that fits: `name` is its catalog name, `label` the verb and object ("Roll back to v41").

    `change` is from → to where it is known ("v42 → v41"), `reason` why it fits or does not.
    """

    name: str
    label: str
    service: str
    change: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RunbookRefusal:
    """A runbook that fits but is not offered to this person, and the rule in words."""

    label: str
    why: str
