"""A circuit breaker: what has failed several times in a row is left alone for a while, and says so at once."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.ports import OutsideError, Transient

FAILURES = 5
RETRY_AFTER = 60.0

T = TypeVar("T")


class Circuit(StrEnum):
    """closed: calls pass; open: they are refused; trying: one call is under way to see whether it works again."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


@dataclass(frozen=True, slots=True)
class BreakerState:
    """What a dashboard shows: failures in a row, and the seconds until the next try (0 unless open)."""

    name: str
    circuit: Circuit
    failures: int
    retry_in: float


class Breaker:
    """Opens after `failures` in a row; after `retry_after` seconds one call is let through, and decides.

    Only `Transient` counts as a failure: something that answers, even with a refusal, is there.
    """

    def __init__(
        self,
        name: str,
        failures: int = FAILURES,
        retry_after: float = RETRY_AFTER,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._limit = failures
        self._retry_after = retry_after
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._trying = False

    async def call(self, operation: Callable[[], Awaitable[T]]) -> T:
        """The operation's result or error; raises `Transient` at once while the circuit is open."""
        trial = self._admit()
        try:
            result = await operation()
        except Transient:
            self._failed()
            raise
        except OutsideError:
            self._answered()
            raise
        finally:
            self._trying = self._trying and not trial
        self._answered()
        return result

    @property
    def state(self) -> BreakerState:
        if self._opened_at is None:
            return BreakerState(self.name, Circuit.CLOSED, self._failures, 0.0)
        circuit = Circuit.TRYING if self._trying else Circuit.OPEN
        return BreakerState(self.name, circuit, self._failures, self._remaining())

    def _admit(self) -> bool:
        """Whether this call is the one that tries again."""
        if self._opened_at is None:
            return False
        if self._trying or self._remaining() > 0:
            wait = max(self._remaining(), 1.0)
            raise Transient(f"{self.name} has not answered {self._failures} times; next try in {wait:.0f} s.", wait)
        self._trying = True
        return True

    def _remaining(self) -> float:
        opened = self._clock() if self._opened_at is None else self._opened_at
        return max(0.0, opened + self._retry_after - self._clock())

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= self._limit:
            self._opened_at = self._clock()

    def _answered(self) -> None:
        self._failures = 0
        self._opened_at = None
