"""What Alembic runs: all revisions that are missing, in one transaction that only one process is in at a time."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, BigInteger, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.pool import NullPool

from bot.store.migrating import LOCK
from bot.store.schema import metadata
from bot.store.types import Instant

_SQLITE_WAIT_S = 60


def _engine(url: str) -> Engine:
    """A plain engine; on SQLite transactions begin IMMEDIATE, so that one process is in them, and hold DDL too."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, poolclass=NullPool)
    engine = create_engine(
        parsed.set(drivername="sqlite"),
        poolclass=NullPool,
        connect_args={"timeout": _SQLITE_WAIT_S, "isolation_level": None},
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _plain(kind: str, thing: Any, autogenerating: AutogenContext) -> str | Literal[False]:  # noqa: ARG001
    """Revisions name the database's own types: they must still run when the program's types have changed."""
    if kind != "type":
        return False
    match thing:
        case Instant():
            return "INSTANT"
        case JSON():
            return "JSON"
        case BigInteger():
            return "ID"
        case _:
            return False


def _run(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transactional_ddl=True,
        render_item=_plain,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with _engine(context.config.attributes["url"]).begin() as opened:
    _run(opened)
