"""The audit log: append-only, each entry chained to the one before by its hash, in the transaction of what it tells.

Appending waits for every other transaction that has appended: on PostgreSQL by an advisory lock, on SQLite because
there is one writer. So appending comes last in a transaction: what is locked after it could wait in a circle.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, insert, select, text

from bot.domain.audit import Broken, Entry, seal, verify
from bot.domain.plaintext import clean
from bot.store.db import Tx
from bot.store.schema.runs import audit

_CHAIN = 0x51_44_41_55
"""Key of the advisory lock; any number that nothing else in the database locks."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did, or was denied, what to which subject, and what came of it; `who` is a chat id, or empty for the bot."""

    who: str
    what: str
    subject: str
    outcome: str
    detail: dict[str, str] = field(default_factory=dict)


async def append(tx: Tx, deed: Deed) -> Entry:
    """Write one entry as the last thing of its transaction."""
    if tx.dialect == "postgresql":
        await tx.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN})
    entry = Entry(
        number=0,
        at=tx.now,
        who=clean(deed.who),
        what=clean(deed.what),
        subject=clean(deed.subject),
        outcome=clean(deed.outcome),
        detail={clean(name): clean(words) for name, words in deed.detail.items()},
    )
    sealed = seal(entry, await head(tx))
    values = {column.name: getattr(sealed, column.name) for column in audit.columns}
    await tx.connection.execute(insert(audit).values(values))
    return sealed


async def head(tx: Tx) -> Entry | None:
    """The newest entry; its hash, noted elsewhere, later shows whether the newest entries were taken out."""
    row = (await tx.connection.execute(_ordered(newest=True).limit(1))).first()
    return _entry(row) if row else None


async def entries(tx: Tx, subject: str = "") -> list[Entry]:
    """Every entry, or those about `subject`, oldest first."""
    query = _ordered().where(audit.c.subject == subject) if subject else _ordered()
    return [_entry(row) for row in (await tx.connection.execute(query)).all()]


async def broken(tx: Tx, head_hash: str | None = None) -> Broken | None:
    """Where the chain first fails, or None; `head_hash` is the newest hash as it was noted elsewhere."""
    return verify(await entries(tx), head_hash)


def _ordered(*, newest: bool = False) -> Select[Any]:
    return select(audit).order_by(audit.c.number.desc() if newest else audit.c.number)


def _entry(row: Row[Any]) -> Entry:
    return Entry(**row._mapping)
