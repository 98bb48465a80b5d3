"""What the sampler is told to look at, what a look brings, and the names of the counters it makes itself."""

from dataclasses import dataclass
from datetime import timedelta

PROBES, SUCCESSES, SECONDS = "probe_total", "probe_success_total", "probe_seconds_total"
"""Counters that every probe adds to, labelled with the `service` it is for."""
GENERATED_GOOD, GENERATED_TOTAL = "generated_good", "generated_total"
"""Counters of history made up for a demonstration, labelled with the name of the `sli`."""


@dataclass(frozen=True, slots=True)
class ScrapeTarget:
    """A `/metrics` page: which counters are kept of it, how many series at most, how often it is read."""

    url: str
    metrics: frozenset[str]
    every: timedelta
    timeout: timedelta
    series_limit: int = 2000


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """A page that answers when all is well (any status below 400), and the services for which that speaks."""

    url: str
    services: tuple[str, ...]
    every: timedelta
    timeout: timedelta


@dataclass(frozen=True, slots=True)
class Look:
    """What one look brought: whether it did, in how many seconds, and what there is to say about it."""

    ok: bool
    seconds: float
    words: str = ""
