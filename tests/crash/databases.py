"""A fresh database with the current schema for each play: copied, since migrating takes longer than the play."""

import itertools
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store.db import Database, normalised
from bot.store.migrating import migrate
from tests.crash.points import Setting

_TEMPLATE = "crash_template"


class Databases:
    """Makes and drops databases of one kind. `server` is PostgreSQL's maintenance database, where it is needed."""

    def __init__(self, setting: Setting, folder: Path, server: str = "") -> None:
        self.setting = setting
        self._sqlite = setting is Setting.SQLITE
        self._folder = folder
        self._server = server
        self._numbers = itertools.count(1)

    async def prepare(self) -> None:
        """Migrate the template."""
        if not self._sqlite:
            await self._execute(f"DROP DATABASE IF EXISTS {_TEMPLATE}")
            await self._execute(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        database = Database(self._url(_TEMPLATE))
        await migrate(database)
        await database.close()

    async def new(self) -> str:
        """The URL of a new one."""
        name = f"crash_{next(self._numbers)}"
        if self._sqlite:
            shutil.copyfile(self._file(_TEMPLATE), self._file(name))
        else:
            await self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        return self._url(name)

    async def drop(self, url: str) -> None:
        if self._sqlite:
            for file in self._folder.glob(f"{Path(url).name}*"):
                file.unlink()
        else:
            await self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.sqlite3"

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._file(name)}" if self._sqlite else f"{self._server.rpartition('/')[0]}/{name}"

    async def _execute(self, statement: str) -> None:
        engine = create_async_engine(normalised(self._server), isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()


class Rows:
    """Reads what the bot has stored, beside it and often: by the driver alone, which costs least."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._server: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def of(self, query: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection:
                return connection.execute(query).fetchall()
        if self._server is None:
            self._server = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
        return await (await self._server.execute(query)).fetchall()

    async def one(self, query: str) -> Any:
        return (await self.of(query))[0][0]

    async def unsettled(self) -> list[tuple[Any, ...]]:
        """What is owed to the world, is not shown yet, or is still being run or verified."""
        return await self.of(_UNSETTLED)

    async def close(self) -> None:
        if self._server is not None:
            await self._server.close()


_UNSETTLED = """
SELECT key, state, error FROM effects WHERE state NOT IN ('done', 'failed') AND kind <> 'run.expire'
UNION ALL SELECT key, state, error FROM surfaces WHERE wanted > shown AND state <> 'gone'
UNION ALL SELECT runbook, state, problem FROM runs WHERE state IN ('confirmed', 'running', 'verifying', 'unsure')
"""
