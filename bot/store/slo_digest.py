"""What a stretch of time held for people: pages, and which alerts came how often."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.store.db import Tx
from bot.store.schema.alerts import alert_groups
from bot.store.schema.incidents import pages


@dataclass(frozen=True, slots=True)
class PageSent:
    """A person was paged at `at`, and acknowledged so much later; None where they never did."""

    at: datetime
    acknowledged: timedelta | None
    service: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """One time that an alert fired: whether anybody took it, and how long it lasted; None while it does."""

    title: str
    service: str
    acted: bool
    lasted: timedelta | None


async def pages_sent(tx: Tx, start: datetime, end: datetime) -> list[PageSent]:
    """Pages owed in [start, end)."""
    columns = (pages.c.owed_at, pages.c.acknowledged_at, pages.c.service)
    rows = await tx.connection.execute(select(*columns).where(pages.c.owed_at >= start, pages.c.owed_at < end))
    return [
        PageSent(row.owed_at, row.acknowledged_at - row.owed_at if row.acknowledged_at else None, row.service)
        for row in rows
    ]


async def episodes(tx: Tx, start: datetime, end: datetime) -> list[Episode]:
    """Alerts that began to fire in [start, end)."""
    held = alert_groups.c
    columns = (held.title, held.service, held.holder, held.incident_id, held.started_at, held.resolved_at)
    rows = await tx.connection.execute(select(*columns).where(held.started_at >= start, held.started_at < end))
    return [
        Episode(
            row.title,
            row.service,
            acted=row.holder is not None or row.incident_id is not None,
            lasted=row.resolved_at - row.started_at if row.resolved_at else None,
        )
        for row in rows
    ]
