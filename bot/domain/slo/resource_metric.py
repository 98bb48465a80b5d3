"""Which metrics of which cloud resource an SLI reads, as one line of text that people can read and write.

`/subscriptions/…/sites/portal?metric=Http5xx,Http4xx&aggregation=Total`, as Azure's own addresses have it. Several
metrics are added up. Without a resource the data source's own is meant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from bot.domain.slo.selector import QueryError

AGGREGATIONS = ("Total", "Count", "Average", "Minimum", "Maximum")
COUNTING = ("Total", "Count")
"""Those whose values over adjoining minutes add up, as the events of a ratio must."""
INTERVALS: Mapping[str, timedelta] = {
    "PT1M": timedelta(minutes=1),
    "PT5M": timedelta(minutes=5),
    "PT15M": timedelta(minutes=15),
    "PT30M": timedelta(minutes=30),
    "PT1H": timedelta(hours=1),
}
_KEYS = ("metric", "aggregation", "namespace", "filter", "interval")


@dataclass(frozen=True, slots=True)
class ResourceMetric:
    """Metrics of one resource: how each interval is aggregated, and which dimensions are counted (`filter`)."""

    metrics: tuple[str, ...]
    aggregation: str = "Total"
    resource: str = ""
    namespace: str = ""
    filter: str = ""
    interval: str = "PT1M"

    @property
    def text(self) -> str:
        """The line that `read_metric` reads."""
        given = {
            "metric": ",".join(self.metrics),
            "aggregation": self.aggregation,
            "namespace": self.namespace,
            "filter": self.filter,
            "interval": "" if self.interval == "PT1M" else self.interval,
        }
        return f"{self.resource}?" + "&".join(f"{key}={_escaped(value)}" for key, value in given.items() if value)

    @property
    def counts(self) -> bool:
        """Whether values of adjoining intervals add up."""
        return self.aggregation in COUNTING


def read_metric(text: str) -> ResourceMetric:
    """The metrics that a line names. Raises `QueryError` with what is wrong and what is allowed."""
    resource, question, rest = text.strip().partition("?")
    if not question:
        raise QueryError("names no metric: write metric, aggregation and resource")
    given = dict(parse_qsl(rest, keep_blank_values=True))
    return resource_metric({**given, "resource": resource})


def resource_metric(given: Mapping[str, str]) -> ResourceMetric:
    """The metrics that an SLI's spec names. Raises `QueryError`."""
    stray = sorted(given.keys() - {*_KEYS, "resource"})
    if stray:
        raise QueryError(f"has the unknown key {stray[0]!r}: allowed are {', '.join(_KEYS)} and resource")
    names = tuple(name.strip() for name in given.get("metric", "").split(",") if name.strip())
    if not names:
        raise QueryError("names no metric")
    wanted = given.get("aggregation") or "Total"
    aggregation = next((each for each in AGGREGATIONS if each.lower() == wanted.lower()), None)
    if aggregation is None:
        raise QueryError(f"has the unknown aggregation {wanted!r}: allowed are {', '.join(AGGREGATIONS)}")
    interval = given.get("interval") or "PT1M"
    if interval not in INTERVALS:
        raise QueryError(f"has the unknown interval {interval!r}: allowed are {', '.join(INTERVALS)}")
    resource = given.get("resource", "").rstrip("/")
    if resource and not resource.lower().startswith("/subscriptions/"):
        raise QueryError(f"names the resource {resource!r}, and a resource id begins with /subscriptions/")
    return ResourceMetric(names, aggregation, resource, given.get("namespace", ""), given.get("filter", ""), interval)


def _escaped(value: str) -> str:
    return value.replace("%", "%25").replace("&", "%26").replace("+", "%2B").replace(";", "%3B")
