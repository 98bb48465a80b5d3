"""Every SLO file of a catalog, whichever tool it was written for, as SLOs, sources, policies and services."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.catalog import openslo
from bot.catalog.foreign import Brought, reader_of
from bot.catalog.known import Known
from bot.catalog.openslo.library import Library, shelve
from bot.catalog.openslo.retention import warn_of_retention
from bot.catalog.openslo.sources import Sources
from bot.catalog.problems import Findings
from bot.catalog.reading import Document, Place
from bot.catalog.source import AlertPolicy, DataSource
from bot.domain.slo import Slo


@dataclass(frozen=True, slots=True)
class SloFiles:
    """What the documents amount to; `library` keeps where OpenSLO's stand, `services` where each SLO names its own."""

    library: Library
    slos: tuple[Slo, ...]
    sources: Mapping[str, DataSource]
    policies: Mapping[str, tuple[AlertPolicy, ...]]
    unqueryable: Mapping[str, str]
    services: Sequence[tuple[str, Place]]


def assemble(documents: Iterable[Document], env: Mapping[str, str], known: Known, found: Findings) -> SloFiles:
    """All documents, checked one by one and against each other; what is wrong is reported."""
    readers = [(document, reader_of(document)) for document in documents]
    library = shelve([document for document, reader in readers if reader is None], found)
    sources = Sources(library, env, known, found)
    own = openslo.assemble(library, sources, found)
    brought = [one for document, reader in readers if reader for one in reader(document, sources, found)]
    slos = (*own.slos, *_distinct(brought, own.slos, found))
    warn_of_retention(library, slos, found)
    return SloFiles(
        library=library,
        slos=slos,
        sources=sources.by_name,
        policies=own.policies,
        unqueryable={**own.unqueryable, **{each.slo.name: each.problem for each in brought if each.problem}},
        services=[(each.slo.service, each.service) for each in brought],
    )


def _distinct(brought: Iterable[Brought], own: Iterable[Slo], found: Findings) -> list[Slo]:
    """The SLOs brought along, of which none may have a name that is taken."""
    taken = {slo.name: slo.origin for slo in own}
    slos: list[Slo] = []
    for each in brought:
        first = taken.setdefault(each.slo.name, each.slo.origin)
        if first == each.slo.origin:
            slos.append(each.slo)
        else:
            what = f"SLO {each.slo.name!r} is defined twice (first at {first})."
            found.errors.append(each.name_at.problem(what))
    return slos
