"""Alerts for tests: a small catalog, alerts as sources tell them, and the services that take them in, as wired."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from bot.catalog.model import Catalog, Person, Routes, Service
from bot.domain.alert import Alert, AlertGroup, Delivery, Status, Taken
from bot.domain.facts.reading import RunbookOffer
from bot.domain.slo import BudgetLine, Slo, Spent
from bot.services.alert_facts import AlertPictures
from bot.services.alert_intake import AlertIntake
from bot.services.alerts import AlertService
from bot.services.page_facts import PagePictures
from bot.services.paging import PagingService
from bot.services.requests import Asked
from bot.store import alerts
from bot.store.db import Database
from bot.store.schema import metadata

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PEOPLE = {
    "ana": Person(key="ana", name="Ana Ruiz", slack="ana", email="ana@shop.example"),
    "ben": Person(key="ben", name="Ben Okafor", slack="ben"),
}
CHECKOUT = Service(name="checkout", title="Checkout", on_call=("ana", "ben"))
CATALOG = Catalog(services={"checkout": CHECKOUT, "cart": Service(name="cart")}, people=PEOPLE)


def alert(
    name: str = "HighErrors",
    *,
    fingerprint: str = "f1",
    starts_at: datetime = NOON,
    ends_at: datetime | None = None,
    service: str = "checkout",
    severity: str = "critical",
    labels: Mapping[str, str] | None = None,
    **more: Any,
) -> Alert:
    """A firing one, or one that is over where `ends_at` is given."""
    told = {"alertname": name, "service": service, "severity": severity, **(labels or {})}
    status = Status.FIRING if ends_at is None else Status.RESOLVED
    return Alert("alertmanager", fingerprint, starts_at, status, name, told, ends_at=ends_at, **more)


class NoBudget:
    """Nothing has an SLO."""

    async def cost(self, service: str, slo: str = "", since: datetime | None = None) -> BudgetLine | None:
        return None

    async def spent(self, slo: Slo, start: datetime, end: datetime) -> Spent | None:
        return None


class OneOffer:
    """The same runbook fits every alert."""

    offer = RunbookOffer("rollback", "Roll back to v41", "checkout", "v42 → v41")

    async def best(self, service: str, alert: str, labels: Mapping[str, str]) -> RunbookOffer | None:
        return self.offer


@dataclass
class Desk:
    """Everything about alerts over one database."""

    database: Database
    catalog: Catalog = CATALOG

    def __post_init__(self) -> None:
        self.paging = PagingService(self.database, lambda: self.catalog)
        self.intake = AlertIntake(self.database, lambda: self.catalog, self.paging)
        self.alerts = AlertService(self.database, lambda: self.catalog, self.paging)
        self.pictures = AlertPictures(self.database, lambda: self.catalog, NoBudget(), OneOffer())
        self.pages = PagePictures(self.database, lambda: self.catalog, NoBudget())
        self._deliveries = 0

    async def tell(self, *told: Alert, key: str = "") -> Taken:
        """One delivery, known by a key of its own unless one is given."""
        self._deliveries += 1
        delivery = Delivery("alertmanager", key or f"delivery-{self._deliveries}", "{}")
        return await self.intake.take_in(delivery, told)

    async def groups(self) -> list[AlertGroup]:
        """All of them, the oldest first."""
        async with self.database.read() as tx:
            return (await alerts.listed(tx, only_open=False, limit=1000))[::-1]

    async def group(self) -> AlertGroup:
        """The only one."""
        (group,) = await self.groups()
        return group

    async def rows(self, table: str) -> list[Any]:
        async with self.database.read() as tx:
            found = metadata.tables[table]
            return list(await tx.connection.execute(select(found).order_by(*found.primary_key.columns)))

    async def count(self, table: str) -> int:
        async with self.database.read() as tx:
            query = select(func.count()).select_from(metadata.tables[table])
            return int((await tx.connection.execute(query)).scalar_one())

    async def keys(self, table: str) -> list[str]:
        return [row.key for row in await self.rows(table)]


def by(user: str, key: str, handle: str = "") -> Asked:
    """A request of one person."""
    return Asked(key, user, handle)


def routed(catalog: Catalog = CATALOG, **routes: Any) -> Catalog:
    """The same catalog with other routes."""
    return replace(catalog, routes=Routes(**routes))


def storm(services: int, each: int) -> Iterable[Alert]:
    """Many alerts over many services, told apart by their pod."""
    for service in range(services):
        for number in range(each):
            yield alert(
                "PodDown",
                fingerprint=f"{service:04x}-{number:04x}",
                service=f"service-{service}",
                severity="warning",
                labels={"pod": f"pod-{number}"},
            )
