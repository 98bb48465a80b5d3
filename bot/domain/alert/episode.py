"""When an alert fired: its state only moves forward, whatever the order in which messages arrive.

An alert (one fingerprint of one source) has episodes, each known by its start. An episode is over once any message
- says so itself,
- tells of a later start: the source has begun anew, and at most the newest episode of an alert fires;
- tells of an end after its start: an interval that covers it is over, as when two senders differ about the start.
Each of these, once true, stays true; so any order, repetition or grouping of the same messages ends in the same state.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Episode:
    """One stretch of firing; `ends_at` is None while it lasts."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of an alert: the start of its newest episode, and the latest end of any."""

    newest: datetime | None = None
    ended: datetime | None = None


def advance(known: Iterable[Episode], past: Past, told: Iterable[Episode]) -> dict[datetime, Episode]:
    """How the episodes stand, by start, once a message `told` them: those it names, and those of `known`.

    `known` must hold every episode that still fires and those that the message names; `past` covers all others.
    """
    stand = {episode.starts_at: episode for episode in known}
    newest, ended = past.newest, past.ended
    for episode in told:
        stand[episode.starts_at] = _merged(stand.get(episode.starts_at), episode)
        newest = _latest(newest, episode.starts_at)
        ended = _latest(ended, stand[episode.starts_at].ends_at)
    return {start: _closed(episode, newest, ended) for start, episode in stand.items()}


def _merged(known: Episode | None, told: Episode) -> Episode:
    """Never open again once over; of two ends the later one, whichever was told first."""
    ends_at = _latest(known.ends_at if known else None, told.ends_at)
    return Episode(told.starts_at, None if ends_at is None else max(ends_at, told.starts_at))


def _closed(episode: Episode, newest: datetime | None, ended: datetime | None) -> Episode:
    if episode.ends_at is not None:
        return episode
    later = [at for at in (newest, ended) if at is not None and at > episode.starts_at]
    return Episode(episode.starts_at, min(later)) if later else episode


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)
