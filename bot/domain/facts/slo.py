"""What the views of SLOs show: how each stands, and beside it what only the store knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts.links import Link
from bot.domain.sla import Promise, Sla
from bot.domain.slo import SloStatus
from bot.domain.slo.baseline import Outlook


@dataclass(frozen=True, slots=True)
class SloFacts:
    """One SLO. `promise` completes its target in words ("available", "under 500 ms").

    `since` is when it got into its state, `next_try` when a silent `source` is asked again. `generated` is the share of
    the window's data that was made up for a demonstration.
    """

    status: SloStatus
    promise: str = "good"
    since: datetime | None = None
    next_try: datetime | None = None
    source: str = ""
    generated: float = 0.0


@dataclass(frozen=True, slots=True)
class SloStatusFacts:
    """Every SLO asked for, in any order, as of the newest evaluation among them.

    `scope` are the words they were narrowed down by, empty for all. `past` says that a past instant was asked for;
    `age` is how old the figures are where that is worth saying, and then newer ones follow.
    """

    slos: tuple[SloFacts, ...]
    as_of: datetime
    scope: str = ""
    past: bool = False
    age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Spender:
    """What spent part of the budget: an incident with its cause, or an alert; `at` is when it began."""

    minutes: float
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SloPicture:
    """The picture of a burn-down: the chat's id of its file, empty where there is none, and the words for it."""

    file: str
    alt: str


@dataclass(frozen=True, slots=True)
class SloShowFacts:
    """One SLO in full. `unattributed` are the minutes that went below any alert; `outlook` is None where not known.

    `promises` are what it measures of agreements with clients, `links` its service's pages for its window.
    """

    slo: SloFacts
    as_of: datetime
    spenders: tuple[Spender, ...] = ()
    unattributed: float = 0.0
    outlook: Outlook | None = None
    promises: tuple[tuple[Sla, Promise], ...] = ()
    links: tuple[Link, ...] = ()
