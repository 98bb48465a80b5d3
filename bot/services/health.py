"""Whether the database answers, and how much is owed."""

import asyncio

from bot.domain.backlog import Backlog
from bot.store.backlog import backlog
from bot.store.db import Database, OutcomeUnknown, StoreUnavailable

_ANSWER_WITHIN = 2.0


class Health:
    """Asked by readiness checks and metrics; never waits for long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def database_answers(self) -> bool:
        try:
            await self.backlog()
        except StoreUnavailable:
            return False
        return True

    async def backlog(self) -> Backlog:
        """How much is owed now. Raises `StoreUnavailable`."""
        try:
            async with asyncio.timeout(_ANSWER_WITHIN), self._database.read() as tx:
                return await backlog(tx)
        except TimeoutError as error:
            raise StoreUnavailable(f"no answer within {_ANSWER_WITHIN:g} s") from error


__all__ = ["Health", "OutcomeUnknown", "StoreUnavailable"]
