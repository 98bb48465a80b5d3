"""OpenSLO v1 documents (inline, referenced, several to a file) as SLOs, sources, policies and services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.catalog.known import Known
from bot.catalog.openslo.burning import alerts_of
from bot.catalog.openslo.library import Library, shelve
from bot.catalog.openslo.objectives import Objectives
from bot.catalog.openslo.policies import PolicyBook
from bot.catalog.openslo.sources import Sources
from bot.catalog.problems import Findings
from bot.catalog.reading import Document
from bot.catalog.source import AlertPolicy, DataSource
from bot.domain.slo import Slo


@dataclass(frozen=True, slots=True)
class OpenSlo:
    """What the documents amount to; `library` keeps where everything stands."""

    library: Library
    slos: tuple[Slo, ...]
    sources: Mapping[str, DataSource]
    policies: Mapping[str, tuple[AlertPolicy, ...]]
    unqueryable: Mapping[str, str]


def assemble(documents: Iterable[Document], env: Mapping[str, str], known: Known, found: Findings) -> OpenSlo:
    """All documents of a catalog, checked one by one and against each other; what is wrong is reported."""
    library = shelve(documents, found)
    sources = Sources(library, env, known, found)
    book = PolicyBook(library, found)
    objectives = Objectives(library, sources, found)
    policies: dict[str, tuple[AlertPolicy, ...]] = {}
    for placed in library.slos.values():
        declared = book.of(placed)
        built = objectives.add(placed, alerts_of(declared))
        policies.update({slo.name: declared for slo in built if declared})
    return OpenSlo(library, tuple(objectives.slos), sources.by_name, policies, objectives.unqueryable)
