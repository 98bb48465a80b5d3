"""One database, two dialects: how connections are opened, transactions begun, and workers woken by a commit.

SQLite: WAL, synchronous=FULL, one writer connection that begins IMMEDIATE, a small pool of read-only ones.
PostgreSQL: one pool; the server ends a transaction whose process was frozen in it, so that it holds up nobody.
Leases are measured by the clock that all replicas share: the server's on PostgreSQL.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, event, func, literal, select, type_coerce
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.store.bell import Bell
from bot.store.connecting import WholeConnection, connected
from bot.store.types import Instant, micros

BUSY_TIMEOUT_MS = 5_000
"""How long a transaction waits for another: for SQLite's writer, or for a connection of PostgreSQL's pool."""
STANDSTILL_MS = 10_000
"""How long a process may stand still within a transaction, and keep others from its rows, before PostgreSQL ends it. A
storm of ten thousand alerts is read within one, on a slow machine. What a person asks for has less: see `requests`."""
READERS = 3
NOTIFIED = "quarterdeck"
"""The channel on which PostgreSQL tells every process which bells a commit rings."""
_SQL_LOGIC_ERROR = 1
"""SQLite's code for a statement that is wrong (https://sqlite.org/rescode.html#error); the database did answer."""


class StoreUnavailable(Exception):
    """The database did not answer, and nothing was committed."""


class OutcomeUnknown(StoreUnavailable):
    """The database went away while it was committing: look before saying that it failed."""


class Tx:
    """One transaction: the connection, the instant it happens at, and the bells to ring once it is committed."""

    def __init__(self, connection: WholeConnection, now: datetime, dialect: str) -> None:
        self.connection = connection
        self.now = now
        self.dialect = dialect
        self.bells: set[str] = set()

    @property
    def server_now(self) -> ColumnElement[Any]:
        """The instant by which leases are measured, as an expression of type `Instant`."""
        if self.dialect == "postgresql":
            micros_now = cast(func.extract("epoch", func.statement_timestamp()) * 1_000_000, BigInteger)
            return type_coerce(micros_now, Instant)
        return literal(self.now, Instant)

    def later(self, seconds: float) -> ColumnElement[Any]:
        """The instant `seconds` after `server_now`, as an expression."""
        if self.dialect == "postgresql":
            return type_coerce(self.server_now + literal(int(seconds * 1_000_000), BigInteger), Instant)
        return literal(self.now + timedelta(seconds=seconds), Instant)


class Database:
    """Reads and writes. Services see only `read()` and `write()`; everything else is for the store itself."""

    def __init__(self, url: str, clock: Callable[[], datetime] | None = None) -> None:
        self.url = normalised(url)
        self.dialect = self.url.get_backend_name()
        self.clock = clock or (lambda: datetime.now(UTC))
        self.bell = Bell()
        if self.dialect == "sqlite":
            self._writer = _sqlite_engine(self.url, writers=True)
            self._reader = _sqlite_engine(self.url, writers=False)
        else:
            self._writer = _postgresql_engine(self.url)
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """One transaction, committed at the end of the block, rolled back if it raises; then the bells ring.

        Raises `StoreUnavailable` where the database does not answer, `OutcomeUnknown` where it may have committed.
        """
        with _translated(StoreUnavailable):
            async with connected(self._writer) as connection:
                tx = Tx(connection, self.clock(), self.dialect)
                yield tx
                if tx.bells and self.dialect == "postgresql":
                    await connection.execute(select(func.pg_notify(NOTIFIED, ",".join(sorted(tx.bells)))))
                with _translated(OutcomeUnknown):
                    await connection.commit()
        self.bell.ring(tx.bells)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """One consistent view for reading; writing fails. Raises `StoreUnavailable`."""
        with _translated(StoreUnavailable):
            async with connected(self._reader) as connection:
                yield Tx(connection, self.clock(), self.dialect)

    @property
    def engine(self) -> AsyncEngine:
        """The writing engine, for creating tables and for listening."""
        return self._writer

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()


class _translated:
    """Turns a database that does not answer into `error`; every other database error passes as it is."""

    def __init__(self, error: type[StoreUnavailable]) -> None:
        self._error = error

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PoolExhausted):
            raise self._error("too many transactions at once") from error
        if isinstance(error, DBAPIError) and _no_answer(error):
            raise self._error(str(error.orig)) from error


def _no_answer(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlite_errorcode", None) == _SQL_LOGIC_ERROR:
        return False
    return isinstance(error, OperationalError) or error.connection_invalidated


def normalised(url: str) -> URL:
    """The URL with the async driver this project ships: aiosqlite or psycopg. Raises ValueError for other databases."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return parsed.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"DATABASE_URL names {other!r}; SQLite and PostgreSQL are supported")


def _postgresql_engine(url: URL) -> AsyncEngine:
    given = url.query.get("options", "")
    options = [given] if isinstance(given, str) else [*given]
    reached_within = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
    return create_async_engine(
        url,
        pool_size=8,
        max_overflow=4,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        pool_pre_ping=True,
        connect_args={
            **reached_within,
            "options": " ".join([*options, f"-c idle_in_transaction_session_timeout={STANDSTILL_MS}"]),
        },
    )


def _sqlite_engine(url: URL, *, writers: bool) -> AsyncEngine:
    engine = create_async_engine(
        url, pool_size=1 if writers else READERS, max_overflow=0, pool_timeout=BUSY_TIMEOUT_MS / 1000
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001
        connection.isolation_level = None
        cursor = connection.cursor()
        pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"]
        for pragma in pragmas + ([] if writers else ["query_only=ON"]):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writers else "BEGIN")

    return engine


__all__ = ["Database", "OutcomeUnknown", "StoreUnavailable", "Tx", "micros", "normalised"]
