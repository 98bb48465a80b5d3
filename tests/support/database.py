"""Both databases as fixtures: an empty one with all tables for each test, on SQLite and on a real PostgreSQL."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.db import Database, normalised
from bot.store.schema import metadata
from tests.support.postgres import postgres

ENGINES = ["sqlite", "postgresql"]
_TEMPLATE = "with_all_tables"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One server for the whole session; the URL of its maintenance database."""
    with postgres() as url:
        yield url


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    return await _created(request.getfixturevalue("postgres_url"), "template0")


@pytest.fixture
async def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and no rows."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path / 'test.sqlite3'}"
        await _lay_out(url)
        return url
    maintenance = str(request.getfixturevalue("postgres_url"))
    return await _created(maintenance, await _template(maintenance))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def another(database_url: str) -> AsyncIterator[Database]:
    """The same rows through connections of its own, as another process has them."""
    opened = Database(database_url)
    yield opened
    await opened.close()


async def _lay_out(url: str) -> None:
    database = Database(url)
    async with database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await database.close()


async def _template(maintenance: str) -> str:
    """Tables are made once a server; each test gets a copy."""
    if not await _rows(maintenance, f"SELECT 1 FROM pg_database WHERE datname = '{_TEMPLATE}'"):
        await _execute(maintenance, f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        await _lay_out(_named(maintenance, _TEMPLATE))
    return _TEMPLATE


async def _created(maintenance: str, template: str) -> str:
    name = f"test_{uuid.uuid4().hex[:12]}"
    await _execute(maintenance, f"CREATE DATABASE {name} TEMPLATE {template}")
    return _named(maintenance, name)


def _named(maintenance: str, name: str) -> str:
    return maintenance.rsplit("/", 1)[0] + f"/{name}"


async def _execute(maintenance: str, statement: str) -> None:
    engine = create_async_engine(normalised(maintenance), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def _rows(maintenance: str, query: str) -> int:
    engine = create_async_engine(normalised(maintenance), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        found = len((await connection.execute(text(query))).all())
    await engine.dispose()
    return found
