"""What readers of other tools' files have in common: an SLO on Prometheus, and why it may not be measurable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.catalog.openslo.connection import PROMETHEUS
from bot.catalog.openslo.indicators import why_uncountable
from bot.catalog.openslo.shape import MetricSource
from bot.catalog.openslo.sources import Sources
from bot.catalog.problems import Findings
from bot.catalog.reading import Place
from bot.catalog.source import DataSource
from bot.domain.slo import BurnAlert, Indicator, RatioMetric, RollingWindow, Slo

SOURCE_LABEL = "datasource"
"""The label by which a file may name one of several Prometheus sources of the catalog."""


@dataclass(frozen=True, slots=True)
class Brought:
    """An SLO, where its name and its service stand, and why it cannot be measured (empty where it can)."""

    slo: Slo
    name_at: Place
    service: Place
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file says of one SLO, in this product's terms. `name_at` is where its name stands."""

    name: str
    service: str
    metric: RatioMetric
    target: float
    window: timedelta
    alerts: tuple[BurnAlert, ...]
    description: str
    labels: Mapping[str, str]
    name_at: Place
    service_at: Place
    problem: str = ""


def brought(draft: Draft, sources: Sources, found: Findings) -> Brought | None:
    """The SLO; None, and reported, where the catalog does not tell which Prometheus is asked."""
    source = _source(draft, sources, found)
    if source is None:
        return None
    slo = Slo(
        name=draft.name,
        display_name=draft.name,
        service=draft.service,
        indicator=Indicator(draft.name, source.name, source.kind, draft.metric),
        target=draft.target,
        window=RollingWindow(draft.window),
        description=draft.description,
        labels=draft.labels,
        origin=f"{draft.name_at.document.file}:{draft.name_at.document.line(draft.name_at.at)}",
        alerts=draft.alerts,
    )
    problem = draft.problem or sources.why_unqueryable(source) or why_uncountable(draft.metric)
    if problem:
        what = f"SLO {slo.name} loads but cannot be measured: {problem}."
        found.warnings.append(draft.name_at.problem(what))
    return Brought(slo, draft.name_at, draft.service_at, problem)


def _source(draft: Draft, sources: Sources, found: Findings) -> DataSource | None:
    named = draft.labels.get(SOURCE_LABEL)
    if named:
        return sources.used_by(MetricSource(metricSourceRef=named), draft.name_at)
    prometheus = [each.name for each in sources.by_name.values() if each.kind == PROMETHEUS]
    if len(prometheus) > 1:
        what = f"the catalog has several Prometheus sources: say which one is asked with a label {SOURCE_LABEL!r}."
        found.errors.append(draft.name_at.problem(what, ", ".join(prometheus)))
        return None
    return sources.used_by(MetricSource(type=PROMETHEUS), draft.name_at)
