"""Messages about spent budgets as rows: written once, in the transaction that found them, and drawn from for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.store.db import Tx
from bot.store.schema.budgets import budget_notices


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message: what it is about (`kind`), when that was, and what it lists."""

    number: int
    kind: str
    at: datetime
    items: Sequence[dict[str, Any]]


async def add(tx: Tx, kind: str, at: datetime, items: Sequence[dict[str, Any]]) -> int:
    """The number of a new one."""
    row = {"kind": kind, "at": at, "items": list(items)}
    found = await tx.connection.execute(insert(budget_notices).values(row).returning(budget_notices.c.id))
    return int(found.scalar_one())


async def find(tx: Tx, number: int) -> NoticeRow | None:
    row = (await tx.connection.execute(select(budget_notices).where(budget_notices.c.id == number))).first()
    return NoticeRow(row.id, row.kind, row.at, row.items) if row else None
