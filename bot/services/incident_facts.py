"""What the views of an incident draw: the stored incident, its people, budget, set-up, latest run and best runbook."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.facts.alert import Priority
from bot.domain.facts.incident import (
    Clocks,
    DeclareFacts,
    IncidentFacts,
    IncidentListFacts,
    RunBrief,
    Severity,
    SeverityChoice,
    SeverityFormFacts,
    SimilarFacts,
    Trouble,
)
from bot.domain.facts.links import Link, Room
from bot.domain.facts.naming import Noun
from bot.domain.facts.person import Person
from bot.domain.facts.reading import RunbookOffer
from bot.domain.incident import Incident
from bot.domain.slo import BudgetLine, Slo, Spent
from bot.ports import OutsideError
from bot.services.permalinks import message_url, room_url
from bot.services.requests import NotFound
from bot.store import incidents, people
from bot.store.db import Database, Tx
from bot.store.owing import place_of

_SETUP_WORDS = {
    "room": "Channel not opened",
    "invite": "Somebody not invited",
    "topic": "Topic not set",
    "bookmark": "Links not bookmarked",
    "pin": "Summary not pinned",
}
_LISTED = 10


class Budgets(Protocol):
    """What an incident costs."""

    async def cost(self, service: str, slo: str = "", since: datetime | None = None) -> BudgetLine | None: ...

    async def spent(self, slo: Slo, start: datetime, end: datetime) -> Spent | None: ...


class Runs(Protocol):
    """What can be done about it, and what is being done."""

    async def best_offer(self, service: str, title: str) -> RunbookOffer | None: ...

    async def latest(self, tx: Tx, incident: int) -> RunBrief | None: ...


class IncidentPictures:
    """Reads the facts of incidents; changes nothing."""

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        budgets: Budgets,
        runs: Runs,
    ) -> None:
        self._database = database
        self._now = database.clock
        self._catalog = catalog
        self._budgets = budgets
        self._runs = runs

    async def facts(self, number: int) -> IncidentFacts:
        """Everything a card shows. Raises `NotFound`."""
        async with self._database.read() as tx:
            incident = await incidents.find(tx, number)
        if incident is None:
            raise NotFound(f"There is no INC-{number}, or you are not in it.")
        return await self._facts(incident)

    async def listed(self) -> IncidentListFacts:
        """Open incidents, worst first, and the one that was resolved last."""
        async with self._database.read() as tx:
            found = await incidents.listed(tx, only_open=True)
            last = await incidents.last_resolved(tx)
        shown = tuple([await self._facts(incident) for incident in found[:_LISTED]])
        ended = await self._facts(last) if last else None
        return IncidentListFacts(shown, self._now(), more=max(0, len(found) - _LISTED), last=ended)

    async def _facts(self, incident: Incident) -> IncidentFacts:
        """Read in two steps: sources are asked only after the rows were read, so that no connection waits for them."""
        now = self._now()
        drawn = await self._stored(incident, now)
        budget, spent = await self._cost(incident, now)
        offer = await self._offer(incident)
        return replace(drawn, budget=budget, budget_spent=spent, runbook=offer)

    def declared(self, incident: Incident) -> IncidentFacts:
        """What its row alone says: enough to answer a declaration, whose acknowledgement waits for no further read."""
        now, room = self._now(), incident.channel_id
        return IncidentFacts(
            id=incident.name,
            version=incident.version,
            title=incident.title,
            severity=Severity(incident.severity, incident.rank),
            state=incident.state,
            declared_at=incident.declared_at,
            declared_by=Person("", incident.declared_by),
            clocks=clocks_of(incident),
            as_of=now,
            services=incident.services,
            alert=Noun.ALERT.name_of(incident.group) if incident.group is not None else "",
            impact=incident.impact,
            room=Room(room, incident.channel_name) if room else None,
            links=self._links(incident, now),
            fix=incident.resolution,
            drill=incident.drill,
        )

    async def _stored(self, incident: Incident, now: datetime) -> IncidentFacts:
        async with self._database.read() as tx:
            ids = {incident.declared_by} | ({incident.commander} if incident.commander else set())
            known = await people.named(tx, ids)
            workspace = await people.workspace_url(tx)
            card = await place_of(tx, f"card:{incident.name}")
            troubles, setting_up = await self._setup(tx, incident)
            run = await self._runs.latest(tx, incident.number)
        row = self.declared(incident)
        return replace(
            row,
            as_of=now,
            declared_by=known[incident.declared_by],
            commander=known.get(incident.commander or ""),
            room=replace(row.room, url=room_url(workspace, row.room.id)) if row.room else None,
            setting_up=setting_up,
            troubles=troubles,
            run=run,
            url=message_url(workspace, *card) if card else "",
        )

    async def _offer(self, incident: Incident) -> RunbookOffer | None:
        if not incident.open or not incident.services:
            return None
        return await self._runs.best_offer(incident.services[0], incident.title)

    async def _setup(self, tx: Tx, incident: Incident) -> tuple[tuple[Trouble, ...], bool]:
        kinds = [f"incident.{part}" for part in _SETUP_WORDS]
        rows = await incidents.setup_of(tx, incident.name, kinds)
        troubles = []
        for key, state, error in rows:
            step = key.removeprefix(f"{incident.name}:")
            if state == "failed":
                troubles.append(Trouble(step, _SETUP_WORDS[step.partition(":")[0]], error))
        return tuple(troubles), len(troubles) < len(rows)

    async def _cost(self, incident: Incident, now: datetime) -> tuple[BudgetLine | None, float | None]:
        """The SLO of its services that is worst off, and the minutes of its budget spent since the incident began."""
        for service in incident.services:
            budget = await self._budgets.cost(service, since=incident.began_at)
            slo = self._catalog().slo(budget.slo) if budget else None
            if budget is None or slo is None:
                continue
            return budget, await self._spent(slo, incident, now)
        return None, None

    async def _spent(self, slo: Slo, incident: Incident, now: datetime) -> float | None:
        """Minutes of the budget; None where that is not known, or its source does not answer."""
        try:
            spent = await self._budgets.spent(slo, incident.began_at, incident.resolved_at or now)
        except OutsideError:
            return None
        return spent.minutes if spent else None

    def _links(self, incident: Incident, now: datetime) -> tuple[Link, ...]:
        services = self._catalog().services
        began = int((incident.began_at - timedelta(minutes=30)).timestamp())
        until = int((incident.resolved_at or now).timestamp())
        found = []
        for name in incident.services:
            for label, template in services[name].links.items() if name in services else ():
                url = template.replace("{service}", name).replace("{from}", f"{began}000")
                found.append(Link(label, url.replace("{to}", f"{until}000")))
        return tuple(found)

    async def severities(self, number: int) -> SeverityFormFacts:
        """The form that changes a severity."""
        return SeverityFormFacts(await self.facts(number), self.choices())

    def choices(self) -> tuple[SeverityChoice, ...]:
        """The levels of the scheme in force, as a form explains them."""
        return tuple(
            SeverityChoice(Severity(level.name, level.rank), level.meaning, level.pages, level.respond_within)
            for level in self._catalog().severities.levels
        )

    def suggested(self, priority: Priority) -> str:
        """The name of the severity that an alert of this priority suggests."""
        return self._catalog().severities.suggested(priority.value).name

    async def declare_form(
        self,
        user: str,
        title: str = "",
        services: Sequence[str] = (),
        severity: str = "",
        alert: str = "",
        key: str = "",
    ) -> DeclareFacts:
        """The declare form, filled in as far as is known; who declares is offered as commander."""
        catalog = self._catalog()
        level = catalog.severities.get(severity)
        refs = [catalog.slack_of(person) for name in services for person in _first_on_call(catalog, name)]
        async with self._database.read() as tx:
            commander = (await people.named(tx, {user}))[user]
            paged = await people.with_handles(tx, set(refs))
        return DeclareFacts(
            severities=self.choices(),
            services=tuple(catalog.services) or tuple(sorted({slo.service for slo in catalog.slos})),
            title=title,
            severity=Severity(level.name, level.rank) if level else None,
            chosen=tuple(services),
            commander=commander,
            paged=tuple(paged.get(ref, Person(ref)) for ref in dict.fromkeys(refs)),
            alert=alert,
            key=key,
            offer_private=False,
            offer_drill=True,
        )

    async def similar(self, incident: Incident, same: tuple[str, ...], draft: str) -> SimilarFacts:
        """The question whether it is the same one."""
        return SimilarFacts(await self.facts(incident.number), same, draft)


def _first_on_call(catalog: Catalog, service: str) -> tuple[str, ...]:
    known = catalog.services.get(service)
    return known.on_call[:1] if known else ()


def clocks_of(incident: Incident) -> Clocks:
    """The instants from which the incident's durations are counted."""
    return Clocks(
        began=incident.began_at,
        detected=incident.detected_at,
        acknowledged=incident.acknowledged_at,
        mitigated=incident.mitigated_at,
        resolved=incident.resolved_at,
    )
