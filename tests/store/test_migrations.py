import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.store.db import Database, StoreUnavailable
from bot.store.migrating import HEAD, MigrationFailed, SchemaState, SchemaTooNew, migrate, schema_state, upgrade
from bot.store.schema import metadata
from bot.store.schema.work import effects
from tests.support.prometheus import free_port
from tests.support.work import effect, owe, rows


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    yield database
    await database.close()


async def _set_revision(database: Database, revision: str) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


async def test_the_migrations_make_exactly_the_tables_of_the_program(empty: Database) -> None:
    await upgrade(empty)
    assert await schema_state(empty) is SchemaState.CURRENT
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_an_empty_database_gets_the_same_tables_at_once(empty: Database) -> None:
    await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []
    await upgrade(empty)
    assert await schema_state(empty) is SchemaState.CURRENT


async def test_an_empty_database_is_migrated_once(empty: Database) -> None:
    assert await schema_state(empty) is SchemaState.BEHIND
    assert await migrate(empty)
    assert await schema_state(empty) is SchemaState.CURRENT
    assert not await migrate(empty)
    await owe(empty, effect("a"))
    assert list(await rows(empty, effects)) == ["a"]


async def test_processes_that_migrate_at_once_do_it_once(empty: Database) -> None:
    assert await asyncio.gather(*(migrate(empty) for _ in range(3))) == [True, True, True]
    assert await schema_state(empty) is SchemaState.CURRENT


async def test_a_database_of_a_later_version_is_refused_and_left_alone(empty: Database) -> None:
    await migrate(empty)
    await _set_revision(empty, "9999")
    with pytest.raises(SchemaTooNew, match=rf"schema 9999.*up to {HEAD}.*Nothing was changed"):
        await migrate(empty)
    assert await schema_state(empty) is SchemaState.NEWER


async def test_a_migration_that_fails_leaves_everything_as_it_was(empty: Database) -> None:
    async with empty.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE watches (id INTEGER PRIMARY KEY)"))
    with pytest.raises(MigrationFailed, match=r"watches.*already exists"):
        await migrate(empty)
    assert await schema_state(empty) is SchemaState.BEHIND
    async with empty.engine.begin() as connection:
        await connection.execute(text("DROP TABLE watches"))
    assert await migrate(empty)


async def test_a_server_that_is_not_there_is_said_to_be_unavailable() -> None:
    database = Database(f"postgresql://bot@127.0.0.1:{free_port()}/nothing")
    with pytest.raises(StoreUnavailable):
        await migrate(database)
    await database.close()


def test_the_program_expects_the_newest_revision_and_revisions_are_numbered_in_order() -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    script = ScriptDirectory.from_config(config)
    numbers = [revision.revision for revision in script.walk_revisions()][::-1]
    assert numbers == [f"{n + 1:04}" for n in range(len(numbers))]
    assert numbers[-1] == HEAD


def test_a_schema_that_is_up_to_date_needs_no_alembic() -> None:
    code = "import sys, bot.store.migrating; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
