"""One alert: as its source told it, and as the catalog places it; and the deliveries that bring them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.alert.decision import Verdict
from bot.domain.facts.alert import Priority
from bot.domain.facts.reading import Reading


class Status(StrEnum):
    """What a source says of an alert."""

    FIRING = "firing"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as its source told it, known by `source`, `fingerprint` and `starts_at` together.

    `ends_at` is when a resolved one ended, None where the source did not say. `title`, `priority`, `service`,
    `environment`, `category` and `verdict` are filled only by a source that decides them itself; else the catalog does.
    `apart` keeps it in a group of its own kind: what may wait for days must not take up the card of what may not.
    """

    source: str
    fingerprint: str
    starts_at: datetime
    status: Status
    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    ends_at: datetime | None = None
    url: str = ""
    title: str = ""
    priority: Priority | None = None
    service: str = ""
    environment: str = ""
    category: str = ""
    reading: Reading | None = None
    verdict: Verdict | None = None
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """An alert with everything the catalog says about it: whose it is, how bad, which group, where to, and what to do.

    `channels` are where its group's card goes; `service` and `environment` are empty where nobody claims it.
    """

    alert: Alert
    title: str
    priority: Priority
    service: str
    environment: str
    category: str
    key: str
    channels: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Told:
    """What one message of a source says; `left_out` alerts are known to the source but not in the message."""

    alerts: tuple[Alert, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it came in. `key` is the sender's id for it, or a hash of `body`."""

    source: str
    key: str
    body: str
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a delivery: alerts taken in, of these never seen before, and of these that said nothing new."""

    accepted: int
    new: int
    duplicates: int


class Unreadable(ValueError):
    """What a sender told cannot be read as alerts; the message says what is wrong, and what is expected instead."""
