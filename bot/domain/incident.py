"""An incident on its way from detected to closed: which moves there are, who it belongs to, what it remembers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.facts.incident import IncidentState

OPEN = frozenset(
    {IncidentState.DETECTED, IncidentState.ACKNOWLEDGED, IncidentState.INVESTIGATING, IncidentState.MITIGATED}
)


class Move(StrEnum):
    """What can happen to an incident."""

    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    CALL_OFF = "call_off"
    """It was a false alarm."""
    REOPEN = "reopen"
    DRAFT = "draft"
    """The post-mortem is being written."""


MOVES: Mapping[Move, tuple[frozenset[IncidentState], IncidentState]] = {
    Move.MITIGATE: (OPEN - {IncidentState.MITIGATED}, IncidentState.MITIGATED),
    Move.RESOLVE: (OPEN, IncidentState.RESOLVED),
    Move.CALL_OFF: (OPEN, IncidentState.FALSE_ALARM),
    Move.REOPEN: (frozenset({IncidentState.RESOLVED, IncidentState.POSTMORTEM}), IncidentState.INVESTIGATING),
    Move.DRAFT: (frozenset({IncidentState.RESOLVED, IncidentState.POSTMORTEM}), IncidentState.POSTMORTEM),
}
"""Each move: the states it may start from, and the one it leads to."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident as it is stored. `number` is the n of INC-n, people are chat ids, instants None until they come.

    `rank` is the severity's, 1 (worst) to 4. `group` is the number of the alert it was declared from; `began_at` is
    that alert's first error, `detected_at` when we were told of it; without an alert both are the declaration.
    """

    number: int
    title: str
    severity: str
    rank: int
    state: IncidentState
    services: tuple[str, ...]
    environment: str
    impact: str
    declared_by: str
    commander: str | None
    drill: bool
    group: int | None
    channel_id: str | None
    channel_name: str
    began_at: datetime
    detected_at: datetime
    declared_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    resolution: str
    postmortem_at: datetime | None
    version: int

    @property
    def name(self) -> str:
        return f"INC-{self.number}"

    @property
    def open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a person wants to declare. `group` is its alert; `commander` a chat id, the declarer where None."""

    title: str
    severity: str
    services: tuple[str, ...] = ()
    commander: str | None = None
    impact: str = ""
    drill: bool = False
    group: int | None = None


class EntryKind(StrEnum):
    """What a line of the timeline records."""

    ALERT = "alert"
    DECLARED = "declared"
    STATE = "state"
    SEVERITY = "severity"
    ROLE = "role"
    ROOM = "room"
    PAGE = "page"
    NOTE = "note"
    RUN = "run"
    SLO = "slo"
    MESSAGE = "message"
    """A message that somebody pinned or marked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an incident's record. `key` is unique within the incident, so that recording twice records once.

    `text` is a plain sentence in which `{actor}` stands for the display name of `actor` (a chat id). `channel` and
    `ts` are the message it comes from, empty where it has none of its own.
    """

    key: str
    at: datetime
    kind: EntryKind
    text: str
    actor: str = ""
    channel: str = ""
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it was kept, with the instant it was written down."""

    entry: Entry
    recorded_at: datetime
