"""Bells rung by other processes: what one replica commits wakes the workers of all, by PostgreSQL's LISTEN/NOTIFY."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.store.db import NOTIFIED, Database


class Listener:
    """Listens on a connection that nobody else uses. A lost connection costs only promptness: workers poll as well."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> None:
        """Listen until the connection breaks, which raises; for `supervise.forever`, which connects anew."""
        async with self._listening() as connection:
            async for notification in connection.notifies():
                self._database.bell.ring(notification.payload.split(","))

    @asynccontextmanager
    async def _listening(self) -> AsyncIterator[Any]:
        """The driver's own connection, outside any transaction, so that notifications come at once."""
        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.exec_driver_sql(f"LISTEN {NOTIFIED}")
            try:
                yield (await connection.get_raw_connection()).driver_connection
            finally:
                await connection.invalidate()
