"""SLIs: where good and total come from, in the words of the source that is asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RatioMetric:
    """Good (or bad) events over all events. Exactly one of `good` and `bad` is set; queries are the source's own text.

    `counter` says that the queries select ever-growing counters, of which increases are counted; `mean` that good (or
    bad) is a ratio already and total merely its presence, so that moments are counted and not events.
    """

    total: str
    good: str | None = None
    bad: str | None = None
    counter: bool = True
    mean: bool = False


@dataclass(frozen=True, slots=True)
class ThresholdMetric:
    """A value compared with a limit: `op` is lte, gte, lt or gt; a moment is good where the comparison holds."""

    query: str
    op: str
    value: float


@dataclass(frozen=True, slots=True)
class Indicator:
    """One SLI: which source is asked (`source` is a DataSource name), what kind it is, and what is asked."""

    name: str
    source: str
    source_kind: str
    metric: RatioMetric | ThresholdMetric
    spec: Mapping[str, str] = field(default_factory=dict)
