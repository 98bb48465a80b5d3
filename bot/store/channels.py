"""Which channel a name means: `#alerts`, or `@U…` for the direct message with somebody, and the id behind it."""

from sqlalchemy import delete, select, update

from bot.domain.work import Effect
from bot.store.db import Tx
from bot.store.owing import SURFACES, insert, owe_again
from bot.store.schema.runs import channels
from bot.store.schema.work import surfaces

FIND = "channel.find"
"""The kind of effect that finds out what a name means."""


async def known(tx: Tx, name: str) -> str | None:
    """The id behind a name, as far as it was found before."""
    row = (await tx.connection.execute(select(channels.c.id).where(channels.c.name == name))).first()
    return row.id if row else None


async def want(tx: Tx, name: str) -> None:
    """Have a name looked up; again where an earlier look came to an end."""
    key = f"channel:{name}"
    await owe_again(tx, Effect(key, key, FIND, payload={"name": name}))


async def keep(tx: Tx, name: str, channel_id: str) -> None:
    """Remember what a name means, and wake the messages that waited for it."""
    statement = insert(tx, channels).values(name=name, id=channel_id, seen_at=tx.now)
    newer = {"id": channel_id, "seen_at": tx.now}
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=newer))
    waiting = select(surfaces.c.id).where(surfaces.c.channel == name, surfaces.c.owner.is_(None))
    if tx.dialect == "postgresql":  # who is being changed by others wakes up by its own poll; waiting could deadlock
        waiting = waiting.with_for_update(skip_locked=True)
    again = update(surfaces).where(surfaces.c.id.in_(waiting))
    await tx.connection.execute(again.values(not_before=tx.server_now, error=""))
    tx.bells.add(SURFACES)


async def forget(tx: Tx, channel_id: str) -> None:
    """The channel is gone: its name is looked up anew when it is next needed."""
    await tx.connection.execute(delete(channels).where(channels.c.id == channel_id))
