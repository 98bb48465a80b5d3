"""The words by which people ask for SLOs, from the catalog: its services, their owners, and the labels of SLOs."""

from bot.catalog.model import Catalog
from bot.domain.slo import Slo
from bot.domain.slo.choosing import Kind, Traits

_TEAM = "team"
_WORDING = frozenset({"promise"})
"""Labels that are words of a message, and no tags."""


def traits(catalog: Catalog) -> list[Traits]:
    """Every SLO of the catalog with the words that choose it."""
    return [_of(slo, catalog) for slo in catalog.slos]


def _of(slo: Slo, catalog: Catalog) -> Traits:
    service = catalog.services.get(slo.service)
    owners = service.owners if service else ()
    values = {key: value.split(", ") for key, value in slo.labels.items() if key not in _WORDING}
    tags = {tag for key, several in values.items() for each in several for tag in (each, f"{key}={each}")}
    words = {
        Kind.SLO: {slo.name},
        Kind.SERVICE: {slo.service},
        Kind.TEAM: {*values.get(_TEAM, ()), *owners},
        Kind.TAG: tags,
    }
    return Traits(slo, {kind: frozenset(word.casefold() for word in found if word) for kind, found in words.items()})
