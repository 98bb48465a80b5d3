"""Connections that survive the cancellation of whoever uses them: no step of theirs is ever cut in two.

A cancellation in the middle of a statement makes SQLAlchemy drop the connection, and aiosqlite's thread keeps it open
with its lock; one in the middle of a checkout leaks it. SQLite has a single writer, so either would end all writing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar, TypeVarTuple, overload

from sqlalchemy import CursorResult, Executable
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncTransaction
from sqlalchemy.sql.selectable import TypedReturnsRows

T = TypeVar("T")
Columns = TypeVarTuple("Columns")
AnyColumns: TypeAlias = tuple[Any, ...]
_BEHIND: set[asyncio.Task[Any]] = set()
"""What goes on although nobody waits for it any more; a loop keeps only weak references to its tasks."""


class WholeConnection:
    """A connection within its transaction; whoever is cancelled waits for the statement under way to end."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    @overload
    async def execute(
        self, statement: TypedReturnsRows[*Columns], parameters: Any = None
    ) -> CursorResult[*Columns]: ...

    @overload
    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*AnyColumns]: ...

    async def execute(self, statement: Any, parameters: Any = None) -> Any:
        """As SQLAlchemy's own, with all rows fetched."""
        return await _whole(self._connection.execute(statement, parameters))

    async def run_sync(self, work: Callable[[Connection], T]) -> T:
        """As SQLAlchemy's own."""
        return await _whole(self._connection.run_sync(work))

    def begin_nested(self) -> AsyncTransaction:
        """A savepoint, as SQLAlchemy's own."""
        return self._connection.begin_nested()

    async def commit(self) -> None:
        """End the transaction; nothing may follow."""
        await _whole(self._connection.commit())


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[WholeConnection]:
    """A connection within a transaction, rolled back at the end of the block unless it was committed."""
    opening = _kept(_open(engine))
    try:
        connection = await asyncio.shield(opening)
    except asyncio.CancelledError:
        _kept(_give_back(opening))
        raise
    try:
        yield WholeConnection(connection)
    finally:
        await asyncio.shield(_kept(connection.close()))


async def _whole(work: Coroutine[Any, Any, T]) -> T:
    """Do `work` to its end, also where whoever waits for it is cancelled: that is told only afterwards."""
    task = _kept(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


async def _open(engine: AsyncEngine) -> AsyncConnection:
    connection = await engine.connect()
    try:
        await connection.begin()
    except BaseException:
        await connection.close()
        raise
    return connection


async def _give_back(opening: asyncio.Task[AsyncConnection]) -> None:
    await asyncio.wait([opening])
    if opening.exception() is None:
        await opening.result().close()


def _kept(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = asyncio.ensure_future(work)
    _BEHIND.add(task)
    task.add_done_callback(_BEHIND.discard)
    return task
