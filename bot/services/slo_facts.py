"""What the views of SLOs show: the last evaluation of each, since when it stands so, and who spent its budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.catalog import Catalog
from bot.catalog.slo_traits import traits
from bot.domain.facts.slo import SloFacts, SloShowFacts, SloStatusFacts, Spender
from bot.domain.incident import Incident
from bot.domain.slo import Slo, SloStatus, State, spent, worst_first
from bot.domain.slo.choosing import Choice, choose, vocabulary
from bot.domain.slo.windows import bounds
from bot.ports import OutsideError
from bot.services.requests import NotFound
from bot.services.service_links import service_pages
from bot.services.slo_outlook import outlook_of
from bot.services.slos import SloService
from bot.store import burndowns, incidents
from bot.store.db import Database
from bot.store.slo import Evaluated

FRESH = timedelta(seconds=30)
"""An evaluation no older than this is told as it is; an older one, or one that found no data, is made anew first."""
_SPENDERS = 5
_LOOKED_AT = 20
"""So many incidents, and so many pages, are asked what they cost."""


class SloPictures:
    """Reads the facts of SLOs; changes nothing. What it tells at once asks no source."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], slos: SloService) -> None:
        self._database = database
        self._catalog = catalog
        self._slos = slos

    async def status(self, scope: str = "") -> SloStatusFacts:
        """How the chosen SLOs stood at their last evaluation; no source is asked. Raises `NotFound`."""
        choice, now = self._chosen(scope), self._database.clock()
        last = await self._slos.last(choice.slos)
        statuses = [last[slo.name].status if slo.name in last else _never(slo, now) for slo in choice.slos]
        as_of = max((each.status.as_of for each in last.values()), default=now)
        heard = (each.status.as_of for each in last.values() if not each.status.data.stale_for)
        age = now - min(heard, default=now)
        old = age > FRESH or len(last) < len(statuses)
        return self._status(choice, statuses, last, SloStatusFacts((), as_of, scope, age=age if old else None))

    async def status_now(self, scope: str = "", *, only_old: bool = False) -> SloStatusFacts:
        """The same, evaluated anew: all of them, or those whose last evaluation is old or found nothing.

        Raises `NotFound`.
        """
        choice, now = self._chosen(scope), self._database.clock()
        last = await self._slos.last(choice.slos)
        young = {name: each.status for name, each in last.items() if only_old and _fresh(each, now)}
        anew = await self._slos.evaluate([slo for slo in choice.slos if slo.name not in young])
        statuses = worst_first([*anew, *young.values()])
        return self._status(choice, statuses, last, SloStatusFacts((), now, scope))

    async def status_at(self, scope: str, at: datetime) -> SloStatusFacts:
        """How they stood at a past instant, from what is known of it today. Raises `NotFound`."""
        choice = self._chosen(scope)
        statuses = await self._slos.evaluate(choice.slos, at)
        return self._status(choice, statuses, {}, SloStatusFacts((), at, scope, past=True))

    def _status(
        self, choice: Choice, statuses: Sequence[SloStatus], last: Mapping[str, Evaluated], empty: SloStatusFacts
    ) -> SloStatusFacts:
        kept = tuple(self._one(status, last) for status in statuses if choice.keeps(status.state))
        return replace(empty, slos=kept)

    async def show(self, name: str) -> SloShowFacts:
        """One SLO in full. Raises `NotFound` with the names there are."""
        slo, now = self.defined(name), self._database.clock()
        facts = await self.current(slo)
        spenders = await self._spenders(facts.status, now)
        unattributed = await self._unattributed(facts.status, spenders)
        outlook = await outlook_of(self._slos, facts.status)
        promises = self._catalog().promises_on(slo.name)
        start, _ = bounds(slo.window, now)
        links = tuple(service_pages(self._catalog().services.get(slo.service), start, now))
        return SloShowFacts(facts, now, spenders, unattributed, outlook, promises, links)

    def defined(self, name: str) -> Slo:
        """Raises `NotFound` with the names there are."""
        slo = self._catalog().slo(name)
        if slo is None:
            raise NotFound(f"There is no SLO {name}. {_known('SLOs', self.names())}")
        return slo

    def names(self) -> tuple[str, ...]:
        """Every SLO's name."""
        return tuple(slo.name for slo in self._catalog().slos)

    def unknown(self, scope: str) -> str:
        """The first word of `scope` that chooses no SLO; empty where all of them do."""
        return choose(scope, traits(self._catalog())).unknown

    def words(self) -> tuple[str, ...]:
        """Every word by which SLOs can be asked for."""
        return vocabulary(traits(self._catalog()))

    def _chosen(self, scope: str) -> Choice:
        choice = choose(scope, traits(self._catalog()))
        if choice.unknown:
            raise NotFound(f"“{choice.unknown}” is no service, team, tag or state of any SLO here.")
        return choice

    async def current(self, slo: Slo, *, anew: bool = False) -> SloFacts:
        """As it was evaluated last; `anew`, or where that is too long ago or found nothing, as it is now."""
        last = await self._slos.last([slo])
        if not anew and _fresh(last.get(slo.name), self._database.clock()):
            return self._one(last[slo.name].status, last)
        (status,) = await self._slos.evaluate([slo])
        return self._one(status, last)

    def _one(self, status: SloStatus, last: Mapping[str, Evaluated]) -> SloFacts:
        slo = status.slo
        before = last.get(slo.name)
        source = self._catalog().sources.get(slo.indicator.source)
        return SloFacts(
            status,
            promise=slo.labels.get("promise", "good"),
            since=before.since if before and before.status.state is status.state else None,
            source=source.name if source else slo.indicator.source,
            generated=status.data.generated,
        )

    async def _spenders(self, status: SloStatus, now: datetime) -> tuple[Spender, ...]:
        """What spent its budget within its window, the costliest first: incidents, and pages that belong to none."""
        slo = status.slo
        start, _ = bounds(slo.window, now)
        async with self._database.read() as tx:
            found = await incidents.listed(tx, only_open=False)
            paged = await burndowns.pages(tx, slo.service, start, _LOOKED_AT)
        touched = [each for each in found if slo.service in each.services and (each.resolved_at or now) > start]
        stretches = [(each.began_at, each.resolved_at or now, _incident_words(each)) for each in touched[:_LOOKED_AT]]
        stretches += [(each.started_at, each.resolved_at or now, f"{each.name}: {each.title}") for each in paged]
        costs = [await self._spender(status, max(began, start), end, words) for began, end, words in stretches]
        costly = sorted((each for each in costs if each is not None), key=lambda spender: -spender.minutes)
        return tuple(costly[:_SPENDERS])

    async def _spender(self, status: SloStatus, began: datetime, end: datetime, words: str) -> Spender | None:
        """So much of today's window went in that stretch, so that all stretches add up to what is gone."""
        if end <= began:
            return None
        try:
            during = await self._slos.counted(status.slo, began, end)
        except OutsideError:
            return None
        cost = spent(during.counts, status) if during is not None else None
        return Spender(cost.minutes, words, began) if cost is not None else None

    async def _unattributed(self, status: SloStatus, spenders: Sequence[Spender]) -> float:
        budget = status.budget
        if budget.left is None:
            return 0.0
        return max(0.0, (1 - budget.left) * budget.minutes - sum(spender.minutes for spender in spenders))


def _incident_words(incident: Incident) -> str:
    return f"{incident.name}: {incident.resolution or incident.title}"


def _fresh(evaluated: Evaluated | None, now: datetime) -> bool:
    if evaluated is None or evaluated.status.state is State.NO_DATA:
        return False
    return now - evaluated.status.as_of <= FRESH


def _never(slo: Slo, now: datetime) -> SloStatus:
    return SloStatus(slo, now, State.NO_DATA, reason="Not evaluated yet.")


def _known(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(names[:8])}." if names else f"{what}: none are defined."
