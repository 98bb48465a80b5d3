"""How many events an SLO's burn alerts need before they mean anything, where the SLO says it.

OpenSLO has no field for it, so there are two annotations: `metadata.annotations.alert-min-events: "10"` and
`alert-min-bad-events: "1"`. Sloth and Pyrra have no such thing; for them the usual numbers hold.
"""

from dataclasses import replace

from bot.catalog.openslo.library import Placed
from bot.catalog.openslo.shape import SloSpec
from bot.catalog.problems import Findings
from bot.catalog.reading import Place
from bot.domain.slo.burn import DEFAULT_GUARD, LowTraffic

EVENTS, BAD = "alert-min-events", "alert-min-bad-events"


def low_traffic_of(placed: Placed[SloSpec], found: Findings) -> LowTraffic:
    """What the annotations say; the usual number, and a report, where one says no whole number."""
    guard = DEFAULT_GUARD
    events, bad = _number(placed, EVENTS, found), _number(placed, BAD, found)
    guard = guard if events is None else replace(guard, events=events)
    return guard if bad is None else replace(guard, bad=bad)


def _number(placed: Placed[SloSpec], annotation: str, found: Findings) -> int | None:
    text = placed.metadata.annotations.get(annotation)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    place = Place(placed.document, ("metadata", "annotations", annotation))
    what = f"metadata.annotations.{annotation}: {text!r} is no number of events."
    found.errors.append(place.problem(what, "whole numbers from 0, in quotes, such as '10'"))
    return None
