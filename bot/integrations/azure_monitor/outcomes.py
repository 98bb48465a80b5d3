"""From what Azure answered to an SLI's queries to its measurement over one window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.slo import Counts, Measurement, RatioMetric, SliQuery, ThresholdMetric
from bot.domain.slo.windows import words
from bot.integrations.azure_monitor.api import Refused
from bot.integrations.azure_monitor.asking import Outcome, Question
from bot.integrations.azure_monitor.counting import Bins, at_slice_ends, ratio_bins, threshold_bins
from bot.integrations.azure_monitor.tables import Misshapen, Table, bin_width, series, single

QUIET = timedelta(hours=1)
"""Logs cannot tell silence from loss: no event for longer than this is called stale."""
MINUTE = timedelta(minutes=1)
_NO_BINS = "gives one value for the whole window: end it with `summarize … by bin(TimeGenerated, 1m)`"
_MIXED = "has bins of time in one of its parts only: end both with `by bin(TimeGenerated, 1m)`, or neither"

Metric = RatioMetric | ThresholdMetric
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """One of an SLI's queries: what its value stands for, and its text."""

    role: str
    text: str


def asked_of(metric: Metric) -> list[Asked]:
    """The queries of an SLI."""
    if isinstance(metric, ThresholdMetric):
        return [Asked("value", metric.query)]
    part = Asked("bad", metric.bad) if metric.bad is not None else Asked("good", metric.good or "")
    return [part, Asked("total", metric.total)]


class Counting:
    """Measurements up to `end` from the outcomes of a round; bins are read once however many windows look at them."""

    def __init__(self, outcomes: Mapping[Question, Outcome], end: datetime) -> None:
        self._outcomes = outcomes
        self._end = end
        self._bins: dict[tuple[Metric, timedelta | None, Span], Bins] = {}

    def of(self, query: SliQuery, span: Span) -> Measurement:
        """What `query` counts, from the answers over `span`, which holds its window."""
        tables = self._tables(query.indicator.metric, span)
        if isinstance(tables, str):
            return Measurement(query, None, problem=tables, failed=True)
        try:
            found = self._counted(query, span, tables)
        except Misshapen as error:
            return Measurement(query, None, problem=f"The query {error}.", failed=True)
        partial = next((table.partial for table in tables.values() if table.partial), "")
        if not partial:
            return found
        return replace(found, complete=False, note=f"Azure calls its answer partial: {partial[:160]}.")

    def bins(self, query: SliQuery, spans: Sequence[Span]) -> Bins | str:
        """The bins of adjoining spans as one, or why there are none."""
        tables: dict[str, Table] = {}
        for span in spans:
            found = self._tables(query.indicator.metric, span)
            if isinstance(found, str):
                return found
            for role, table in found.items():
                if table.time is None:
                    return f"The query {_NO_BINS}."
                if table.partial:
                    return f"Azure calls its answer partial: {table.partial[:160]}."
                rows = [*tables[role].rows, *table.rows] if role in tables else table.rows
                tables[role] = replace(table, rows=rows)
        try:
            return _bins(query, tables)
        except Misshapen as error:
            return f"The query {error}."

    def _tables(self, metric: Metric, span: Span) -> dict[str, Table] | str:
        """The results by role, or why they cannot be had."""
        tables: dict[str, Table] = {}
        for asked in asked_of(metric):
            outcome = self._outcomes[Question(asked.text, *span)]
            if isinstance(outcome, Refused):
                return f"The {asked.role} query cannot be evaluated: {str(outcome).rstrip('.')}."
            tables[asked.role] = outcome
        return tables

    def _counted(self, query: SliQuery, span: Span, tables: Mapping[str, Table]) -> Measurement:
        """The counts of one window. Raises `Misshapen`."""
        metric = query.indicator.metric
        binned = [table.time is not None for table in tables.values()]
        if all(binned):
            key = metric, query.slicing.length if query.slicing else None, span
            if key not in self._bins:
                self._bins[key] = _bins(query, tables)
            return from_bins(query, self._bins[key], self._end)
        if any(binned):
            raise Misshapen(_MIXED)
        if isinstance(metric, ThresholdMetric) or query.slicing is not None:
            raise Misshapen(_NO_BINS)
        role = "good" if metric.bad is None else "bad"
        part, total = single(tables[role], role), single(tables["total"], "total")
        if part is None or total is None:
            missing = "total" if total is None else role
            return Measurement(query, None, problem=f"The {missing} query finds nothing.", complete=False)
        return Measurement(query, _sound(Counts(part if metric.bad is None else total - part, total)))


def _bins(query: SliQuery, tables: Mapping[str, Table]) -> Bins:
    metric = query.indicator.metric
    found = {role: series(table, role) for role, table in tables.items()}
    if isinstance(metric, ThresholdMetric):
        if query.slicing is not None:
            length = query.slicing.length
            return threshold_bins(at_slice_ends(found["value"], length), metric, length)
        return threshold_bins(found["value"], metric, bin_width(metric.query, found["value"]))
    width = bin_width(metric.total, found["total"])
    role = "good" if metric.bad is None else "bad"
    return ratio_bins(found[role], found["total"], width, bad=metric.bad is not None)


def from_bins(query: SliQuery, bins: Bins, end: datetime) -> Measurement:
    """The counts of the window that ends at `end`, and how much of it they cover. Raises `Misshapen`."""
    start, window, slicing = end - query.window, query.window, query.slicing
    if bins.width > (window if slicing is None else slicing.length):
        asked = f"a window of {words(window)}" if slicing is None else f"slices of {words(slicing.length)}"
        return Measurement(
            query, None, problem=f"Bins of {words(bins.width)} are too wide for {asked}.", complete=False
        )
    if not bins.times:
        return Measurement(query, None, problem=f"The query finds nothing in {words(window)}.", complete=False)
    events = isinstance(query.indicator.metric, RatioMetric)
    counts = bins.slices(start, end, slicing) if slicing is not None and events else bins.over(start, end)
    note = f"Counted in bins of {words(bins.width)}." if bins.width > MINUTE and slicing is None else ""
    measured = Measurement(query, _sound(counts), note=note, complete=False, covered=timedelta(0))
    found = bins.within(start, end)
    if found is None:
        return measured if events else replace(measured, counts=None, problem="No value in this window.")
    first, newest = found
    quiet = QUIET if events else max(2 * bins.width, 5 * MINUTE)
    last = end if end - newest <= quiet else newest
    first = start if first - start <= quiet else first
    covered = last - first if events else min(window, bins.width * counts.total)
    return replace(measured, first=first, last=last, covered=covered, complete=window - covered <= quiet)


def _sound(counts: Counts) -> Counts:
    """Figures that can be true, but for what adding up fractions loses. Raises `Misshapen`."""
    slack = 1e-9 * (1 + abs(counts.total))
    if not -slack <= counts.good <= counts.total + slack:
        which = f"says that {counts.good:g} of {counts.total:g} events are good: part and total do not count the same"
        raise Misshapen(which)
    return Counts(min(max(counts.good, 0.0), counts.total), counts.total)
