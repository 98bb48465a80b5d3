"""What the product owes the world, as values: effects happen once, surfaces are redrawn, watches look on time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Payload = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to be done once. `key` is unique for ever; effects of one `lane` are done one at a time, oldest first.

    `payload` holds ids, never content: what is sent is read when it is sent. `not_before` makes it a timer.
    """

    key: str
    lane: str
    kind: str
    subject: str = ""
    payload: Payload = field(default_factory=dict)
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """An effect that this process may attempt until its lease ends.

    `retaken` says that an earlier attempt began at `intent_at` and its end is unknown: look before repeating.
    """

    id: int
    key: str
    lane: str
    kind: str
    subject: str
    payload: Payload
    attempts: int
    intent_at: datetime
    retaken: bool


@dataclass(frozen=True, slots=True)
class Surface:
    """One message that shows one subject for life. `channel` is an id, or `#name` until it is known.

    `priority`: 1 page, 3 answer that somebody waits for, 5 card, 8 reminder; lower goes first.
    """

    key: str
    kind: str
    subject: str
    channel: str
    thread: str | None = None
    priority: int = 5


@dataclass(frozen=True, slots=True)
class Drawn:
    """A surface claimed for drawing: where it stands now, and the version that must be shown."""

    id: int
    key: str
    kind: str
    subject: str
    channel: str
    thread: str | None
    ts: str | None
    wanted: int
    attempts: int
    intent_at: datetime
    retaken: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """Something to look at every `every_s` seconds, by one process at a time."""

    key: str
    kind: str
    subject: str
    every_s: float


@dataclass(frozen=True, slots=True)
class Due:
    """A watch whose time has come; `memory` is what the last look left behind."""

    id: int
    key: str
    kind: str
    subject: str
    every_s: float
    memory: Mapping[str, object]
