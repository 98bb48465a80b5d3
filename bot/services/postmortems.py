"""The post-mortem draft: asked for, written from the record, kept as a file, and brought into the channel."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.catalog import Catalog
from bot.domain.facts.naming import Noun
from bot.domain.facts.postmortem import DraftFacts, PostmortemFacts, SpentBudget
from bot.domain.facts.run import RunFacts
from bot.domain.incident import Entry, EntryKind, Incident, Move
from bot.domain.postmortem import markdown, standing_questions
from bot.domain.slo import Slo, Spent
from bot.domain.work import Effect, Surface
from bot.ports import OutsideError
from bot.services.incident_facts import Budgets, IncidentPictures
from bot.services.incidents import Changed
from bot.services.requests import Asked, NotFound
from bot.services.timelines import TimelineReader
from bot.store import incidents, people, requests, timeline
from bot.store.db import Database, Tx
from bot.store.owing import owe, touch, touch_all


class RunsOf(Protocol):
    """The runs that belong to an incident."""

    async def of_incident(self, number: int) -> tuple[RunFacts, ...]: ...


class AlertsOf(Protocol):
    """The alerts that belong to an incident."""

    async def titles(self, group: int) -> tuple[str, ...]: ...


class PostmortemService:
    """Writes drafts. `folder` is where the files are kept: `<state dir>/postmortems`."""

    def __init__(
        self,
        database: Database,
        catalog: Callable[[], Catalog],
        pictures: IncidentPictures,
        reader: TimelineReader,
        budgets: Budgets,
        runs: RunsOf,
        alerts: AlertsOf,
        folder: Path,
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._pictures = pictures
        self._reader = reader
        self._budgets = budgets
        self._runs = runs
        self._alerts = alerts
        self._folder = folder

    async def ask(self, asked: Asked, number: int) -> Changed:
        """Have the draft written and brought into the channel; only once the incident is resolved."""
        async with self._database.write() as tx:
            before = await incidents.find(tx, number)
            if before is None:
                raise NotFound(f"There is no {Noun.INCIDENT.name_of(number)}, or you are not in it.")
            if not await requests.first(tx, asked.key, "incident.postmortem", asked.user, asked.words):
                return Changed(before, done=True)
            after = await incidents.move(tx, number, Move.DRAFT, tx.now)
            if after is None:
                return Changed(before, done=False)
            await people.seen(tx, asked.user, asked.handle)
            words = "{actor} asked for the post-mortem draft"
            entry = Entry(f"postmortem:{after.version}", tx.now, EntryKind.STATE, words, asked.user)
            await timeline.record(tx, number, entry)
            key = f"{after.name}:postmortem:{after.version}"
            await owe(tx, Effect(key, f"{after.name}:postmortem", "postmortem.file", after.name, {"incident": number}))
            await touch_all(tx, after.name)
            return Changed(after, done=True)

    async def write(self, number: int) -> tuple[Path, str]:
        """Write the draft's file from the record as it is now; its path and text. Raises `NotFound`."""
        text = await self.text(number)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{Noun.INCIDENT.name_of(number)}.md"
        fresh = path.with_suffix(".md.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
        return path, text

    async def text(self, number: int) -> str:
        """The draft as Markdown. Raises `NotFound`."""
        return markdown(await self._facts(number))

    async def posted(self, tx: Tx, number: int) -> None:
        """The file is in the channel: show the questions that wait for people."""
        incident = await incidents.find(tx, number)
        if incident is not None and incident.channel_id:
            name = incident.name
            await touch(tx, Surface(f"postmortem:{name}", "postmortem", name, incident.channel_id, priority=5))

    async def draft(self, number: int) -> DraftFacts:
        """What the message in the channel shows."""
        facts = await self._facts(number)
        return DraftFacts(
            incident=facts.incident.id,
            version=facts.incident.version,
            moments=len(facts.moments),
            questions=standing_questions(facts),
            as_of=facts.written_at,
            items=len(facts.items),
            reviewer=facts.incident.commander,
        )

    async def _facts(self, number: int) -> PostmortemFacts:
        drawn = await self._pictures.facts(number)
        async with self._database.read() as tx:
            incident = await incidents.find(tx, number)
            if incident is None:
                raise NotFound(f"There is no {Noun.INCIDENT.name_of(number)}, or you are not in it.")
            moments = await self._reader.moments(tx, incident)
            now = tx.now
        alerts = await self._alerts.titles(incident.group) if incident.group is not None else ()
        return PostmortemFacts(
            incident=drawn,
            moments=tuple(moments),
            spent=await self._spent(incident),
            changes=(),
            runs=await self._runs.of_incident(number),
            alerts=alerts,
            written_at=now,
            links=drawn.links,
            responders=tuple({moment.by.id: moment.by for moment in moments if moment.by}.values()),
        )

    async def _spent(self, incident: Incident) -> tuple[SpentBudget, ...]:
        end = incident.resolved_at or self._database.clock()
        found = []
        for service in incident.services:
            for slo in self._catalog().slos_of(service):
                spent = await self._spent_of(slo, incident.began_at, end)
                if spent is not None:
                    found.append(spent)
        return tuple(found)

    async def _spent_of(self, slo: Slo, start: datetime, end: datetime) -> SpentBudget | None:
        """None where it is not known, or its source does not answer: the draft is written all the same."""
        try:
            cost: Spent | None = await self._budgets.spent(slo, start, end)
            line = await self._budgets.cost(slo.service, slo.name)
        except OutsideError:
            return None
        if cost is None or line is None or line.left is None:
            return None
        return SpentBudget(slo.display_name, cost.minutes, line.minutes, line.left)
