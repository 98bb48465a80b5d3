"""What each target would do if it were asked now, as it was last seen: so that buttons can name from and to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store.db import Tx
from bot.store.owing import insert
from bot.store.schema.runs import target_looks


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an action without parameters would change, from → to; or, in `refused`, why it would not."""

    before: str = ""
    after: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """The prospects of one service's target, by action, and since when they were seen to be so."""

    at: datetime
    prospects: Mapping[str, Prospect]


async def keep(tx: Tx, service: str, prospects: Mapping[str, Prospect]) -> None:
    """Store what was seen just now."""
    seen = {"at": tx.now, "prospects": {action: asdict(prospect) for action, prospect in prospects.items()}}
    statement = insert(tx, target_looks).values(service=service, **seen)
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["service"], set_=seen))


async def last(tx: Tx, services: list[str]) -> dict[str, Looked]:
    """The last look at each of these services' targets, where there was one."""
    rows = await tx.connection.execute(select(target_looks).where(target_looks.c.service.in_(services)))
    return {row.service: _looked(row.at, row.prospects) for row in rows}


def _looked(at: datetime, stored: Mapping[str, Mapping[str, str]]) -> Looked:
    return Looked(at, {action: Prospect(**prospect) for action, prospect in stored.items()})
