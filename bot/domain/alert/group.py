"""The group of alerts that people see as one card: what belongs together, what it is called, and how it stands."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.alert.decision import SECURITY, Decision
from bot.domain.facts.alert import Priority
from bot.domain.facts.naming import Noun

_LONGEST_KEY = 200


class GroupState(StrEnum):
    """firing: nobody has it; held: somebody does; resolved: nothing of it fires any more."""

    FIRING = "firing"
    HELD = "held"
    RESOLVED = "resolved"


OPEN = frozenset({GroupState.FIRING, GroupState.HELD})


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """One episode of one group, as it is stored. `number` is the n of A-n; people are chat ids.

    `firing` and `total` count its alerts, `received` every message about any of them. `holder` stays after the end;
    `held_version` is the version in which it last changed. `previous` is the group's episode before.
    """

    number: int
    key: str
    source: str
    title: str
    service: str
    environment: str
    priority: Priority
    category: str
    state: GroupState
    started_at: datetime
    last_seen: datetime
    decision: Decision
    reason: str
    holder: str | None = None
    held_at: datetime | None = None
    held_version: int = 0
    resolved_at: datetime | None = None
    firing: int = 0
    total: int = 0
    received: int = 0
    previous: int | None = None
    incident: int | None = None
    version: int = 1

    @property
    def name(self) -> str:
        return Noun.ALERT.name_of(self.number)

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Tally:
    """The alerts of one name, priority and status within a group: how many, since when, until when.

    `first` is the row of the one that was seen first.
    """

    group: int
    name: str
    priority: Priority
    firing: bool
    count: int
    since: datetime
    until: datetime | None
    first: int


def group_key(group_by: Sequence[str], labels: Mapping[str, str], *, name: str, category: str, apart: str = "") -> str:
    """What alerts have in common that share a card: the values of the labels `group_by`, at most 200 characters.

    Security alerts stand apart, since fewer people may see them, and so do those with the same word `apart`. An alert
    that no service claims is grouped with those of its own name only, or everything unclaimed would share one card.
    """
    values = [labels.get(label, "") for label in group_by]
    unclaimed = "" if labels.get("service") else name
    stands = apart or (SECURITY if category == SECURITY else "")
    key = json.dumps([*values, unclaimed, stands], ensure_ascii=False)
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def lead(tallies: Sequence[Tally]) -> Tally:
    """Those after which the group is called: the worst that fire, or the worst of all once none does.

    Of equally bad ones, those that began first.
    """
    candidates = [tally for tally in tallies if tally.firing] or tallies
    return min(candidates, key=lambda tally: (tally.priority.rank, tally.since, tally.first))


def summed(group: AlertGroup, tallies: Sequence[Tally], title: str) -> AlertGroup:
    """The group as its alerts make it; `title` is that of its lead. The version moves with what people can see."""
    firing = [tally for tally in tallies if tally.firing]
    ends = [tally.until for tally in tallies if tally.until is not None]
    over = not firing
    now = replace(
        group,
        title=title,
        priority=lead(tallies).priority,
        state=GroupState.RESOLVED if over else group.state,
        started_at=min([group.started_at, *(tally.since for tally in firing)]),
        resolved_at=max(ends, default=group.last_seen) if over else None,
        firing=sum(tally.count for tally in firing),
        total=sum(tally.count for tally in tallies),
    )
    return now if now == group else replace(now, version=group.version + 1)
