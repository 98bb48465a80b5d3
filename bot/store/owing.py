"""What a transaction owes the world: `owe` an effect, `touch` a surface, `watch` something; all commit together."""

from collections.abc import Collection

from sqlalchemy import Insert, Table, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.work import Effect, Surface, Watch
from bot.store.db import Tx
from bot.store.schema.work import effects, surfaces, watches

EFFECTS = "effects"
SURFACES = "surfaces"
WATCHES = "watches"


def bell_of(kind: str) -> str:
    """The bell of one kind of effect: only those who do it wake."""
    return f"{EFFECTS}:{kind}"


def insert(tx: Tx, table: Table) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that knows ON CONFLICT, in the dialect of this database."""
    return postgresql.insert(table) if tx.dialect == "postgresql" else sqlite.insert(table)


async def insert_new(tx: Tx, statement: Insert) -> bool:
    """Execute an insert with ON CONFLICT DO NOTHING; True where the row is new.

    The row itself is asked for: the row count of an INSERT is not dependable across drivers.
    """
    return (await tx.connection.execute(statement.returning(literal_column("1")))).first() is not None


async def owe(tx: Tx, effect: Effect) -> bool:
    """Owe the world one effect; False where its key was owed before, and then nothing is changed."""
    statement = insert(tx, effects).values(
        key=effect.key,
        lane=effect.lane,
        kind=effect.kind,
        subject=effect.subject,
        payload=dict(effect.payload),
        state="ready",
        attempts=0,
        error="",
        created_at=tx.now,
        not_before=effect.not_before or tx.server_now,
    )
    tx.bells.add(bell_of(effect.kind))
    return await insert_new(tx, statement.on_conflict_do_nothing(index_elements=["key"]))


async def touch(tx: Tx, surface: Surface) -> None:
    """Have the surface drawn anew from what this transaction commits; it is posted first where it does not exist."""
    statement = insert(tx, surfaces).values(
        key=surface.key,
        kind=surface.kind,
        subject=surface.subject,
        channel=surface.channel,
        thread=surface.thread,
        priority=surface.priority,
        wanted=1,
        shown=0,
        state="ready",
        attempts=0,
        error="",
        not_before=tx.server_now,
        wanted_at=tx.now,
    )
    again = {"wanted": surfaces.c.wanted + 1, "wanted_at": tx.now}
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=again))
    tx.bells.add(SURFACES)


async def touch_all(tx: Tx, subject: str) -> None:
    """Have every surface that shows `subject` drawn anew; none is created."""
    again = {"wanted": surfaces.c.wanted + 1, "wanted_at": tx.now}
    await tx.connection.execute(update(surfaces).where(surfaces.c.subject == subject).values(again))
    tx.bells.add(SURFACES)


async def redraw(tx: Tx, key: str) -> None:
    """Have one existing surface drawn anew."""
    again = {"wanted": surfaces.c.wanted + 1, "wanted_at": tx.now}
    await tx.connection.execute(update(surfaces).where(surfaces.c.key == key).values(again))
    tx.bells.add(SURFACES)


async def watch(tx: Tx, it: Watch) -> None:
    """Look at it from now on; the first look is due at once. A watch that exists keeps its memory and its next look."""
    statement = insert(tx, watches).values(
        key=it.key,
        kind=it.kind,
        subject=it.subject,
        every_s=it.every_s,
        active=True,
        due_at=tx.server_now,
        memory={},
        error="",
    )
    again = {"every_s": it.every_s, "active": True}
    await tx.connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=again))
    tx.bells.add(WATCHES)


async def unwatch(tx: Tx, key: str) -> None:
    """Stop looking."""
    await tx.connection.execute(update(watches).where(watches.c.key == key).values(active=False))


async def place_of(tx: Tx, key: str) -> tuple[str, str] | None:
    """Channel and ts of the message that a surface became, or None while it is not posted."""
    row = (await tx.connection.execute(select(surfaces.c.channel, surfaces.c.ts).where(surfaces.c.key == key))).first()
    return (row.channel, row.ts) if row and row.ts else None


async def places_of(tx: Tx, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """As `place_of`, for all of `keys` at once; those that are not posted are left out."""
    query = select(surfaces.c.key, surfaces.c.channel, surfaces.c.ts).where(surfaces.c.key.in_(sorted(keys)))
    return {row.key: (row.channel, row.ts) for row in await tx.connection.execute(query) if row.ts}


async def retry_failed(tx: Tx, key: str) -> bool:
    """Make a failed effect ready again; False where it is not failed."""
    return await _ready_again(tx, key, ("failed",))


async def owe_again(tx: Tx, effect: Effect) -> None:
    """Owe what may be done more than once, one time after the other; one that is still owed is left as it is."""
    if not await owe(tx, effect):
        await _ready_again(tx, effect.key, ("failed", "done"))


async def _ready_again(tx: Tx, key: str, states: Collection[str]) -> bool:
    again = update(effects).where(effects.c.key == key, effects.c.state.in_(states))
    values = {"state": "ready", "attempts": 0, "error": "", "intent_at": None, "settled_at": None}
    tx.bells.add(EFFECTS)
    return (await tx.connection.execute(again.values(not_before=tx.server_now, **values))).rowcount == 1
