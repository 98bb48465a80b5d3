"""Faults that tests and people switch on: which ones wait, and the requests they hold."""

import asyncio
from dataclasses import asdict, dataclass
from itertools import count

from playground.json_types import Json

# Kinds that act on a request of the app (a Web API method, "response_url" or "upload").
BEFORE = ("ratelimited", "http_500", "error", "hang", "lost_before", "hold_before")
AFTER = ("error_after", "lost_after", "hold_after")
# Kinds that act on sockets and envelopes.
SOCKET = ("drop_ack", "duplicate_event", "duplicate_envelope", "reorder_events", "socket_refuse")
# Kinds that are done at once, nothing is left waiting.
IMMEDIATE = ("socket_cut", "disconnect", "clear")
# Kinds that last until they are cleared, unless a number of times is given.
LASTING = ("latency", "offline")
KINDS = (*BEFORE, *AFTER, *SOCKET, *IMMEDIATE, *LASTING)


@dataclass(slots=True)
class Fault:
    """`times` is how often it still strikes; None is until cleared. `ms` and `retry_after` in their names' units."""

    id: int
    kind: str
    method: str = "*"
    times: int | None = 1
    channel: str | None = None
    ms: float = 0.0
    retry_after: int = 1
    error: str = "internal_error"

    def strikes(self, method: str, channel: str | None) -> bool:
        return self.method in ("*", method) and self.channel in (None, channel)


@dataclass(slots=True)
class Held:
    """A request that waits before or after its effect."""

    id: int
    method: str
    args: Json
    when: str
    released: asyncio.Event


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._ids = count(1)
        self.held: dict[int, Held] = {}
        self.cleared = asyncio.Event()

    def add(self, fault: Fault) -> Fault:
        fault.id = next(self._ids)
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        """Drop all faults, and let go everything that hangs or is held."""
        self._waiting.clear()
        self.release(None)
        self.cleared.set()
        self.cleared = asyncio.Event()

    def take(self, kinds: tuple[str, ...], method: str = "*", channel: str | None = None) -> Fault | None:
        """The oldest waiting fault of these kinds that strikes here; one time of it is used up."""
        fault = next((each for each in self._waiting if each.kind in kinds and each.strikes(method, channel)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._waiting.remove(fault)
        return fault

    def latency_ms(self, method: str, channel: str | None) -> float:
        """The sum of all latencies that apply to this call."""
        total = 0.0
        for fault in list(self._waiting):
            if fault.kind == "latency" and fault.strikes(method, channel):
                total += fault.ms
                self._use(fault)
        return total

    @property
    def offline(self) -> bool:
        return any(fault.kind == "offline" for fault in self._waiting)

    def hold(self, method: str, args: Json, when: str) -> Held:
        held = Held(next(self._ids), method, args, when, asyncio.Event())
        self.held[held.id] = held
        return held

    def release(self, held_id: int | None) -> int:
        """Let one held request go on, or all of them; returns how many."""
        chosen = [held for held in self.held.values() if held_id in (None, held.id)]
        for held in chosen:
            held.released.set()
        return len(chosen)

    def waiting(self) -> list[Json]:
        return [asdict(fault) for fault in self._waiting]

    def _use(self, fault: Fault) -> None:
        if fault.times is None:
            return
        fault.times -= 1
        if fault.times <= 0:
            self._waiting.remove(fault)
