"""Events of a cluster as named facts, the newest first."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.domain import figures
from bot.domain.plaintext import clean
from bot.domain.redaction import safe_line
from runbooks.targets.kubernetes.looks.whole import Json
from runbooks.targets.kubernetes.revisions import instant
from runbooks.targets.looking import ago

_SHOWN = 8
_LONGEST = 160
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def newest(events: Sequence[Json], now: datetime) -> Sequence[tuple[str, str]]:
    """Each with its age, how often it was noted, and about what."""
    ranked = sorted(events, key=_rank, reverse=True)
    more = len(ranked) - _SHOWN
    rest = [("Before that", figures.plural(more, "event"))] if more > 0 else []
    return [*((ago(_last(event), now) or "Some time ago", _words(event)) for event in ranked[:_SHOWN]), *rest]


def _rank(event: Json) -> tuple[datetime, bool]:
    """By the clock, which is one of whole seconds; of one second the warnings first."""
    return _last(event) or _EVER, event.get("type") == "Warning"


def _last(event: Json) -> datetime | None:
    """When it was last noted: in a series, by the clock of old, or by the newer, finer one."""
    series = event.get("series") or {}
    found = (series.get("lastObservedTime"), event.get("lastTimestamp"), event.get("eventTime"))
    return next(filter(None, map(instant, found)), None)


def _words(event: Json) -> str:
    about = event.get("involvedObject") or {}
    often = int((event.get("series") or {}).get("count") or event.get("count") or 1)
    times = f", {figures.count(often)} times" if often > 1 else ""
    warning = "Warning " if event.get("type") == "Warning" else ""
    where = clean(f"{str(about.get('kind') or 'object').lower()} {about.get('name') or ''}")
    message = safe_line(str(event.get("message") or ""), _LONGEST).rstrip(".")
    return f"{warning}{clean(str(event.get('reason') or 'no reason'))}, {where}{times}: {message}"
