"""Azure's metrics API: values of a resource's metrics by interval, in as few requests as its limits allow."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.slo.resource_metric import INTERVALS, ResourceMetric
from bot.integrations.azure_monitor.api import AzureApi, Refused
from bot.integrations.azure_monitor.counting import Series
from bot.ports import Transient

API_VERSION = "2024-02-01"
POINTS = 1440
"""Points of one series in one answer: a day of minutes."""
SPAN = timedelta(days=30)
"""A longer span is cut off silently (at 31 days)."""
NAMES = 20
CONCURRENT = 4
_ISO = {length: name for name, length in INTERVALS.items()}


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `end`, a value each `grain`; all three on whole multiples of the grain."""

    start: datetime
    end: datetime
    grain: timedelta

    def pieces(self) -> Iterator["Stretch"]:
        """The same in pieces that one request may ask for."""
        start = self.start
        while start < self.end:
            end = min(self.end, start + self.longest)
            yield Stretch(start, end, self.grain)
            start = end

    def days(self) -> Iterator["Stretch"]:
        """Pieces that begin at fixed instants, the first one before the start, so that they can be kept."""
        since = self.start.timestamp() % self.longest.total_seconds()
        return Stretch(self.start - timedelta(seconds=since), self.end, self.grain).pieces()

    @property
    def longest(self) -> timedelta:
        return min(POINTS * self.grain, SPAN)

    @property
    def whole(self) -> bool:
        """Whether it is as long as a piece can be: one of fixed instants at both ends."""
        return self.end - self.start == self.longest


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is read of one resource over one stretch; `names` are left out, since several are read at once."""

    like: ResourceMetric
    stretch: Stretch


Values = Mapping[str, Series]
"""By the metric's name."""


class MetricsReader:
    """Reads the values of many metrics, several of one resource at once."""

    def __init__(self, api: AzureApi, version: str = API_VERSION) -> None:
        self.api = api
        self._version = version

    async def read(self, wanted: Mapping[Wanted, Iterable[str]]) -> dict[tuple[Wanted, str], Series | Refused]:
        """The values of each name. Raises `Transient` where Azure lets nothing be read at all."""
        gate = asyncio.Semaphore(CONCURRENT)
        asked = [
            (each, names[start : start + NAMES])
            for each, every in wanted.items()
            for names in [sorted(set(every))]
            for start in range(0, len(names), NAMES)
        ]

        async def one(each: Wanted, names: Sequence[str]) -> dict[tuple[Wanted, str], Series | Refused]:
            async with gate:
                return await self._together(each, names)

        answers = await asyncio.gather(*(one(*each) for each in asked))
        found = {key: value for answer in answers for key, value in answer.items()}
        denied = [value for value in found.values() if isinstance(value, Refused) and value.status in (403, 504)]
        if denied and len(denied) == len(found):
            raise Transient(f"{self.api.title}: {str(denied[0]).rstrip('.')}.")
        return found

    async def _together(self, each: Wanted, names: Sequence[str]) -> dict[tuple[Wanted, str], Series | Refused]:
        """All names in one request; where that is refused, one by one, to learn which of them is at fault."""
        try:
            values = _values(await self._ask(each, names), each.like)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            words = f"{self.api.url} answered with JSON that is not as Azure writes it; a proxy or a wrong address?"
            raise Transient(words) from None
        except Refused as refusal:
            if len(names) == 1 or refusal.status in (403, 504):
                return {(each, name): refusal for name in names}
            found: dict[tuple[Wanted, str], Series | Refused] = {}
            for name in names:
                found |= await self._together(each, [name])
            return found
        missing = Refused("Azure left it out of its answer", "NoAnswer")
        return {(each, name): values.get(name.lower(), missing) for name in names}

    async def _ask(self, each: Wanted, names: Sequence[str]) -> dict[str, Any]:
        stretch, like = each.stretch, each.like
        params = {
            "api-version": self._version,
            "metricnames": ",".join(names),
            "timespan": f"{_instant(stretch.start)}/{_instant(stretch.end)}",
            "interval": _ISO[stretch.grain],
            "aggregation": like.aggregation,
            "metricnamespace": like.namespace,
            "$filter": like.filter,
        }
        path = f"{like.resource}/providers/Microsoft.Insights/metrics"
        return await self.api.get(path, {key: value for key, value in params.items() if value})


def _values(body: Mapping[str, Any], like: ResourceMetric) -> dict[str, Series | Refused]:
    """By the name in lower case, the values of each metric; an interval without data has none."""
    found: dict[str, Series | Refused] = {}
    for metric in body.get("value") or []:
        name = str(metric["name"]["value"]).lower()
        code = str(metric.get("errorCode") or "Success")
        if code != "Success":
            found[name] = Refused(str(metric.get("errorMessage") or code), code)
            continue
        found[name] = _added(metric.get("timeseries") or [], like)
    return found


def _added(timeseries: Sequence[Mapping[str, Any]], like: ResourceMetric) -> Series | Refused:
    """One series; several (a filter that splits) are added up where their values are counts."""
    if len(timeseries) > 1 and not like.counts:
        return Refused(f"it has {len(timeseries)} series, and an SLI needs one: filter for one of them", "Series")
    key, found = like.aggregation.lower(), dict[float, float]()
    for each in timeseries:
        for point in each.get("data") or []:
            value = point.get(key)
            if value is not None:
                at = datetime.fromisoformat(point["timeStamp"]).timestamp()
                found[at] = found.get(at, 0.0) + float(value)
    return found


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
