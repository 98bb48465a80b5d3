"""What an alert's card and the list of alerts show: the stored group, its budget now, and the runbook that fits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.catalog import Catalog
from bot.catalog.model import Service
from bot.domain.alert import AlertGroup, Tally, lead
from bot.domain.facts.alert import AlertEnd, AlertFacts, AlertListFacts, IncidentLink, Member, Paging, Priority
from bot.domain.facts.links import Link, Room
from bot.domain.facts.naming import Noun
from bot.domain.facts.person import Holder, Person
from bot.domain.facts.reading import RunbookOffer
from bot.domain.incident import Incident
from bot.domain.page import Page
from bot.ports import OutsideError
from bot.services.alert_fix import fix_of
from bot.services.incident_facts import Budgets
from bot.services.page_people import called
from bot.services.permalinks import message_url, room_url
from bot.services.requests import NotFound
from bot.services.service_links import service_pages
from bot.store import alerts, incidents, pages, people
from bot.store.alerts import Sample
from bot.store.db import Database, Tx
from bot.store.owing import place_of

_LISTED = 10
_MOST_OPEN = 1000
_BEFORE = timedelta(minutes=30)
"""How much of the time before an alert its links show."""
_LINKS = (("Dashboard", "dashboard_url"), ("Runbook", "runbook_url"))
_IMPACTS = ("impact", "description", "message")


class Offers(Protocol):
    """What can be done about an alert."""

    async def best(self, service: str, alert: str, labels: Mapping[str, str]) -> RunbookOffer | None:
        """The runbook that fits best, by the alert's name and labels; nothing outside is asked for it."""
        ...


class Looks(Protocol):
    """What can be looked at."""

    def word(self, service: str) -> str:
        """What a service runs on (`pods`), where people may look at that; empty otherwise. Nothing outside is asked."""
        ...


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around groups of alerts, by the number of the group or the id."""

    tallies: Mapping[int, Sequence[Tally]]
    samples: Mapping[int, Sample]
    pages: Mapping[int, Page]
    incidents: Mapping[int, Incident]
    people: Mapping[str, Person]
    workspace: str


class AlertPictures:
    """Reads the facts of alerts; changes nothing."""

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        budgets: Budgets,
        offers: Offers,
        looks: Looks | None = None,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._budgets = budgets
        self._offers = offers
        self._looks = looks

    async def facts(self, number: int) -> AlertFacts:
        """Everything a card shows. Raises `NotFound`."""
        async with self._database.read() as tx:
            group = await alerts.find(tx, number)
            if group is None:
                raise NotFound(f"There is no {Noun.ALERT.name_of(number)}. `/alerts list` shows those that fire.")
            around = await _around(tx, [group])
            drawn = await self._drawn(tx, group, around)
        sample = _leading(around, group)
        return await (self._ended(drawn, group, sample) if drawn.end else self._open(drawn, group, sample))

    async def listed(self, service: str | None = None) -> AlertListFacts:
        """Open alerts, worst first, and the one that ended last; no source is asked, so that it answers at once."""
        async with self._database.read() as tx:
            found = await alerts.listed(tx, only_open=True, limit=_MOST_OPEN)
            found = [group for group in found if service is None or group.service == service]
            last = await alerts.last_ended(tx)
            shown = [*found[:_LISTED], *([last] if last else [])]
            around = await _around(tx, shown)
            drawn = [await self._drawn(tx, group, around) for group in shown]
            now = tx.now
        ended = drawn.pop() if last else None
        return AlertListFacts(tuple(drawn), now, more=max(0, len(found) - _LISTED), last=ended)

    async def _open(self, drawn: AlertFacts, group: AlertGroup, sample: Sample) -> AlertFacts:
        """Sources are asked only now, so that no connection waits for them."""
        budget = await self._budgets.cost(group.service, _slo_of(sample), group.started_at)
        fitting = self._fitting(group, sample)
        offer = await self._offers.best(group.service, sample.name, sample.labels) if fitting else None
        look = self._looks.word(group.service) if self._looks else ""
        return replace(drawn, budget=budget, runbook=offer, runbooks=fitting, look=look)

    async def _ended(self, drawn: AlertFacts, group: AlertGroup, sample: Sample) -> AlertFacts:
        budget = await self._budgets.cost(group.service, _slo_of(sample), group.started_at)
        slo = self._catalog().slo(budget.slo) if budget else None
        if slo is None or drawn.end is None:
            return replace(drawn, budget=budget)
        try:
            spent = await self._budgets.spent(slo, group.started_at, drawn.end.at)
        except OutsideError:
            spent = None  # what it cost is left out while its source is silent; the end is shown all the same
        end = replace(drawn.end, cost_minutes=spent.minutes if spent else None)
        return replace(drawn, budget=budget, end=end)

    def _fitting(self, group: AlertGroup, sample: Sample) -> int:
        """How many runbooks fit; a service without a target has nothing that could be run."""
        catalog = self._catalog()
        service = catalog.services.get(group.service)
        if service is None or service.target is None:
            return 0
        runbooks = catalog.runbooks.values()
        return sum(runbook.offered_for(group.service, sample.name, sample.labels) for runbook in runbooks)

    async def _drawn(self, tx: Tx, group: AlertGroup, around: _Around) -> AlertFacts:
        tallies, sample = around.tallies[group.number], _leading(around, group)
        page = around.pages.get(group.number)
        card = await place_of(tx, f"alert:{group.name}")
        catalog = self._catalog()
        holder = around.people.get(group.holder or "")
        return AlertFacts(
            id=group.name,
            version=group.version,
            title=group.title,
            priority=group.priority,
            service=group.service or "unknown service",
            environment=group.environment,
            since=group.started_at,
            as_of=tx.now,
            impact=next(filter(None, (sample.annotations.get(key, "") for key in _IMPACTS)), ""),
            reading=sample.reading,
            firing=group.firing,
            resolved=group.total - group.firing,
            members=_members(tallies),
            by_priority=_by_priority(tallies),
            links=_links(group, sample, catalog.services.get(group.service), tx.now),
            paging=Paging(called(catalog, around.people, page.person), page.owed_at) if page else None,
            holder=Holder(holder, group.held_at) if holder and group.held_at else None,
            end=AlertEnd(group.resolved_at, await fix_of(tx, group)) if group.resolved_at else None,
            incident=_incident(around, group),
            episode=await alerts.episodes_since(tx, group, _midnight(group.started_at)),
            url=message_url(around.workspace, *card) if card else "",
        )


async def _around(tx: Tx, groups: Sequence[AlertGroup]) -> _Around:
    """Read for all groups at once."""
    numbers = [group.number for group in groups]
    tallies = await alerts.tallies(tx, numbers)
    paged = await pages.latest(tx, numbers)
    ids = {group.holder for group in groups if group.holder} | {page.person for page in paged.values()}
    linked = {group.incident for group in groups if group.incident is not None}
    found = [await incidents.find(tx, number) for number in linked]
    return _Around(
        tallies=tallies,
        samples=await alerts.samples(tx, {lead(each).first for each in tallies.values()}),
        pages=paged,
        incidents={incident.number: incident for incident in found if incident is not None},
        people=await people.named(tx, ids),
        workspace=await people.workspace_url(tx),
    )


def _leading(around: _Around, group: AlertGroup) -> Sample:
    return around.samples[lead(around.tallies[group.number]).first]


def _slo_of(sample: Sample) -> str:
    """The SLO that an alert names as threatened, empty where it names none."""
    return sample.labels.get("slo", "") or sample.annotations.get("slo", "")


def _members(tallies: Sequence[Tally]) -> tuple[Member, ...]:
    names = dict.fromkeys(tally.name for tally in tallies)
    return tuple(
        Member(
            name,
            sum(tally.count for tally in tallies if tally.name == name and tally.firing),
            sum(tally.count for tally in tallies if tally.name == name and not tally.firing),
        )
        for name in names
    )


def _by_priority(tallies: Sequence[Tally]) -> dict[Priority, int]:
    counts: dict[Priority, int] = {}
    for tally in tallies:
        if tally.firing:
            counts[tally.priority] = counts.get(tally.priority, 0) + tally.count
    return counts


def _links(group: AlertGroup, sample: Sample, service: Service | None, now: datetime) -> tuple[Link, ...]:
    """What the alert itself links to, then its service's pages for the alert's window."""
    own = [Link("Query", sample.url), *(Link(label, sample.annotations.get(key, "")) for label, key in _LINKS)]
    pages_of = service_pages(service, group.started_at - _BEFORE, group.resolved_at or now)
    return tuple({link.label: link for link in (*pages_of, *own) if link.url}.values())


def _incident(around: _Around, group: AlertGroup) -> IncidentLink | None:
    incident = around.incidents.get(group.incident) if group.incident is not None else None
    if incident is None:
        return None
    channel = incident.channel_id
    room = Room(channel, incident.channel_name, room_url(around.workspace, channel)) if channel else None
    return IncidentLink(incident.name, room, over=not incident.open)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


__all__ = ["AlertPictures", "Offers"]
