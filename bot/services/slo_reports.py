"""How SLOs came out over a month, a week or any other stretch: from our own record of what was counted."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.catalog import Catalog
from bot.catalog.slo_traits import traits
from bot.domain.facts.slo_report import CompareFacts, IncidentLine, ReportFacts, SettledSla
from bot.domain.incident import Incident
from bot.domain.sla import Promise, Settlement, Sla, settle
from bot.domain.slo import Counts, Slo
from bot.domain.slo.attainment import Attainment, attainment
from bot.domain.slo.choosing import choose
from bot.domain.slo.ledger import Bucket
from bot.domain.slo.stretch import EXAMPLES, Stretch, stretch
from bot.domain.slo.windows import bounds
from bot.ports import OutsideError
from bot.services.requests import NotFound
from bot.services.slo_history import tally_of
from bot.services.slos import SloService
from bot.store import incidents
from bot.store.db import Database

UTC_ZONE = ZoneInfo("UTC")
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_INCIDENTS_MOST = 1000


class SloReports:
    """Reads; changes nothing."""

    def __init__(self, database: Database, catalog: Callable[[], Catalog], slos: SloService) -> None:
        self._database = database
        self._catalog = catalog
        self._slos = slos

    def stretch(self, word: str, zone: ZoneInfo = UTC_ZONE) -> Stretch:
        """What a word such as `2026-10` means now. Raises `NotFound` with words that mean something."""
        found = stretch(word, self._database.clock(), zone)
        if found is None:
            raise NotFound(f"“{word}” is no time that has begun. Write one of: {EXAMPLES}.")
        return found

    async def report(self, over: Stretch, scope: str = "", zone: ZoneInfo = UTC_ZONE) -> ReportFacts:
        """How the SLOs that `scope` chooses came out. Raises `NotFound` where a word of it chooses none."""
        choice = choose(scope, traits(self._catalog()))
        if choice.unknown:
            raise NotFound(f"“{choice.unknown}” is no service, team or tag of any SLO here.")
        rows = await self._rows(choice.slos, over, zone)
        return ReportFacts(
            stretch=over,
            as_of=self._database.clock(),
            rows=tuple(rows),
            incidents=await self._incidents({slo.service for slo in choice.slos}, over),
            slas=await self._slas([slo.name for slo in choice.slos], over),
            scope=scope,
            time_zone=zone.key,
        )

    async def compare(self, left: str, right: str, left_over: Stretch, right_over: Stretch) -> CompareFacts:
        """Two SLOs, or one over two stretches. Raises `NotFound`."""
        first, second = self._slo(left), self._slo(right)
        return CompareFacts(
            await self.attained(first, left_over, UTC_ZONE),
            await self.attained(second, right_over, UTC_ZONE),
            left_over,
            right_over,
            self._database.clock(),
        )

    async def attained(self, slo: Slo, over: Stretch, zone: ZoneInfo = UTC_ZONE) -> Attainment:
        """How one SLO came out; unknown, with the reason, where its source does not answer."""
        (row,) = await self._rows([slo], over, zone)
        return row

    async def _rows(self, slos: Sequence[Slo], over: Stretch, zone: ZoneInfo) -> list[Attainment]:
        """SLOs that count the same and only aim differently share one history."""
        width = _DAY if zone.key == UTC_ZONE.key else _HOUR
        histories: dict[str, Sequence[Bucket] | str] = {}
        for slo in slos:
            key = tally_of(slo).key
            if key not in histories:
                histories[key] = await self._history(slo, over, width)
        return [_row(slo, histories[tally_of(slo).key], over, zone) for slo in slos]

    async def _history(self, slo: Slo, over: Stretch, width: timedelta) -> Sequence[Bucket] | str:
        """What was counted, or why that is not known."""
        try:
            return await self._slos.history(slo, over.start, over.end, width)
        except OutsideError as error:
            return str(error)

    def _slo(self, name: str) -> Slo:
        slo = self._catalog().slo(name)
        if slo is None:
            raise NotFound(f"There is no SLO {name}. `/slo list` shows all of them.")
        return slo

    async def _incidents(self, services: set[str], over: Stretch) -> tuple[IncidentLine, ...]:
        """Those of `services` that began in the stretch, the longest first; drills are none."""
        async with self._database.read() as tx:
            found = await incidents.listed(tx, only_open=False, limit=_INCIDENTS_MOST)
        lines = [
            _line(each)
            for each in found
            if over.start <= each.began_at < over.end and not each.drill and services & set(each.services)
        ]
        return tuple(sorted(lines, key=lambda line: -(line.lasted or timedelta.max).total_seconds()))

    async def _slas(self, names: Sequence[str], over: Stretch) -> tuple[SettledSla, ...]:
        """Agreements that any of the SLOs measures, each over its own period in the middle of the stretch."""
        middle = over.start + (over.end - over.start) / 2
        settled = []
        for sla in self._catalog().slas.values():
            measured = [promise for promise in sla.promises.values() if set(promise.slos) & set(names)]
            if measured:
                outcomes = [await self._settled(sla, promise, middle) for promise in measured]
                settled.append(SettledSla(sla, tuple(outcomes)))
        return tuple(settled)

    async def _settled(self, sla: Sla, promise: Promise, at: datetime) -> Settlement:
        start, end = bounds(sla.window, at)
        slos = [slo for name in promise.slos if (slo := self._catalog().slo(name)) is not None]
        return settle(promise, [await self._counts(slo, start, min(end, self._database.clock())) for slo in slos])

    async def _counts(self, slo: Slo, start: datetime, end: datetime) -> Counts | None:
        try:
            bucket = await self._slos.counted(slo, start, end)
        except OutsideError:
            return None
        return None if bucket is None else bucket.counts


def _row(slo: Slo, history: Sequence[Bucket] | str, over: Stretch, zone: ZoneInfo) -> Attainment:
    if isinstance(history, str):
        return Attainment(slo, over.end - over.start, problem=history)
    return attainment(slo, history, zone)


def _line(incident: Incident) -> IncidentLine:
    lasted = incident.resolved_at - incident.began_at if incident.resolved_at else None
    return IncidentLine(incident.name, incident.title, incident.severity, incident.services, incident.began_at, lasted)
