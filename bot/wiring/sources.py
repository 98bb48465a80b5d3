"""The systems that SLIs are asked of, made as the catalog names them and kept while it names them so."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Protocol

from bot.catalog import Catalog
from bot.catalog.model import DataSource
from bot.integrations.access import Access
from bot.integrations.azure_monitor import AzureApi, AzureLogsSource, AzureMetricsSource, logs, metrics, reading
from bot.integrations.prometheus import PrometheusSource
from bot.integrations.sampled import SampledSource
from bot.ports import SliSource
from bot.store.samples import SqlSampleStore

PROMETHEUS, SAMPLER, AZURE_LOGS, AZURE_METRICS = "prometheus", "sampler", "azure-logs", "azure-metrics"
SOURCE_KINDS = (PROMETHEUS, SAMPLER, AZURE_LOGS, AZURE_METRICS)
MANAGED_PROMETHEUS = "https://prometheus.monitor.azure.com/.default"
"""The scope of Azure's managed Prometheus, where a source signs in with an Entra identity."""
LOG_ANALYTICS, APPLICATION_INSIGHTS = "https://api.loganalytics.azure.com", "https://api.applicationinsights.io"
RESOURCE_MANAGER = "https://management.azure.com"
_PATIENCE = "30"
"""Seconds for one query of Azure's, which scans what Prometheus has at hand."""


class Remote(SliSource, Protocol):
    """A source with connections of its own."""

    async def close(self) -> None:
        """End them."""
        ...


class SourcesInForce(Mapping[str, SliSource]):
    """By the name of a data source of the catalog in force, what asks it. `close` ends every connection."""

    def __init__(self, catalog: Callable[[], Catalog], store: SqlSampleStore) -> None:
        self._catalog = catalog
        self._sampled = SampledSource(store)
        self._made: dict[str, tuple[DataSource, Remote]] = {}
        self._open: list[Remote] = []

    def __getitem__(self, name: str) -> SliSource:
        source = self._catalog().sources.get(name)
        if name == SAMPLER and (source is None or source.kind == SAMPLER):
            return self._sampled
        if source is None or not source.queryable:
            raise KeyError(name)
        return self._sampled if source.kind == SAMPLER else self._remote(source)

    def __iter__(self) -> Iterator[str]:
        named = self._catalog().sources.values()
        return iter({SAMPLER, *(source.name for source in named if source.queryable)})

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _remote(self, source: DataSource) -> Remote:
        kept = self._made.get(source.name)
        if kept is None or kept[0] != source:
            kept = source, _MAKERS[source.kind](source)
            self._made[source.name] = kept
            self._open.append(kept[1])
        return kept[1]

    async def close(self) -> None:
        for source in self._open:
            await source.close()


def _prometheus(source: DataSource) -> Remote:
    return PrometheusSource(source.name, source.url, Access(source.options, MANAGED_PROMETHEUS))


def _azure_logs(source: DataSource) -> Remote:
    options = {"timeout": _PATIENCE, **source.options}
    workspace, application = options.get("workspace", ""), options.get("application", "")
    url = source.url or (APPLICATION_INSIGHTS if application else LOG_ANALYTICS)
    path = f"/v1/apps/{application}/query" if application else f"/v1{options.get('resource', '')}/query"
    path = f"/v1/workspaces/{workspace}/query" if workspace else path
    api = AzureApi(f"Azure Monitor ({source.name})", url, Access(options, f"{url}/.default"))
    return AzureLogsSource(source.name, api, path, workspace, _delay(options, logs.DELAY))


def _azure_metrics(source: DataSource) -> Remote:
    options = {"timeout": _PATIENCE, **source.options}
    url = source.url or RESOURCE_MANAGER
    api = AzureApi(f"Azure Monitor ({source.name})", url, Access(options, f"{url}/.default"))
    version = options.get("apiVersion") or reading.API_VERSION
    return AzureMetricsSource(
        source.name, api, options.get("resource", "").rstrip("/"), _delay(options, metrics.DELAY), version
    )


def _delay(options: Mapping[str, str], usual: timedelta) -> timedelta:
    """How late the source is by rule: what the connection details say, in minutes."""
    return timedelta(minutes=float(options["delay"])) if options.get("delay") else usual


_MAKERS: Mapping[str, Callable[[DataSource], Remote]] = {
    PROMETHEUS: _prometheus,
    AZURE_LOGS: _azure_logs,
    AZURE_METRICS: _azure_metrics,
}
