"""The latest picture of each SLO's error budget, and what is marked on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.domain.alert import AlertGroup, Decision
from bot.domain.slo import Slo
from bot.domain.slo.snapshot import definition
from bot.store.alerts import group_of
from bot.store.db import Tx
from bot.store.owing import insert
from bot.store.schema.alerts import alert_groups
from bot.store.schema.burndowns import slo_burndowns

DRAWN = "slo_burndowns"
"""The bell of those who wait for a picture."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was drawn of an SLO: of which instant, with how much left; `file` is empty where there are only words."""

    as_of: datetime
    left: float
    file: str
    alt: str
    drawn_at: datetime


async def latest(tx: Tx, slo: Slo) -> Kept | None:
    """The latest picture of `slo` as it is defined now."""
    columns = [slo_burndowns.c[name] for name in ("as_of", "left", "file", "alt", "drawn_at")]
    query = select(*columns).where(slo_burndowns.c.slo == slo.name, slo_burndowns.c.definition == definition(slo))
    row = (await tx.connection.execute(query)).first()
    return Kept(**row._mapping) if row else None


async def keep(tx: Tx, slo: Slo, as_of: datetime, left: float, file: str, alt: str) -> None:
    """Store a picture in place of the one before, and wake those who wait for it."""
    values = {"definition": definition(slo), "as_of": as_of, "left": left, "file": file, "alt": alt, "drawn_at": tx.now}
    statement = insert(tx, slo_burndowns).values(slo=slo.name, **values)
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["slo"], set_=values))
    tx.bells.add(DRAWN)


async def forget_others(tx: Tx, slos: Iterable[Slo]) -> None:
    """Drop the pictures of SLOs that are no longer in the catalog."""
    names = sorted(slo.name for slo in slos)
    await tx.connection.execute(delete(slo_burndowns).where(slo_burndowns.c.slo.not_in(names)))


async def pages(tx: Tx, service: str, since: datetime, limit: int = 20) -> list[AlertGroup]:
    """The alerts on `service` since then that woke somebody and belong to no incident, the newest first."""
    query = select(alert_groups).where(
        alert_groups.c.service == service,
        alert_groups.c.started_at >= since,
        alert_groups.c.decision == Decision.PAGE.value,
        alert_groups.c.incident_id.is_(None),
    )
    return [group_of(row) for row in await tx.connection.execute(query.order_by(alert_groups.c.id.desc()).limit(limit))]
