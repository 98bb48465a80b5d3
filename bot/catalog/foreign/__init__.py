"""SLO files written for other tools, read as they are and turned into the product's one model at this border."""

from collections.abc import Callable, Sequence

from bot.catalog.foreign import pyrra, sloth
from bot.catalog.foreign.brought import Brought
from bot.catalog.openslo.sources import Sources
from bot.catalog.problems import Findings
from bot.catalog.reading import Document

__all__ = ["Brought", "Reader", "reader_of"]

Reader = Callable[[Document, Sources, Findings], Sequence[Brought]]


def reader_of(document: Document) -> Reader | None:
    """What reads that document; None for one that is no other tool's."""
    if document.value(("version",)) == sloth.VERSION:
        return sloth.read
    return {sloth.CRD_VERSION: sloth.read_crd, pyrra.API_VERSION: pyrra.read}.get(str(document.value(("apiVersion",))))
