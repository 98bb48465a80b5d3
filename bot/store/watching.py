"""The standing watches: those that the catalog in force asks for, and no others of their kinds."""

from collections.abc import Collection, Sequence

from sqlalchemy import update

from bot.domain.work import Watch
from bot.store.db import Tx
from bot.store.owing import watch
from bot.store.schema.work import watches


async def watch_exactly(tx: Tx, kinds: Collection[str], wanted: Sequence[Watch]) -> None:
    """Of these `kinds`, look at what is wanted from now on, and at nothing else."""
    keys = [each.key for each in wanted]
    others = update(watches).where(watches.c.kind.in_(sorted(kinds)), watches.c.key.not_in(keys))
    await tx.connection.execute(others.values(active=False))
    for each in wanted:
        await watch(tx, each)
