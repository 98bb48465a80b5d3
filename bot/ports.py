"""The outside world as the product sees it: what it offers, and the three ways in which it can fail.

An error says what its caller should do next, never what went wrong inside an SDK:
`Transient` is tried again, `Permanent` is told to a person, `Unsure` is looked up before anything is repeated.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.domain.sampling import Look, ProbeTarget, ScrapeTarget
from bot.domain.series import Increment, Series, TargetState
from bot.domain.slo import Measurement, SliQuery
from bot.domain.slo.burndown import Burndown
from bot.domain.slo.ledger import Account, Tally
from bot.domain.slo.recorded import Found


class OutsideError(Exception):
    """Something outside did not do what was asked; the message is fit for a person to read."""


class Transient(OutsideError):
    """It did not happen, and may work later; `retry_after` is in seconds where the far side named one."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Permanent(OutsideError):
    """It did not happen, and trying again unchanged will not help; `code` is the far side's own word for it."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Unsure(OutsideError):
    """It may or may not have happened: sent, and no answer seen."""


class Clock(Protocol):
    """The time, as an input."""

    def now(self) -> datetime:
        """The present instant, timezone-aware UTC."""
        ...


class SliSource(Protocol):
    """Something that can count good and total events (Prometheus, the sampler, …).

    `delay` is how long after an instant its events are all there, as a rule; the present is asked for so much earlier.
    """

    name: str
    delay: timedelta

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        """One measurement per query, in order; each holds its own problem where it could not be answered.

        Raises `Transient` where the source as a whole does not answer.
        """
        ...


@runtime_checkable
class SliHistory(Protocol):
    """A source that can also say what was counted in each of many short stretches, exactly where it can."""

    def grain(self, tally: Tally) -> timedelta | None:
        """The shortest bucket whose counts add up to those of any longer stretch, and are worth recording.

        None where they do not add up (an expression evaluated over each window), or where the source itself keeps
        them for good.
        """
        ...

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        """For each tally its buckets of `width` from `start` to `end`, which are a whole number of widths apart.

        Raises `Transient` where the source as a whole does not answer.
        """
        ...


@runtime_checkable
class KnowsRecorded(Protocol):
    """A source in which other tools may have recorded SLOs."""

    async def recorded(self, at: datetime) -> Sequence[Found]:
        """Those that were recorded lately. Raises `Transient`."""
        ...


@runtime_checkable
class SelfExplaining(Protocol):
    """A source that can say how it would be asked by hand."""

    def asked(self, query: SliQuery) -> Mapping[str, str]:
        """By part (good or bad, total), the question in the source's own language; empty where it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """One scraped or probed value. `labels` include everything that tells series of one `name` apart."""

    name: str
    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Scrape:
    """One look at one target: the counters as they stood at `at`, or what was counted since the last look (`events`).

    Looks come `every` so often; one that comes much later leaves a gap. At most `limit` series of a target are kept.
    """

    target: str
    at: datetime
    every: timedelta
    counters: Sequence[Sample] = ()
    events: Sequence[Sample] = ()
    limit: int = 2000


class Sampler(Protocol):
    """Looks at the outside of services, and stores what it saw. A look that brings nothing is no error but a result."""

    async def scrape(self, target: ScrapeTarget, at: datetime) -> Look:
        """Read a page of counters."""
        ...

    async def probe(self, target: ProbeTarget, at: datetime) -> Look:
        """Ask a page whether it answers."""
        ...


class SampleStore(Protocol):
    """Where the sampler keeps what it saw. Times are aware UTC; windows are (start, end]."""

    async def record(self, scrape: Scrape) -> int:
        """Keep what grew since the target's last look, all at once; the number of series left out for the limit.

        A look no newer than the last one kept changes nothing.
        """
        ...

    async def failed(self, target: str, problem: str) -> None:
        """Remember why a look at `target` brought nothing."""
        ...

    async def add(self, target: str, increments: Sequence[Increment], start: datetime, end: datetime) -> None:
        """Keep increments that were counted elsewhere, which cover `start` to `end`.

        What lies before the end of what `target` covers already is there already, and is left out.
        """
        ...

    async def series(self, names: Collection[str]) -> Sequence[Series]:
        """Every series of these metrics."""
        ...

    async def sums(
        self, series: Collection[int], windows: Sequence[tuple[datetime, datetime]]
    ) -> Sequence[Mapping[int, float]]:
        """For each window, the exact sum of the increments of each of `series` (absent: nothing was counted)."""
        ...

    async def slices(
        self, series: Collection[int], window: tuple[datetime, datetime], width: timedelta
    ) -> Mapping[int, Mapping[int, float]]:
        """For each series, its sums by slice; slice n is the one that ends n+1 widths after 1970, if in the window."""
        ...

    async def targets(self, names: Collection[str], since: datetime) -> Mapping[str, TargetState]:
        """What is known of these targets, with the stretches that end after `since`."""
        ...


@dataclass(frozen=True, slots=True)
class PageMessage:
    """What wakes a person: the same words whatever the gateway. `key` is the same for every attempt."""

    key: str
    to: str
    subject: str
    text: str
    url: str
    details: Mapping[str, str] = field(default_factory=dict)


class Artist(Protocol):
    """Somebody who draws, and may be slow about it."""

    async def draw(self, picture: Burndown, *, light: bool = False) -> bytes:
        """A PNG; `light` for documents, else for the chat. Raises Transient or Permanent."""
        ...


class Pager(Protocol):
    """A way to wake a person."""

    async def page(self, message: PageMessage) -> str:
        """The far side's reference. Raises Transient, Permanent or Unsure."""
        ...
