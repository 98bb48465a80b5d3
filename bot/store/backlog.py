"""How much is owed: counted for metrics."""

from sqlalchemy import func, select

from bot.domain.backlog import Backlog
from bot.domain.incident import OPEN
from bot.store.db import Tx
from bot.store.schema.incidents import incidents
from bot.store.schema.work import effects, surfaces

_SETTLED = ("done", "failed")


async def backlog(tx: Tx) -> Backlog:
    """How much is owed now."""
    outdated = (surfaces.c.wanted > surfaces.c.shown, surfaces.c.state != "gone")
    behind = select(func.min(surfaces.c.wanted_at)).where(*outdated)
    owed = select(func.count()).select_from(effects).where(effects.c.state.not_in(_SETTLED))
    under_way = select(func.count()).select_from(incidents).where(incidents.c.state.in_(sorted(OPEN)))
    oldest = (await tx.connection.execute(behind)).scalar_one()
    return Backlog(
        surface_lag=max(0.0, (tx.now - oldest).total_seconds()) if oldest else 0.0,
        effects=(await tx.connection.execute(owed)).scalar_one(),
        incidents=(await tx.connection.execute(under_way)).scalar_one(),
    )
