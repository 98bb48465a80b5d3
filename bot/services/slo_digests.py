"""The weekly digest: the week against the one before, the worst SLOs, what moved, and alerts worth improving."""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from bot.catalog import Catalog
from bot.catalog.slo_traits import traits
from bot.domain.facts.slo import SloFacts
from bot.domain.facts.slo_digest import DigestFacts, Moved, NoisyAlert, Week
from bot.domain.incident import Incident
from bot.domain.slo import State, worst_first
from bot.domain.slo.attainment import share_of
from bot.domain.slo.stretch import Stretch, week_before
from bot.services.slo_facts import SloPictures
from bot.services.slo_reports import SloReports
from bot.store import incidents
from bot.store.db import Database, Tx
from bot.store.slo_digest import Episode, PageSent, episodes, pages_sent

_WORST, _MOVED, _NOISY = 5, 3, 3
_NOISY_FROM = 3
"""An alert that came so often in a week is worth improving."""
_LEAST_MOVE = 0.01
_NIGHT = (time(22), time(6))
_INCIDENTS_MOST = 1000
_DAYS = timedelta(days=7)


class SloDigests:
    """Reads; changes nothing."""

    def __init__(
        self, database: Database, catalog: Callable[[], Catalog], pictures: SloPictures, reports: SloReports
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._pictures = pictures
        self._reports = reports

    async def digest(self, due: datetime, scope: str, zone: ZoneInfo) -> DigestFacts:
        """Of the seven local days before `due`. Raises `NotFound` where a word of `scope` chooses no SLO."""
        week = week_before(due, zone)
        before = week_before(week.start, zone)
        status = await self._pictures.status(scope)
        services = _services(self._catalog(), status.slos) if scope else frozenset()
        async with self._database.read() as tx:
            known = await incidents.listed(tx, only_open=False, limit=_INCIDENTS_MOST)
            weeks = [await _week(tx, each, known, services, zone) for each in (week, before)]
            came = await episodes(tx, week.start, week.end)
        by_name = {slo.status.slo.name: slo for slo in status.slos}
        ordered = [by_name[each.slo.name] for each in worst_first([slo.status for slo in status.slos])]
        return DigestFacts(
            stretch=week,
            as_of=self._database.clock(),
            week=weeks[0],
            before=weeks[1],
            slos=len(ordered),
            gone=sum(slo.status.state is State.EXHAUSTED for slo in ordered),
            worst=tuple([slo for slo in ordered if slo.status.state is not State.OK][:_WORST]),
            moved=await self._moved(ordered, week, before),
            noisy=_noisy([each for each in came if not services or each.service in services]),
            scope=scope,
            time_zone=zone.key,
        )

    async def _moved(self, slos: Sequence[SloFacts], week: Stretch, before: Stretch) -> tuple[Moved, ...]:
        """The SLOs whose budget moved most, each as a share of the whole budget of its own window."""
        found = []
        for slo in slos:
            now = await self._spent(slo, week)
            if now is not None and now >= _LEAST_MOVE:
                title = slo.status.slo.display_name or slo.status.slo.name
                found.append(Moved(title, now, await self._spent(slo, before)))
        return tuple(sorted(found, key=lambda moved: -moved.spent)[:_MOVED])

    async def _spent(self, slo: SloFacts, over: Stretch) -> float | None:
        whole = slo.status.counts
        attained = await self._reports.attained(slo.status.slo, over)
        if whole is None or attained.counts is None:
            return None
        return share_of(slo.status.slo, attained.counts.bad, whole.total)


def _services(catalog: Catalog, slos: Sequence[SloFacts]) -> frozenset[str]:
    """The services of the SLOs that were chosen: the digest of a team tells of its own incidents and alerts."""
    chosen = {slo.status.slo.name for slo in slos}
    return frozenset(each.slo.service for each in traits(catalog) if each.slo.name in chosen)


async def _week(tx: Tx, over: Stretch, known: Sequence[Incident], services: frozenset[str], zone: ZoneInfo) -> Week:
    mine = [
        each
        for each in known
        if over.start <= each.began_at < over.end and not each.drill and (not services or services & set(each.services))
    ]
    sent = [each for each in await pages_sent(tx, over.start, over.end) if not services or each.service in services]
    return Week(
        incidents=len(mine),
        resolved_after=_median([each.resolved_at - each.began_at for each in mine if each.resolved_at]),
        pages=len(sent),
        acknowledged_after=_median([each.acknowledged for each in sent if each.acknowledged is not None]),
        night_pages=sum(_at_night(each, zone) for each in sent),
    )


def _at_night(page: PageSent, zone: ZoneInfo) -> bool:
    clock = page.at.astimezone(zone).time()
    return clock >= _NIGHT[0] or clock < _NIGHT[1]


def _noisy(came: Sequence[Episode]) -> tuple[NoisyAlert, ...]:
    """Those that came most often; what came but a few times is no noise."""
    groups: dict[tuple[str, str], list[Episode]] = {}
    for each in came:
        groups.setdefault((each.title, each.service), []).append(each)
    found = [
        NoisyAlert(
            title,
            service,
            len(group),
            sum(each.acted for each in group),
            _median([each.lasted for each in group if each.lasted is not None]),
        )
        for (title, service), group in groups.items()
        if len(group) >= _NOISY_FROM
    ]
    return tuple(sorted(found, key=lambda alert: (-alert.times, alert.title))[:_NOISY])


def _median(durations: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(each.total_seconds() for each in durations)) if durations else None
