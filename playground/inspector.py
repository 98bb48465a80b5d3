"""What went over the wire, kept for people (the page's inspector) and for tests (calls, violations, envelopes)."""

from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Literal

from playground.clock import VirtualClock
from playground.json_types import Json

Kind = Literal["call", "envelope", "ack", "event", "violation", "fault"]
_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the inspector. `n` grows by one; `at` is the virtual Unix time."""

    n: int
    at: float
    kind: Kind
    title: str
    detail: Json
    ok: bool


@dataclass(slots=True)
class CallRecord:
    """One request of the app. `status` stays None while it is under way or when its connection was lost.

    `token` is the kind presented. `effect` says whether the method was carried out, whatever the app was told.
    """

    n: int
    at: float
    method: str
    args: Json
    token: str = ""
    status: int | None = None
    ok: bool | None = None
    error: str | None = None
    effect: bool = False
    fault: str | None = None
    ms: float | None = None
    response: Json = field(default_factory=dict)

    def wire(self) -> Json:
        return asdict(self)


class Inspector:
    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._count = 0
        self.entries: deque[Entry] = deque(maxlen=_KEPT)
        self.calls: deque[CallRecord] = deque(maxlen=_KEPT)
        self.violations: deque[Json] = deque(maxlen=_KEPT)

    def clear(self) -> None:
        """Forget everything; numbers go on, so that `since` stays meaningful."""
        self.entries.clear()
        self.calls.clear()
        self.violations.clear()

    def note(self, kind: Kind, title: str, detail: Json, *, ok: bool = True) -> Entry:
        self._count += 1
        entry = Entry(self._count, self._clock.now(), kind, title, detail, ok)
        self.entries.append(entry)
        return entry

    def call(self, method: str, args: Json) -> CallRecord:
        """Record a request as it arrives; the caller fills in how it ended."""
        self._count += 1
        record = CallRecord(self._count, self._clock.now(), method, args)
        self.calls.append(record)
        return record

    def call_ended(self, record: CallRecord) -> None:
        detail = {"args": record.args, "response": record.response, "status": record.status, "ms": record.ms}
        title = record.method if record.error is None else f"{record.method}: {record.error}"
        self.note("call", title, detail, ok=bool(record.ok))

    def violation(self, where: str, message: str, detail: Json) -> None:
        """Something Slack would refuse or silently mangle."""
        entry = self.note("violation", f"{where}: {message}", detail, ok=False)
        self.violations.append({"n": entry.n, "at": entry.at, "where": where, "message": message, **detail})

    def of_kind(self, *kinds: Kind) -> list[Json]:
        return [asdict(entry) for entry in self.entries if entry.kind in kinds]

    def since(self, n: int) -> list[Json]:
        return [asdict(entry) for entry in self.entries if entry.n > n]
