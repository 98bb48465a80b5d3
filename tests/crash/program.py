"""The real bot, started quickly, and ended by its own hand at a commit of the test's choice.

`python -m tests.crash.program` imports the bot once and forks a process for each line of JSON on its standard input:
`{env, folder}`. It answers with the process id; the process then runs `quarterdeck run`, as it is. What it commits
while the file `strike.json` is in its folder is noted in `commits`, one name a line, and at the commit that the file
names the process sends itself a signal, before or after.
"""

import asyncio
import gc
import inspect
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from bot.cli.running import run
from bot.integrations.trust import public_authorities
from bot.store.db import Database, Tx

STRIKE, COMMITS, LOG, READY = "strike.json", "commits", "log", "ready.json"
_LATER = (
    "aiosqlite", "anyio._backends._asyncio", "anyio.abc", "apscheduler.executors.asyncio", "certifi", "httpcore", "h11",
    "pydantic.type_adapter", "psycopg", "slack_bolt.listener_matcher.async_builtins",
)  # fmt: skip
"""What the bot's libraries import only when they are used."""
_XID = "SELECT pg_current_xact_id_if_assigned() IS NOT NULL"
_WHOSE: ContextVar[str] = ContextVar("whose", default="unknown")
_WRITE = Database.write
_COMMIT: Callable[[DefaultDialect, Any], None] = DefaultDialect.do_commit


class Striking:
    """Stands between SQLAlchemy and the database's own commit."""

    def __init__(self, folder: Path) -> None:
        self._order = folder / STRIKE
        self._noted = folder / COMMITS
        self._seen: Counter[str] = Counter()
        self._changes: dict[int, int] = {}

    def stand_between(self) -> None:
        between = self

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            between.commit(dialect, connection)

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
        Database.write = _named_write  # type: ignore[method-assign, assignment]

    def commit(self, dialect: DefaultDialect, connection: Any) -> None:
        """Commit; where it writes anything and an order has been given, note it, and strike if it is the one."""
        if not self._writes(dialect.name, connection) or not self._order.exists():
            _COMMIT(dialect, connection)
            return
        order = json.loads(self._order.read_text(encoding="utf-8"))
        name = _WHOSE.get()
        self._seen[name] += 1
        here = (order.get("name"), order.get("nth")) == (name, self._seen[name])
        with self._noted.open("a", encoding="utf-8") as noted:
            noted.write(f"{name}\n")
        if here and order["side"] == "before":
            os.kill(os.getpid(), order["signal"])
        _COMMIT(dialect, connection)
        if here and order["side"] == "after":
            os.kill(os.getpid(), order["signal"])

    def _writes(self, dialect: str, connection: Any) -> bool:
        """Whether the transaction changed a row: idle polls commit as well, and there is nothing to be lost in them."""
        if dialect == "sqlite":
            total = connection.driver_connection.total_changes
            before = self._changes.get(id(connection.driver_connection), 0)
            self._changes[id(connection.driver_connection)] = total
            return bool(total != before)
        cursor = connection.cursor()
        try:
            cursor.execute(_XID)
            return bool(cursor.fetchone()[0])
        finally:
            cursor.close()


@asynccontextmanager
async def _named_write(database: Database) -> AsyncIterator[Tx]:
    """`Database.write`, which remembers in its task, and in those that it starts, whose transaction this is."""
    _WHOSE.set(_opener())
    async with _WRITE(database) as tx:
        yield tx


def _opener() -> str:
    """The function that opens the transaction, and what about, such as `Worker._store[INC-1:room]`."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("bot."):
            return _named(frame)
        frame = frame.f_back
    return "unknown"


def _named(frame: FrameType) -> str:
    name = frame.f_code.co_qualname
    for variable in ("claimed", "it", "due"):
        key = getattr(frame.f_locals.get(variable), "key", None)
        if isinstance(key, str):
            return f"{name}[{'event' if key.startswith('event:') else key}]"
    return name


def _tell(_: int, __: FrameType | None) -> None:
    """Write where every task stands to the log: asked by SIGUSR1 of a bot that does not come to rest."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=12, file=sys.stderr)
    sys.stderr.flush()


def _become_the_bot(env: Mapping[str, str], folder: Path) -> None:
    """In the child: nothing of the parent's is left but what it has imported."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, _tell)
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    os.environ.clear()
    os.environ.update(env)
    Striking(folder).stand_between()
    run(folder / READY)


def main() -> None:
    """Fork on demand, until the standard input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for name in _LATER:
        import_module(name)
    public_authorities()
    inspect.stack()  # Bolt asks for it, and it is slow the first time
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                _become_the_bot(order["env"], Path(order["folder"]))
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
