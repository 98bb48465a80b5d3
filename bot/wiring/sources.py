"""The systems that SLIs are asked of, made as the catalog names them and kept while it names them so."""

from collections.abc import Callable, Iterator, Mapping

from bot.catalog import Catalog
from bot.catalog.model import DataSource
from bot.integrations.access import Access
from bot.integrations.prometheus import PrometheusSource
from bot.integrations.sampled import SampledSource
from bot.ports import SliSource
from bot.store.samples import SqlSampleStore

PROMETHEUS, SAMPLER = "prometheus", "sampler"
SOURCE_KINDS = (PROMETHEUS, SAMPLER)
MANAGED_PROMETHEUS = "https://prometheus.monitor.azure.com/.default"
"""The scope of Azure's managed Prometheus, where a source signs in with an Entra identity."""


class SourcesInForce(Mapping[str, SliSource]):
    """By the name of a data source of the catalog in force, what asks it. `close` ends every connection."""

    def __init__(self, catalog: Callable[[], Catalog], store: SqlSampleStore) -> None:
        self._catalog = catalog
        self._sampled = SampledSource(store)
        self._made: dict[str, tuple[DataSource, PrometheusSource]] = {}
        self._open: list[PrometheusSource] = []

    def __getitem__(self, name: str) -> SliSource:
        source = self._catalog().sources.get(name)
        if name == SAMPLER and (source is None or source.kind == SAMPLER):
            return self._sampled
        if source is None or not source.queryable:
            raise KeyError(name)
        return self._sampled if source.kind == SAMPLER else self._prometheus(source)

    def __iter__(self) -> Iterator[str]:
        named = self._catalog().sources.values()
        return iter({SAMPLER, *(source.name for source in named if source.queryable)})

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _prometheus(self, source: DataSource) -> PrometheusSource:
        kept = self._made.get(source.name)
        if kept is None or kept[0] != source:
            kept = source, PrometheusSource(source.name, source.url, Access(source.options, MANAGED_PROMETHEUS))
            self._made[source.name] = kept
            self._open.append(kept[1])
        return kept[1]

    async def close(self) -> None:
        for source in self._open:
            await source.close()
