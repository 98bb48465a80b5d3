"""The incident services over a real database and a real catalog, with hand-written neighbours that remember."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from textwrap import dedent

from bot.catalog import Catalog, load
from bot.domain.facts.incident import RunBrief
from bot.domain.facts.reading import RunbookOffer
from bot.domain.facts.run import RunFacts
from bot.domain.incident import Declaration, Entry, EntryKind, Incident
from bot.domain.slo import BudgetLine, Slo, Spent
from bot.services.incident_facts import IncidentPictures
from bot.services.incidents import Declared, IncidentService
from bot.services.postmortems import PostmortemService
from bot.services.requests import Asked
from bot.services.rooms import Rooms
from bot.services.timelines import TimelineReader
from bot.store import people, timeline
from bot.store.claims import settle_surface
from bot.store.db import Database, Tx
from bot.store.schema.work import effects
from tests.support.work import draw, rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SERVICES = """
    services:
      checkout:
        title: Checkout
        environment: prod
        owners: [ben]
        on_call: [ben]
        links: {dashboard: "https://grafana.example/d/{service}?from={from}&to={to}"}
      cart:
        environment: prod
        on_call: [gil]
"""
PEOPLE = """
    people:
      ben: {name: Ben Okafor, slack: ben}
      gil: {name: Gil Roth, slack: gil}
"""
CHECKOUT = Declaration("checkout is down", "SEV2", ("checkout",))


@dataclass
class Pagers:
    """Remembers who would have been woken."""

    paged: list[tuple[str, str]] = field(default_factory=list)
    stood_down: list[str] = field(default_factory=list)

    async def page(self, tx: Tx, subject: str, service: str, asked: Asked) -> None:
        self.paged.append((subject, service))

    async def ended(self, tx: Tx, subject: str) -> None:
        self.stood_down.append(subject)


@dataclass
class AlertBook:
    """Links alerts, and writes into the incident what an alert has said."""

    links: list[tuple[int, int]] = field(default_factory=list)

    async def linked(self, tx: Tx, group: int, incident: Incident, asked: Asked) -> None:
        self.links.append((group, incident.number))
        entry = Entry(f"alert:A-{group}", tx.now - timedelta(minutes=3), EntryKind.ALERT, f"A-{group} fired")
        await timeline.record(tx, incident.number, entry)

    async def titles(self, group: int) -> tuple[str, ...]:
        return (f"A-{group}: errors",)


class NoBudgets:
    """No SLO is known."""

    async def cost(self, service: str, slo: str = "", since: datetime | None = None) -> BudgetLine | None:
        return None

    async def spent(self, slo: Slo, start: datetime, end: datetime) -> Spent | None:
        return None


class NoRuns:
    """Nothing was run, and nothing can be."""

    async def best_offer(self, service: str, title: str) -> RunbookOffer | None:
        return None

    async def latest(self, tx: Tx, incident: int) -> RunBrief | None:
        return None

    async def of_incident(self, number: int) -> tuple[RunFacts, ...]:
        return ()


class House:
    """Everything about incidents, at a time the test decides."""

    def __init__(self, url: str, folder: Path) -> None:
        self.now = NOON
        self.database = Database(url, lambda: self.now)
        self.catalog = catalog(folder / "catalog")
        self.pagers, self.alerts = Pagers(), AlertBook()
        self.folder = folder / "postmortems"
        self._keys = count(1)
        self.service = IncidentService(self.database, self._catalog, self.pagers, self.alerts)
        self.pictures = IncidentPictures(self.database, self._catalog, NoBudgets(), NoRuns())
        self.timelines = TimelineReader(self.database)
        self.postmortems = PostmortemService(
            self.database,
            self._catalog,
            self.pictures,
            self.timelines,
            NoBudgets(),
            NoRuns(),
            self.alerts,
            self.folder,
        )
        self.rooms = Rooms(self.database, self._catalog, self.service, self.pictures, self.postmortems)

    def _catalog(self) -> Catalog:
        return self.catalog

    def asked(self, user: str = "U1", words: str = "", key: str = "") -> Asked:
        """A request of its own, unless a key is given."""
        return Asked(key or f"trigger-{next(self._keys)}", user, user.lower(), words)

    async def declared(self, wanted: Declaration = CHECKOUT) -> Incident:
        answer = await self.service.declare(self.asked(), wanted, anyway=True)
        assert isinstance(answer, Declared)
        return answer.incident

    async def open_room(self, number: int, channel: str = "C1") -> None:
        async with self.database.write() as tx:
            await self.rooms.room_opened(tx, number, channel, "inc-1-checkout-is-down")

    async def know_people(self) -> None:
        names = {"U1": ("ana", "Ana Ruiz"), "U2": ("ben", "Ben Okafor"), "U3": ("gil", "Gil Roth")}
        async with self.database.write() as tx:
            await people.learn(
                tx, [{"id": id, "handle": h, "name": n, "is_guest": False} for id, (h, n) in names.items()]
            )
            await people.keep_workspace(tx, "T1", "https://acme.slack.com/", "UB", "B1", "A1")

    async def post_all(self) -> None:
        """Every surface that is wanted becomes a message, its number being its place among them."""
        while drawn := await draw(self.database):
            async with self.database.write() as tx:
                for each in drawn:
                    shown = {"shown": each.wanted, "ts": f"1700.{each.id}", "intent_at": None}
                    await settle_surface(tx, each, "one", **shown)

    async def owed(self) -> list[str]:
        """Keys of the effects owed, but for learning people's names."""
        found = await rows(self.database, effects)
        return [key for key, it in found.items() if it.kind != "person.learn"]

    async def lines(self, number: int) -> list[str]:
        """The texts of the record, oldest first."""
        async with self.database.read() as tx:
            return [line.entry.text for line in await timeline.entries(tx, number)]


def catalog(directory: Path) -> Catalog:
    directory.mkdir(exist_ok=True)
    (directory / "services.yaml").write_text(dedent(SERVICES), encoding="utf-8")
    (directory / "people.yaml").write_text(dedent(PEOPLE), encoding="utf-8")
    return load(directory, {})
