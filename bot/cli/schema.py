"""`quarterdeck migrate`."""

import asyncio

import typer

from bot.cli.asking import in_words
from bot.settings import Settings, load
from bot.store.db import Database
from bot.store.migrating import migrate as migrate_database


def migrate() -> None:
    """Bring the database's schema up to date. `run` does so by itself.

    Example: DATABASE_URL=postgresql://… quarterdeck migrate
    """
    with in_words():
        settings = load()
        settings.state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        changed = asyncio.run(_migrate(settings))
    typer.echo("The schema was brought up to date." if changed else "The schema is up to date.")


async def _migrate(settings: Settings) -> bool:
    database = Database(settings.database)
    try:
        return await migrate_database(database)
    finally:
        await database.close()
