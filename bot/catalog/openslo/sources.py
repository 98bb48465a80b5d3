"""Which system an SLI asks: a DataSource document, or the one that goes without saying."""

from collections.abc import Mapping
from dataclasses import replace

from bot.catalog.known import Known
from bot.catalog.openslo.connection import (
    AZURE_LOGS,
    OPTIONS,
    PROMETHEUS,
    connection,
    with_identity,
    without_user,
)
from bot.catalog.openslo.library import Library, Placed
from bot.catalog.openslo.shape import DataSourceSpec, MetricSource
from bot.catalog.problems import Findings, nearest, unknown
from bot.catalog.reading import Place
from bot.catalog.source import DataSource

SAMPLER = "sampler"
_SPEAKS_PROMETHEUS = frozenset({"thanos", "mimir", "victoriametrics", "cortex"})
_ADDRESS_KEYS = ("url", "address", "endpoint")
_PROMETHEUS_URL = "PROMETHEUS_URL"
_LOGS_OF = ("workspace", "application", "resource")
"""Whose logs are asked: a workspace, an Application Insights application, or one resource."""


def kind_of(type_name: str) -> str:
    """OpenSLO's free `type` as the product's kind: lower case, with Prometheus's relatives under its name."""
    kind = type_name.strip().lower()
    return PROMETHEUS if kind in _SPEAKS_PROMETHEUS else kind


class Sources:
    """The catalog's data sources; those that are used without being defined are added as they are met."""

    def __init__(self, library: Library, env: Mapping[str, str], known: Known, found: Findings) -> None:
        self._defined = library.sources
        self._env = env
        self._default_url = env.get(_PROMETHEUS_URL, "")
        self._known = known
        self._found = found
        self.by_name = {name: self._from_document(placed) for name, placed in library.sources.items()}

    def _from_document(self, placed: Placed[DataSourceSpec]) -> DataSource:
        kind = kind_of(placed.spec.type)
        if kind in OPTIONS:
            options = connection(placed, kind, self._env, self._found)
        else:
            details = placed.spec.connection_details
            options = {key: str(value) for key, value in details.items() if value is not None}
        url = next((options.pop(key) for key in _ADDRESS_KEYS if key in options), "")
        if url and not url.startswith(("http://", "https://")):
            what = f"the address of {placed.name!r} must be a URL that starts with http:// or https://."
            self._found.errors.append(placed.place.within("connectionDetails").problem(what))
        return self._source(placed.name, kind, url, options)

    def _source(self, name: str, kind: str, url: str = "", options: Mapping[str, str] | None = None) -> DataSource:
        """The source; an address that goes without saying is filled in, and credentials never stay in one."""
        given = dict(options or {})
        if kind == PROMETHEUS:
            url, user = without_user(url or self._default_url)
            given = user | given
        elif kind in OPTIONS:
            given = with_identity(given, self._env)
        source = DataSource(name, kind, url.rstrip("/"), given)
        return replace(source, queryable=kind in self._known.sources and not _missing(source))

    def used_by(self, metric: MetricSource, place: Place) -> DataSource | None:
        """The source a query goes to; None, and reported, where that cannot be told."""
        if metric.metric_source_ref:
            return self._referenced(metric, place)
        if metric.type:
            return self._typed(kind_of(metric.type), place)
        if len(self._defined) == 1:
            return next(iter(self.by_name.values()))
        if self._default_url and not self._defined:
            return self._implied(PROMETHEUS)
        self._found.errors.append(place.problem("type is missing, and so is a metricSourceRef to take it from."))
        return None

    def _referenced(self, metric: MetricSource, place: Place) -> DataSource | None:
        name = metric.metric_source_ref
        if name in self._defined:
            return self.by_name[name]
        if nearest(name, self._defined) or (self._defined and not metric.type):
            self._found.errors.append(
                place.within("metricSourceRef").problem(*unknown("The DataSource", name, self._defined))
            )
            return None
        kind = kind_of(metric.type) or (PROMETHEUS if self._default_url else "")
        if kind in (PROMETHEUS, SAMPLER):
            return self._implied(kind)
        return self.by_name.setdefault(name, DataSource(name, kind, queryable=kind in self._known.sources))

    def _typed(self, kind: str, place: Place) -> DataSource | None:
        fitting = [self.by_name[name] for name in self._defined if self.by_name[name].kind == kind]
        if len(fitting) > 1:
            names = ", ".join(source.name for source in fitting)
            what = f"metricSourceRef is missing: the catalog has several sources of type {kind}."
            self._found.errors.append(place.problem(what, names))
            return None
        return fitting[0] if fitting else self._implied(kind)

    def _implied(self, kind: str) -> DataSource:
        return self.by_name.setdefault(kind, self._source(kind, kind))

    def knows(self, source: DataSource) -> bool:
        """Whether this version speaks that source's language, reachable or not."""
        return source.kind in self._known.sources

    def why_unqueryable(self, source: DataSource) -> str:
        """Why nothing can be asked of that source; empty where it can."""
        if source.queryable:
            return ""
        if not source.kind:
            return f"its data source {source.name!r} is not defined in this catalog"
        if not self.knows(source):
            return f"its data source is of type {source.kind}, which this version cannot query"
        return _missing(source)


def _missing(source: DataSource) -> str:
    """What a source of a known kind still needs before it can be asked; empty where it lacks nothing."""
    if source.kind == PROMETHEUS and not source.url:
        return f"no DataSource gives the address of {source.kind}, and {_PROMETHEUS_URL} is not set"
    if source.kind == AZURE_LOGS and not any(source.options.get(key) for key in _LOGS_OF):
        return f"no DataSource of type {AZURE_LOGS} names its {', '.join(_LOGS_OF[:-1])} or {_LOGS_OF[-1]}"
    return ""
