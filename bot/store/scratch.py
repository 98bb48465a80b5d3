"""A database for a moment: what a command works on where no bot has ever run."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.store.db import Database
from bot.store.schema import metadata


@asynccontextmanager
async def scratch() -> AsyncIterator[Database]:
    """An empty SQLite database with the present schema, gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'scratch.sqlite3'}")
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(metadata.create_all)
            yield database
        finally:
            await database.close()
