"""What commands that answer have in common: settings, catalog, database, and words where one of them is not there."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from bot.catalog import CatalogErrors
from bot.cli.output import BAD_USE, PROBLEM, fail
from bot.cli.places import catalog_directory
from bot.domain.facts.naming import Noun
from bot.ports import OutsideError
from bot.services.catalogs import CatalogInForce
from bot.services.requests import NotFound
from bot.settings import Settings, SettingsError, load
from bot.store.db import Database, StoreUnavailable, normalised
from bot.store.migrating import MigrationFailed, SchemaState, SchemaTooNew, schema_state
from bot.wiring.house import KNOWN, House

T = TypeVar("T")


@contextmanager
def in_words() -> Iterator[None]:
    """Turns whatever keeps a command from answering into one message and an exit code."""
    try:
        yield
    except (SettingsError, CatalogErrors, SchemaTooNew) as error:
        raise fail(str(error), BAD_USE) from None
    except StoreUnavailable as error:
        words = f"The database does not answer: {error}. Nothing was changed. Look at DATABASE_URL."
        raise fail(words, PROBLEM) from None
    except (NotFound, OutsideError, MigrationFailed) as error:
        raise fail(str(error), PROBLEM) from None


def answer(ask: Callable[[House], Coroutine[Any, Any, T]]) -> T:
    """What `ask` finds in the database; ends the command in words where nothing can be had."""
    with in_words():
        return asyncio.run(_asked(load(), ask))


async def _asked(settings: Settings, ask: Callable[[House], Coroutine[Any, Any, T]]) -> T:
    if not has_database(settings):
        raise NotFound(f"There is no database in {settings.state_dir} yet: `quarterdeck run` makes it.")
    async with opened(settings) as house:
        return await ask(house)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """The services over the bot's own database. Raises `NotFound` where its schema is another one."""
    catalog = CatalogInForce(catalog_directory(settings), os.environ, KNOWN)
    database = Database(settings.database)
    try:
        await _require_schema(database)
        house = House(settings, database, catalog)
        try:
            yield house
        finally:
            await house.close()
    finally:
        await database.close()


def has_database(settings: Settings) -> bool:
    """Whether there is one to read; a server is only known by asking it."""
    url = normalised(settings.database)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").exists()


async def _require_schema(database: Database) -> None:
    """Raises `NotFound` where the schema is not the one this version reads."""
    state = await schema_state(database)
    if state is not SchemaState.CURRENT:
        raise NotFound(f"The database's schema is {state.value}. `quarterdeck migrate` brings an older one up to date.")


def number_in(noun: Noun, text: str) -> int:
    """The number in a name as it is typed; ends the command where it is none."""
    number = noun.number_of(text)
    if number is None:
        raise fail(f"{text!r} is no {noun.name.lower()}; write it as {noun.name_of(1)}.", BAD_USE)
    return number
