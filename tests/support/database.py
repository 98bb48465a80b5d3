"""Both databases as fixtures: an empty one with all tables for each test, on SQLite and on a real PostgreSQL.

Making sixty tables takes longer than most tests. They are made once a test process; SQLite's file is copied for each
test, and PostgreSQL's database is emptied for the next.
"""

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from bot.store.db import Database
from bot.store.schema import metadata
from tests.support.postgres import postgres

ENGINES = ["sqlite", "postgresql"]
_KEPT = "with_all_tables"
_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_FROM_ONE = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """One server for the whole session; the URL of its maintenance database."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    _lay_out(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> str:
    """The URL of a database with all tables."""
    url = _created(postgres_url, _KEPT)
    _lay_out(url.replace("postgresql:", "postgresql+psycopg:"))
    return url


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite3'}"
    return _created(str(request.getfixturevalue("postgres_url")), f"test_{uuid.uuid4().hex[:12]}")


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with all tables and no rows."""
    if engine_name == "postgresql":
        url = str(request.getfixturevalue("postgres_tables"))
        _empty(url)
        return url
    file = tmp_path / "test.sqlite3"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


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


def _lay_out(url: str) -> None:
    engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()


def _created(maintenance: str, name: str) -> str:
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    return maintenance.rsplit("/", 1)[0] + f"/{name}"


def _empty(url: str) -> None:
    """As it was when its tables were made. Whoever is still connected, a frozen process perhaps, is sent away."""
    tables = [table.name for table in metadata.sorted_tables]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in tables)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_OTHERS)
        names = [str(row[0]) for row in connection.execute(filled.encode())]
        if names:
            connection.execute(f"TRUNCATE {', '.join(names)} CASCADE".encode())
        connection.execute(_FROM_ONE)
