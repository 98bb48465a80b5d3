"""What the views of SLOs show: the last evaluation of each, since when it stands so, and who spent its budget."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.catalog import Catalog
from bot.domain.facts.slo import SloFacts, SloShowFacts, SloStatusFacts, Spender
from bot.domain.incident import Incident
from bot.domain.slo import Slo, SloStatus, State
from bot.domain.slo.windows import bounds
from bot.ports import OutsideError
from bot.services.requests import NotFound
from bot.services.slos import SloService
from bot.store import incidents
from bot.store.db import Database
from bot.store.slo import Evaluated

FRESH = timedelta(seconds=30)
"""An evaluation no older than this is told as it is; an older one, or one that found no data, is made anew first."""
_SPENDERS = 5


class SloPictures:
    """Reads the facts of SLOs; changes nothing. `names` are the words by which people ask for one or a service."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], slos: SloService) -> None:
        self._database = database
        self._catalog = catalog
        self._slos = slos

    async def status(self, scope: str = "", *, anew: bool = False) -> SloStatusFacts:
        """Every SLO, or those of one service. Raises `NotFound` with what there is."""
        wanted = self._of_service(scope) if scope else self._catalog().slos
        now = self._database.clock()
        return SloStatusFacts(tuple(await self._facts(wanted, now, anew=anew)), now, scope)

    async def show(self, name: str) -> SloShowFacts:
        """One SLO in full. Raises `NotFound` with the names there are."""
        slo = self._catalog().slo(name)
        if slo is None:
            raise NotFound(f"There is no SLO {name}. {_known('SLOs', [each.name for each in self._catalog().slos])}")
        now = self._database.clock()
        (facts,) = await self._facts([slo], now, anew=False)
        spenders = await self._spenders(slo, now)
        return SloShowFacts(facts, now, spenders, await self._unattributed(facts.status, spenders))

    def is_service(self, word: str) -> bool:
        """Whether a service with SLOs has this name."""
        return bool(self._catalog().slos_of(word))

    def names(self) -> tuple[str, ...]:
        """Every word that names an SLO or a service that has some."""
        slos = self._catalog().slos
        return (*(slo.name for slo in slos), *dict.fromkeys(slo.service for slo in slos))

    def _of_service(self, service: str) -> Sequence[Slo]:
        found = self._catalog().slos_of(service)
        if not found:
            known = sorted({slo.service for slo in self._catalog().slos})
            raise NotFound(f"There is no service {service} with SLOs. {_known('Services', known)}")
        return found

    async def _facts(self, slos: Sequence[Slo], now: datetime, *, anew: bool) -> list[SloFacts]:
        last = await self._slos.last(slos)
        old = [slo for slo in slos if anew or not _fresh(last.get(slo.name), now)]
        fresh = {status.slo.name: status for status in await self._slos.evaluate(old)} if old else {}
        statuses = [fresh[slo.name] if slo.name in fresh else last[slo.name].status for slo in slos]
        return [self._one(status, last) for status in statuses]

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

    async def _spenders(self, slo: Slo, now: datetime) -> tuple[Spender, ...]:
        """The incidents of its service within its window, the costliest first."""
        start, _ = bounds(slo.window, now)
        async with self._database.read() as tx:
            found = await incidents.listed(tx, only_open=False)
        touched = [each for each in found if slo.service in each.services and each.began_at >= start][:_SPENDERS]
        spent = [spender for each in touched if (spender := await self._spender(slo, each, now)) is not None]
        return tuple(sorted(spent, key=lambda spender: -spender.minutes))

    async def _spender(self, slo: Slo, incident: Incident, now: datetime) -> Spender | None:
        end = incident.resolved_at or now
        try:
            spent = await self._slos.spent(slo, incident.began_at, end)
        except OutsideError:
            return None
        words = f"{incident.name}: {incident.resolution or incident.title}"
        return Spender(spent.minutes, words, incident.began_at) if spent else None

    async def _unattributed(self, status: SloStatus, spenders: Sequence[Spender]) -> float:
        budget = status.budget
        if budget.left is None:
            return 0.0
        return max(0.0, (1 - budget.left) * budget.minutes - sum(spender.minutes for spender in spenders))


def _fresh(evaluated: Evaluated | None, now: datetime) -> bool:
    if evaluated is None or evaluated.status.state is State.NO_DATA:
        return False
    return now - evaluated.status.as_of <= FRESH


def _known(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(names[:8])}." if names else f"{what}: none are defined."
