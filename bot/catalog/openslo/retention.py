"""How long a source keeps its data, as its DataSource says, and which SLOs look back further than that.

OpenSLO has no field for it, so it is an annotation: `metadata.annotations.retention: 15d`.
"""

from collections.abc import Iterable
from datetime import timedelta

from bot.catalog.duration import Duration, parse_duration
from bot.catalog.openslo.library import NAME, Library, Placed
from bot.catalog.openslo.shape import DataSourceSpec
from bot.catalog.problems import Findings
from bot.catalog.reading import Place
from bot.domain.slo import CalendarWindow, Slo, TimeWindow
from bot.domain.slo.windows import short

ANNOTATION = "retention"


def warn_of_retention(library: Library, slos: Iterable[Slo], found: Findings) -> None:
    """One warning a source, which names every SLO whose window is longer than what the source keeps."""
    by_source: dict[str, list[Slo]] = {}
    for slo in slos:
        by_source.setdefault(slo.indicator.source, []).append(slo)
    for name, placed in library.sources.items():
        kept = _kept(placed, found)
        longer = [slo for slo in by_source.get(name, []) if kept and _length(slo.window) > kept.length]
        if kept and longer:
            named = ", ".join(slo.name for slo in longer)
            what = (
                f"{name} keeps {short(kept.length)}, and these SLOs look back further: {named}. "
                "Older events are known only from Quarterdeck's own record, which begins when it first sees an SLO."
            )
            found.warnings.append(Place(placed.document, NAME).problem(what))


def _kept(placed: Placed[DataSourceSpec], found: Findings) -> Duration | None:
    """What the annotation says; None, and reported where it says something else than a duration."""
    text = placed.metadata.annotations.get(ANNOTATION)
    if not text:
        return None
    try:
        return parse_duration(text)
    except ValueError as error:
        place = Place(placed.document, ("metadata", "annotations", ANNOTATION))
        found.errors.append(place.problem(f"metadata.annotations.{ANNOTATION}: {error}."))
        return None


def _length(window: TimeWindow) -> timedelta:
    return Duration(window.count, window.unit).length if isinstance(window, CalendarWindow) else window.length
