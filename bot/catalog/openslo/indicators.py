"""From an OpenSLO SLI, with the objective it is judged by, to the product's indicator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.catalog.openslo.connection import AZURE_LOGS, AZURE_METRICS, PROMETHEUS
from bot.catalog.openslo.library import Library, Placed
from bot.catalog.openslo.shape import InlineSli, Metric, MetricSource, Objective, Ratio, SliSpec, SloSpec
from bot.catalog.openslo.sources import SAMPLER, Sources
from bot.catalog.problems import Findings, Problem
from bot.catalog.reading import Place
from bot.catalog.source import DataSource
from bot.catalog.validation import path
from bot.domain.slo import Indicator, RatioMetric, ThresholdMetric
from bot.domain.slo.recorded import TOOLS, Recorded, recorded
from bot.domain.slo.resource_metric import read_metric, resource_metric
from bot.domain.slo.selector import Expression, QueryError, disagreement, parse

AZURE = (AZURE_LOGS, AZURE_METRICS)
_RAW = {True: "success", False: "failure"}
_QUERY_KEYS = ("query", "promql", "expr", "kql")


@dataclass(frozen=True, slots=True)
class Sli:
    """An SLI and where its spec stands."""

    name: str
    spec: SliSpec
    place: Place


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator, and why it cannot be read (empty where it can)."""

    indicator: Indicator
    problem: str = ""


def sli_of(
    slo: Placed[SloSpec], inline: InlineSli | None, reference: str, place: Place, library: Library, found: Findings
) -> Sli | None:
    """The SLI that stands inline at `place` or is referred to there; None, and reported, where it is not defined."""
    if inline:
        return Sli(inline.metadata.name or slo.name, inline.spec, place.within("indicator", "spec"))
    shared = library.resolve(library.slis, "The SLI", reference, place.within("indicatorRef"), found)
    return Sli(shared.name, shared.spec, shared.place) if shared else None


def undefined(name: str) -> Reading:
    """What stands for an SLI that the catalog does not hold."""
    return Reading(Indicator(name, "", "", RatioMetric(total="", good="")), f"its SLI {name!r} is not defined")


def reading_of(sli: Sli, objective: Objective, sources: Sources, found: Findings) -> Reading | None:
    """The SLI as an indicator; None, and reported, where a query or its source is missing.

    Of a source that cannot be queried the texts are kept as far as they go, and its other settings are not: they may
    hold credentials.
    """
    asked: list[DataSource] = []
    for metric, place in _metrics(sli):
        source = sources.used_by(metric, place)
        if source is None:
            return None
        asked.append(source)
    source, problem = asked[0], sources.why_unqueryable(asked[0])
    if any(other.name != source.name for other in asked):
        problem = "its good and total come from different data sources"
    if sources.knows(source):
        errors, reason = _unreadable(sli, source.kind)
        if errors:
            found.errors += errors
            return None
        problem = problem or reason
    options = _options(sli) if source.queryable else {}
    return Reading(Indicator(sli.name, source.name, source.kind, _measure(sli.spec, objective), options), problem)


def _unreadable(sli: Sli, kind: str) -> tuple[list[Problem], str]:
    """What is wrong with the queries, and why they cannot be evaluated although nothing is wrong with them.

    PromQL knows more than this version can count with; the sampler's own queries are either right or wrong.
    """
    errors, reason = [], ""
    ratio = sli.spec.ratio_metric
    if ratio and ratio.raw and kind == SAMPLER:
        reason = "the sampler counts good and total, and cannot read a 'raw' ratio"
    if ratio and ratio.raw and kind in AZURE:
        reason = f"{kind} counts good (or bad) and total, and cannot read a 'raw' ratio"
    for metric, place in _metrics(sli):
        text = _query(metric)
        if tool := next((each for each in TOOLS if metric.spec.get(each)), ""):
            errors += [place.within("spec").problem(what) for what in _misread(tool, metric, ratio)]
        elif not text:
            errors.append(place.problem(f"{path(place.at)}.spec: 'query' is missing."))
        elif kind == AZURE_METRICS and (trouble := why_uncounted(text, kind)):
            errors.append(place.within("spec").problem(f"the metric {trouble}."))
        elif ratio and ratio.counter and not ratio.raw and (trouble := why_uncounted(text, kind)):
            if kind == SAMPLER:
                errors.append(place.within("spec", "query").problem(f"{trouble}."))
            else:
                reason = trouble
    measure = _ratio(ratio) if ratio else None
    if kind == PROMETHEUS and measure and all(_query(metric) for metric, _ in _metrics(sli)):
        reason = reason or why_uncountable(measure)
    return errors, reason


def why_uncountable(metric: RatioMetric) -> str:
    """Why Prometheus cannot count with the queries of a ratio; empty where it can, or where it only looks at values."""
    if not metric.counter:
        return ""
    texts = [text for text in (metric.good, metric.bad, metric.total) if text]
    trouble = next((words for text in texts if (words := why_uncounted(text, PROMETHEUS))), "")
    return trouble or disagreement(parse(texts[0]), parse(metric.total))


def _misread(tool: str, metric: MetricSource, ratio: Ratio | None) -> Iterator[str]:
    """What is wrong with an SLI that another tool has recorded: it is a ratio, and of a known direction."""
    try:
        found = recorded(tool, str(metric.spec[tool]).strip())
    except QueryError as error:
        yield f"{error}."
        return
    if ratio is None or ratio.raw is None:
        yield f"{tool} records ratios: name it under ratioMetric.raw, not as good, bad or total."
    elif (ratio.raw_type == "success") != found.success:
        kind = "good" if found.success else "bad"
        yield f"{tool} records the ratio of {kind} events: rawType is {_RAW[found.success]}."


def why_uncounted(text: str, kind: str) -> str:
    """Why a query for counted events cannot be evaluated by a source of that kind; empty where it can.

    KQL only Azure can judge.
    """
    if kind == AZURE_LOGS:
        return ""
    try:
        query = read_metric(text) if kind == AZURE_METRICS else parse(text)
    except QueryError as error:
        return str(error)
    if kind == SAMPLER and isinstance(query, Expression):
        return "the sampler adds up counters over any window by itself, and evaluates no expressions"
    return ""


def _metrics(sli: Sli) -> Iterator[tuple[MetricSource, Place]]:
    if sli.spec.threshold_metric:
        yield sli.spec.threshold_metric.metric_source, sli.place.within("thresholdMetric", "metricSource")
    ratio = sli.spec.ratio_metric
    if ratio:
        parts = {"good": ratio.good, "bad": ratio.bad, "total": ratio.total, "raw": ratio.raw}
        for name, part in parts.items():
            if part:
                yield part.metric_source, sli.place.within("ratioMetric", name, "metricSource")


def _query(source: MetricSource) -> str:
    text = next((str(source.spec[key]).strip() for key in _QUERY_KEYS if source.spec.get(key)), "")
    return text or _recorded(source.spec).query or _metric_line(source.spec)


def _recorded(spec: Mapping[str, Any]) -> Recorded:
    """What another tool has recorded under the name that a spec gives it; without a query where it names none.

    A wrong name is found where the query is read.
    """
    for tool in TOOLS:
        if spec.get(tool):
            try:
                return recorded(tool, str(spec[tool]).strip())
            except QueryError:
                return Recorded("", success=False)
    return Recorded("", success=False)


def _metric_line(spec: Mapping[str, Any]) -> str:
    """The metrics that a spec names key by key, as the line that stands for them; empty where it names none.

    What is wrong with them is found where the line is read.
    """
    keys = {"metricname": "metric", "metrics": "metric", "resourceid": "resource", "metricnamespace": "namespace"}
    given = {keys.get(key.lower(), key.lower()): value for key, value in spec.items()}
    if "metric" not in given:
        return ""
    texts = {key: ",".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in given.items()}
    try:
        return resource_metric(texts).text
    except QueryError:
        return texts.pop("resource", "") + "?" + urlencode(texts)


def _text(metric: Metric | None) -> str | None:
    return _query(metric.metric_source) if metric else None


def _measure(spec: SliSpec, objective: Objective) -> RatioMetric | ThresholdMetric:
    if spec.ratio_metric:
        return _ratio(spec.ratio_metric)
    return ThresholdMetric(_text(spec.threshold_metric) or "", objective.op or "lte", objective.value or 0)


def _ratio(ratio: Ratio) -> RatioMetric:
    raw = _text(ratio.raw)
    if raw is None:
        return RatioMetric(_text(ratio.total) or "", _text(ratio.good), _text(ratio.bad), ratio.counter)
    return raw_ratio(raw, success=ratio.raw_type == "success")


def raw_ratio(query: str, *, success: bool) -> RatioMetric:
    """A query that gives good/total (or bad/total) at each moment; over its own presence that is its mean in time."""
    presence = f"({query}) * 0 + 1"
    if success:
        return RatioMetric(presence, good=query, counter=False, mean=True)
    return RatioMetric(presence, bad=query, counter=False, mean=True)


def _options(sli: Sli) -> dict[str, str]:
    """What the queries' spec says beside the query, plain values only."""
    return {
        key: str(value)
        for metric, _ in _metrics(sli)
        for key, value in metric.spec.items()
        if key not in _QUERY_KEYS and isinstance(value, str | int | float)
    }
