"""The schema brought to where this version of the program expects it, once, before anything else uses the database.

Alembic is never imported here: a plain SELECT says where the schema stands. An empty database gets the program's own
tables at once; only a schema that is behind starts `python -m bot.store.migrations`, whose memory and import time end
with it (docs/decisions/0007).
"""

import asyncio
import os
import sys
from enum import Enum
from pathlib import Path

from sqlalchemy import Connection, column, func, insert, inspect, select, table, text

from bot.store.db import Database
from bot.store.schema import metadata

HEAD = "0005"
"""The revision this version of the program is written for; revisions are numbered in order."""
LOCK = 0x6D696772617465
"""The advisory lock that all migrating processes share; any number, as long as nothing else uses it."""
URL_VARIABLE = "DATABASE_URL"
_ROOT = Path(__file__).parents[2]
_VERSION = table("alembic_version", column("version_num"))


class SchemaState(Enum):
    """Where the schema stands; the value completes 'the schema is …'."""

    BEHIND = "behind this version of Quarterdeck"
    CURRENT = "up to date"
    NEWER = "newer than this version of Quarterdeck"


class SchemaTooNew(Exception):
    """The database was migrated by a later version; the message is fit for whoever started this one."""


class MigrationFailed(Exception):
    """The schema could not be changed, and is as it was; the message says why."""


async def revision_of(database: Database) -> str:
    """The revision the schema is at; empty for a database without tables. Raises `StoreUnavailable`."""
    async with database.read() as tx:
        if not await tx.connection.run_sync(lambda sync: inspect(sync).has_table(_VERSION.name)):
            return ""
        found = (await tx.connection.execute(select(_VERSION.c.version_num))).scalar()
        return "" if found is None else str(found)


async def schema_state(database: Database) -> SchemaState:
    """Where the schema stands. Raises `StoreUnavailable`."""
    revision = await revision_of(database)
    if revision == HEAD:
        return SchemaState.CURRENT
    return SchemaState.NEWER if revision > HEAD else SchemaState.BEHIND


async def migrate(database: Database) -> bool:
    """Bring the schema up to date; False where it is. Processes that do so at once do it once.

    Raises `SchemaTooNew`, `MigrationFailed` and `StoreUnavailable`.
    """
    state = await schema_state(database)
    if state is SchemaState.NEWER:
        raise SchemaTooNew(
            f"The database is at schema {await revision_of(database)}, this version of Quarterdeck knows schemas up to "
            f"{HEAD}. Nothing was changed: start the version that migrated it, or restore a backup from before."
        )
    if state is SchemaState.BEHIND and not await _create(database):
        await upgrade(database)
    return state is SchemaState.BEHIND


async def _create(database: Database) -> bool:
    """Make every table in a database that has none; False where there is one, and then nothing is changed."""
    async with database.write() as tx:
        return await tx.connection.run_sync(_create_all)


def _create_all(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if inspect(connection).get_table_names():
        return False
    metadata.create_all(connection)
    connection.execute(text(f"CREATE TABLE {_VERSION.name} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(insert(_VERSION).values(version_num=HEAD))
    return True


async def upgrade(database: Database) -> None:
    """Run every missing migration in a process of its own, with this very package; the URL is in no command line."""
    environment = os.environ | {
        URL_VARIABLE: database.url.render_as_string(hide_password=False),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])),
    }
    command = [sys.executable, "-P", "-m", "bot.store.migrations"]
    child = await asyncio.create_subprocess_exec(
        *command, env=environment, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    try:
        _, errors = await child.communicate()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    if child.returncode != 0:
        lines = errors.decode(errors="replace").strip().splitlines() or [f"exit code {child.returncode}"]
        raise MigrationFailed(f"The schema could not be brought up to date, and is as it was: {_reason(lines)}")


def _reason(lines: list[str]) -> str:
    """The line of a traceback that names the error; SQLAlchemy puts the statement and a link below it."""
    raised = [line for line in lines if line[:1].isalpha() and "Error" in line.partition(":")[0]]
    return raised[-1] if raised else lines[-1]
