"""The sampler's own alert rules, judged: down, too many errors, too slow. Pure, and the same after a restart.

All three look at a share of bad events in a window: failed probes, failed requests, slow requests. A rule starts to
fire once the share has been above its threshold for as long as it must hold, and ends only once the share has been
clearly below for as long, so that a value at the threshold does not flap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.slo import Counts

CLEARLY_BELOW = 0.8
"""An alert ends below this share of its threshold."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """When to fire: a share of bad events `above` a threshold for `hold`, out of at least `min_events`.

    It ends at or below `below`.
    """

    above: float
    below: float
    hold: timedelta
    min_events: float


class Phase(StrEnum):
    """quiet; pending: above, but not for long enough yet; firing."""

    QUIET = "quiet"
    PENDING = "pending"
    FIRING = "firing"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is remembered between looks: the phase, since when, and since when a firing one has looked well."""

    phase: Phase = Phase.QUIET
    since: datetime | None = None
    well_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The new standing; `value` is the share of bad events, None where there are too few to tell."""

    standing: Standing
    value: float | None
    events: float

    @property
    def firing(self) -> bool:
        return self.standing.phase is Phase.FIRING


def downtime(hold: timedelta) -> Criterion:
    """Fires when nothing but failed probes was seen for `hold`, ends when nothing but good ones was."""
    return Criterion(above=1 - 1e-9, below=0.0, hold=hold, min_events=1)


def too_many(threshold: float, hold: timedelta, min_events: float) -> Criterion:
    """Fires above the share `threshold` of bad (failed, slow) events."""
    return Criterion(threshold, threshold * CLEARLY_BELOW, hold, max(1.0, min_events))


def judge(criterion: Criterion, counts: Counts | None, standing: Standing, at: datetime) -> Judgement:
    """Look once more, at `at`, at the counts of the rule's window.

    Too few events say nothing: they neither start nor end anything.
    """
    value = bad_share(counts, criterion.min_events)
    events = 0.0 if counts is None else counts.total
    if value is not None:
        standing = _moved(criterion, value, standing, at)
    return Judgement(standing, value, events)


def bad_share(counts: Counts | None, min_events: float) -> float | None:
    """Bad events over all; None where there were fewer than `min_events`."""
    if counts is None or counts.total <= 0 or counts.total < min_events:
        return None
    return min(1.0, counts.bad / counts.total)


def _moved(criterion: Criterion, value: float, standing: Standing, at: datetime) -> Standing:
    if standing.phase is Phase.FIRING:
        return _while_firing(criterion, value, standing, at)
    if value <= criterion.above:
        return Standing()
    since = standing.since or at
    phase = Phase.FIRING if at - since >= criterion.hold else Phase.PENDING
    return Standing(phase, since)


def _while_firing(criterion: Criterion, value: float, standing: Standing, at: datetime) -> Standing:
    if value > criterion.below:
        return replace(standing, well_since=None)
    well_since = standing.well_since or at
    return Standing() if at - well_since >= criterion.hold else replace(standing, well_since=well_since)


def remembered(standing: Standing) -> dict[str, str | None]:
    """A standing as JSON, for whoever keeps it between looks."""
    return {
        "phase": standing.phase.value,
        "since": standing.since.isoformat() if standing.since else None,
        "well_since": standing.well_since.isoformat() if standing.well_since else None,
    }


def recalled(memory: Mapping[str, str | None]) -> Standing:
    """The standing that `remembered` wrote; a quiet one where nothing was."""
    instants = [memory.get(key) for key in ("since", "well_since")]
    since, well_since = (datetime.fromisoformat(each) if each else None for each in instants)
    return Standing(Phase(memory.get("phase") or Phase.QUIET), since, well_since)
