"""Looks at what could be done to each target now, so that cards can offer it without asking anybody."""

from collections.abc import Mapping

from bot.catalog import Catalog
from bot.domain.work import Due, Watch
from bot.services.runs import Limits, OfferService
from bot.store.db import Database
from bot.store.watching import watch_exactly

LOOK = "target.look"


async def watch_targets(database: Database, catalog: Catalog, limits: Limits) -> None:
    """Look at exactly the targets of this catalog, at least as often as cards are drawn anew.

    Call it at the start and after each reload.
    """
    every = min(limits.look_every_s, catalog.chat.card_refresh_s)
    named = [service.name for service in catalog.services.values() if service.target is not None]
    async with database.write() as tx:
        await watch_exactly(tx, (LOOK,), [Watch(f"{LOOK}:{name}", LOOK, name, every) for name in named])


class TargetWatch:
    """The look of `target.look`."""

    def __init__(self, offers: OfferService) -> None:
        self._offers = offers

    async def look(self, due: Due) -> Mapping[str, object] | None:
        """Store what is seen. Raises `ports.OutsideError`."""
        await self._offers.look_at(due.subject)
        return None
