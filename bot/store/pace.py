"""The pace of each channel as a row, so that replicas keep it together: one taker per slot, by a conditional UPDATE.

The row holds when the next message would be due if all had kept an even pace (the "virtual scheduling" of the generic
cell rate algorithm, ITU-T I.371); a few may come earlier than that, one after another, as after a quiet time.
"""

from sqlalchemy import BigInteger, case, literal, select, type_coerce, update

from bot.store.db import Tx
from bot.store.owing import insert, insert_new
from bot.store.schema.work import pace
from bot.store.types import Instant

GAP = 1.0
"""Slack takes about one new message a second in each channel (docs.slack.dev, rate limits of chat.postMessage)."""
AT_ONCE = 5
"""How many may come at once after a quiet time; Slack tolerates bursts, of a length that it does not publish."""
AHEAD = (AT_ONCE - 1) * GAP
LEAST_WAIT = 0.01


async def take(tx: Tx, channel: str) -> float:
    """Take the channel's next slot: 0; else the seconds until a slot is free, and nothing is taken."""
    begins = case((pace.c.next_send_at > tx.server_now, pace.c.next_send_at), else_=tx.server_now)
    following = type_coerce(type_coerce(begins, BigInteger) + literal(int(GAP * 1_000_000), BigInteger), Instant)
    free = update(pace).where(pace.c.channel == channel, pace.c.next_send_at <= tx.later(AHEAD))
    if (await tx.connection.execute(free.values(next_send_at=following))).rowcount == 1:
        return 0.0
    first = insert(tx, pace).values(channel=channel, next_send_at=tx.later(GAP))
    if await insert_new(tx, first.on_conflict_do_nothing(index_elements=["channel"])):
        return 0.0
    return max(LEAST_WAIT, await wait(tx, channel))


async def wait(tx: Tx, channel: str) -> float:
    """Seconds until the channel's next slot; 0 where it is free."""
    query = select(pace.c.next_send_at, tx.server_now.label("now")).where(pace.c.channel == channel)
    row = (await tx.connection.execute(query)).first()
    return max(0.0, (row.next_send_at - row.now).total_seconds() - AHEAD) if row else 0.0


async def hold(tx: Tx, channel: str, seconds: float) -> None:
    """Nothing may be sent there for so long: the chat asked for it."""
    until = tx.later(seconds + AHEAD)
    statement = insert(tx, pace).values(channel=channel, next_send_at=until)
    await tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["channel"], set_={"next_send_at": until})
    )
