"""How each service stands with its budgets, and the freezes of releases: moved only from where they were read."""

from datetime import datetime

from sqlalchemy import Row, select, update

from bot.domain.slo.policy import BudgetState, Freeze
from bot.store import owing
from bot.store.db import Tx
from bot.store.schema.budgets import STANDING_FREEZE, freezes, service_budgets


async def states(tx: Tx) -> dict[str, BudgetState]:
    """By service, as it was last announced or noted."""
    rows = await tx.connection.execute(select(service_budgets.c.service, service_budgets.c.state))
    return {row.service: BudgetState(row.state) for row in rows}


async def state_of(tx: Tx, service: str) -> BudgetState | None:
    """A service's state; None where it was never judged."""
    query = select(service_budgets.c.state).where(service_budgets.c.service == service)
    found = (await tx.connection.execute(query)).scalar_one_or_none()
    return BudgetState(found) if found else None


async def move(tx: Tx, service: str, before: BudgetState | None, after: BudgetState) -> bool:
    """Note that a service went from one state to another; False where it was not there any more."""
    if before is None:
        row = {"service": service, "state": after.value, "since": tx.now, "version": 1}
        new = owing.insert(tx, service_budgets).values(row)
        return await owing.insert_new(tx, new.on_conflict_do_nothing(index_elements=["service"]))
    same = (service_budgets.c.service == service, service_budgets.c.state == before.value)
    values = {"state": after.value, "since": tx.now, "version": service_budgets.c.version + 1}
    return (await tx.connection.execute(update(service_budgets).where(*same).values(values))).rowcount == 1


async def standing(tx: Tx) -> dict[str, Freeze]:
    """By service, the freezes that nobody has lifted; one whose time is over may still be among them."""
    rows = await tx.connection.execute(select(freezes).where(STANDING_FREEZE))
    return {row.service: _freeze(row) for row in rows}


async def freeze(tx: Tx, service: str, by: str, reason: str, until: datetime | None) -> Freeze | None:
    """A new freeze; None where the service is frozen already."""
    row = {"service": service, "by_user": by, "reason": reason, "began_at": tx.now, "until": until}
    new = owing.insert(tx, freezes).values(row | {"ended_by": ""})
    once = new.on_conflict_do_nothing(index_elements=["service"], index_where=STANDING_FREEZE)
    added = (await tx.connection.execute(once.returning(freezes))).first()
    return _freeze(added) if added else None


async def thaw(tx: Tx, number: int, by: str = "") -> Freeze | None:
    """End a freeze, by a person or by its time; None where it has ended before."""
    ended = update(freezes).where(freezes.c.id == number, STANDING_FREEZE).values(ended_at=tx.now, ended_by=by)
    row = (await tx.connection.execute(ended.returning(freezes))).first()
    return _freeze(row) if row else None


def _freeze(row: Row[tuple[object, ...]]) -> Freeze:
    return Freeze(row.id, row.service, row.by_user, row.reason, row.began_at, row.until)
