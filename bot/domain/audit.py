"""The audit log as a hash chain: an entry that was changed, removed or put between others breaks every hash after it.

Removing the newest entries leaves a whole chain behind: only a head hash that was noted elsewhere shows that.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

GENESIS = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did, or was denied, what to which subject, and what came of it. `number` counts from 1 without gaps."""

    number: int
    at: datetime
    who: str
    what: str
    subject: str
    outcome: str
    detail: Mapping[str, str] = field(default_factory=dict)
    previous: str = GENESIS
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the chain first fails, and why."""

    number: int
    why: str


def seal(entry: Entry, last: Entry | None) -> Entry:
    """The entry as it follows `last`: numbered, chained and hashed."""
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    chained = replace(entry, number=number, previous=previous, hash="")
    return replace(chained, hash=digest(chained))


def digest(entry: Entry) -> str:
    """SHA-256 over the canonical JSON of everything in the entry but its own hash."""
    content = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "who": entry.who,
        "what": entry.what,
        "subject": entry.subject,
        "outcome": entry.outcome,
        "detail": dict(entry.detail),
        "previous": entry.previous,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(entries: Iterable[Entry], head: str | None = None) -> Broken | None:
    """The first place where the chain fails, or None. `entries` run from number 1; `head` is the last hash noted."""
    number, previous = 0, GENESIS
    for entry in entries:
        number += 1
        if entry.number != number:
            return Broken(number, f"entry {number} is missing")
        if entry.previous != previous:
            return Broken(number, f"entry {number} does not follow the one before it")
        if digest(entry) != entry.hash:
            return Broken(number, f"entry {number} was changed after it was written")
        previous = entry.hash
    if head is not None and head != previous:
        return Broken(number + 1, "the newest entries are missing")
    return None
