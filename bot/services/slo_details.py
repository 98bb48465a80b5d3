"""Where the figures of one SLO come from, and what an outage would make of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.domain.facts.slo_detail import ExplainFacts, Question, SimulationFacts
from bot.domain.slo import Counts, RollingWindow, Slo, SloStatus
from bot.domain.slo.evaluation import guard_of, queries
from bot.domain.slo.simulation import Outage, Outcome, simulate
from bot.domain.slo.windows import bounds, length
from bot.ports import Clock, OutsideError, SelfExplaining, SliSource
from bot.services.slo_facts import SloPictures
from bot.services.slo_history import tally_of
from bot.services.slo_recorded import recorded_since
from bot.services.slos import SloService
from bot.store.db import Database

_MINUTE = timedelta(minutes=1)
_QUITE_ANOTHER = 0.2
"""The last hour's traffic is told apart from the usual one where it differs by more than this share."""
_NOTHING = Counts(0.0, 0.0)


class SloDetails:
    """Reads; changes nothing. `sources` are asked how they would be asked by hand."""

    def __init__(
        self,
        database: Database,
        pictures: SloPictures,
        slos: SloService,
        sources: Mapping[str, SliSource],
        clock: Clock,
    ) -> None:
        self._database = database
        self._pictures = pictures
        self._slos = slos
        self._sources = sources
        self._clock = clock

    async def explain(self, name: str) -> ExplainFacts:
        """One SLO evaluated now, with the questions whose answers its figures rest on. Raises `NotFound`."""
        slo = self._pictures.defined(name)
        facts = await self._pictures.current(slo, anew=True)
        at = facts.status.as_of
        since = await recorded_since(self._database, tally_of(slo), at)
        return ExplainFacts(facts, at, length(slo.window, at), self._questions(slo, at), guard_of(slo), since)

    async def simulate(self, name: str, outage: Outage) -> SimulationFacts:
        """What `outage`, beginning now, would do to one SLO. Raises `NotFound`."""
        slo = self._pictures.defined(name)
        facts = await self._pictures.current(slo)
        now = self._clock.now()
        status, usual, lately = facts.status, _usual(facts.status), _lately(facts.status)
        leaving = await self._leaving(slo, outage, now)
        outcome = _outcome(status, leaving, outage, usual)
        another = usual and lately and abs(lately / usual - 1) > _QUITE_ANOTHER
        now_instead = _outcome(status, leaving, outage, lately) if another else None
        return SimulationFacts(facts, status.as_of, outage, length(slo.window, now), outcome, now_instead)

    def _questions(self, slo: Slo, at: datetime) -> tuple[Question, ...]:
        try:
            source = self._sources[slo.indicator.source]
        except KeyError:
            return ()
        if not isinstance(source, SelfExplaining):
            return ()
        return tuple(Question(part, text) for part, text in source.asked(queries(slo, at).whole).items())

    async def _leaving(self, slo: Slo, outage: Outage, now: datetime) -> Counts:
        """What drops out of a rolling window while the outage lasts; nothing where that is not known."""
        if not isinstance(slo.window, RollingWindow):
            return _NOTHING
        start, _ = bounds(slo.window, now)
        try:
            bucket = await self._slos.counted(slo, start, start + min(outage.length, slo.window.length))
        except OutsideError:
            return _NOTHING
        return bucket.counts if bucket is not None else _NOTHING


def _usual(status: SloStatus) -> float | None:
    """Events a minute over the time of the window that holds data; None where nothing is known."""
    covered = status.data.covers or timedelta(0)
    if status.counts is None or status.counts.total <= 0 or covered < _MINUTE:
        return None
    return status.counts.total / (covered / _MINUTE)


def _lately(status: SloStatus) -> float | None:
    """Events a minute over the last hour; None where there were none."""
    hour = status.burns.get("1h")
    return hour.total / 60 if hour is not None and hour.total > 0 else None


def _outcome(status: SloStatus, leaving: Counts, outage: Outage, per_minute: float | None) -> Outcome | None:
    if status.counts is None or per_minute is None:
        return None
    return simulate(status.slo, status.counts, leaving, status.burns, outage, per_minute, guard_of(status.slo))
