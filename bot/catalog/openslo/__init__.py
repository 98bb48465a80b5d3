"""OpenSLO v1 documents (inline, referenced, several to a file) as SLOs and their alert policies."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.catalog.openslo.burning import alerts_of
from bot.catalog.openslo.library import Library
from bot.catalog.openslo.objectives import Objectives
from bot.catalog.openslo.policies import PolicyBook
from bot.catalog.openslo.sources import Sources
from bot.catalog.problems import Findings
from bot.catalog.source import AlertPolicy
from bot.domain.slo import Slo


@dataclass(frozen=True, slots=True)
class OpenSlo:
    """What the documents amount to."""

    slos: tuple[Slo, ...]
    policies: Mapping[str, tuple[AlertPolicy, ...]]
    unqueryable: Mapping[str, str]


def assemble(library: Library, sources: Sources, found: Findings) -> OpenSlo:
    """The library's SLOs with all that they refer to; what is wrong is reported."""
    book = PolicyBook(library, found)
    objectives = Objectives(library, sources, found)
    policies: dict[str, tuple[AlertPolicy, ...]] = {}
    for placed in library.slos.values():
        declared = book.of(placed)
        built = objectives.add(placed, alerts_of(declared))
        policies.update({slo.name: declared for slo in built if declared})
    return OpenSlo(tuple(objectives.slos), policies, objectives.unqueryable)
