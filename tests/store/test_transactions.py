import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.store import owing, requests
from bot.store.db import Database, OutcomeUnknown, StoreUnavailable, normalised
from bot.store.owing import EFFECTS
from bot.store.schema.work import effects
from tests.support.prometheus import free_port
from tests.support.work import effect, owe, rows

SLACK_GIVES_UP_AFTER = 3.0


async def test_what_a_block_wrote_is_there_once_the_block_has_ended(database: Database, another: Database) -> None:
    await owe(database, effect("a"))
    assert list(await rows(another, effects)) == ["a"]


async def test_a_block_that_raises_leaves_nothing_and_rings_nothing(database: Database) -> None:
    ear = database.bell.ear(EFFECTS)
    with suppress(LookupError):
        async with database.write() as tx:
            await requests.first(tx, "k", "test", "U1")
            tx.bells.add(EFFECTS)
            raise LookupError
    async with database.write() as tx:
        assert await requests.first(tx, "k", "test", "U1")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await ear.wait(60)


async def test_a_commit_rings_only_after_it_is_visible_to_others(database: Database, another: Database) -> None:
    ear = database.bell.ear(EFFECTS)

    async def woken() -> list[str]:
        await ear.wait(5)
        return list(await rows(another, effects))

    waiting = asyncio.create_task(woken())
    await owe(database, effect("a"))
    assert await waiting == ["a"]


async def test_a_read_sees_one_state_while_others_write(database: Database, another: Database) -> None:
    async with database.read() as tx:
        before = (await tx.connection.execute(select(effects.c.key))).all()
        await owe(another, effect("a"))
        assert (await tx.connection.execute(select(effects.c.key))).all() == before == []


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, StoreUnavailable)):
        async with database.read() as tx:
            await requests.first(tx, "k", "test", "U1")


async def test_a_wrong_statement_is_a_fault_of_the_program_and_not_of_the_database(database: Database) -> None:
    with pytest.raises(DBAPIError):
        async with database.write() as tx:
            await tx.connection.execute(text("SELECT * FROM nowhere"))


async def test_many_writers_at_once_all_commit(database: Database) -> None:
    await asyncio.gather(*(owe(database, effect(f"e{n}")) for n in range(30)))
    assert len(await rows(database, effects)) == 30


async def test_the_clock_of_leases_is_the_same_for_all_and_moves_on(database: Database, another: Database) -> None:
    async with database.write() as tx:
        first = (await tx.connection.execute(select(tx.server_now))).scalar_one()
    async with another.write() as tx:
        second, later = (await tx.connection.execute(select(tx.server_now, tx.later(60)))).one()
    assert first < second
    assert (later - second).total_seconds() == pytest.approx(60, abs=0.001)


async def test_a_server_that_is_not_there_is_said_to_be_unavailable() -> None:
    database = Database(f"postgresql://bot@127.0.0.1:{free_port()}/nothing")
    with pytest.raises(StoreUnavailable):
        async with database.write():
            pass
    with pytest.raises(StoreUnavailable):
        async with database.read():
            pass
    await database.close()


async def test_a_file_that_cannot_be_opened_is_said_to_be_unavailable(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'missing' / 'test.sqlite3'}")
    with pytest.raises(StoreUnavailable):
        async with database.write():
            pass
    await database.close()


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_a_server_that_dies_in_the_commit_leaves_the_outcome_unknown(database: Database) -> None:
    async with _dying_at_commit(database):
        with pytest.raises(OutcomeUnknown):
            await owe(database, effect("a"))


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_what_stands_still_until_a_person_was_told_that_it_failed_is_not_committed(database: Database) -> None:
    async def stand_still() -> None:
        async with database.write() as tx:
            assert await requests.first(tx, "k", "incident.open", "U1")
            await owing.owe(tx, effect("a"))
            await asyncio.sleep(SLACK_GIVES_UP_AFTER)

    with pytest.raises(StoreUnavailable):
        await stand_still()
    assert await rows(database, effects) == {}


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_what_nobody_waits_for_may_take_its_time(database: Database) -> None:
    async with database.write() as tx:
        await requests.first(tx, "k", "incident.open", "U1")
    async with database.write() as tx:
        await owing.owe(tx, effect("a"))
        await asyncio.sleep(SLACK_GIVES_UP_AFTER)
    assert len(await rows(database, effects)) == 1


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_a_connection_that_was_cut_is_replaced(database: Database) -> None:
    await owe(database, effect("a"))
    async with database.write() as tx:
        pid = (await tx.connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    async with database.write() as tx:
        await tx.connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND pid = :pid"),
            {"pid": pid},
        )
    await owe(database, effect("b"))
    assert set(await rows(database, effects)) == {"a", "b"}


@asynccontextmanager
async def _dying_at_commit(database: Database) -> AsyncIterator[None]:
    """Meanwhile the server ends a connection by itself while it commits an effect."""
    async with database.engine.begin() as connection:
        await connection.execute(
            text(
                "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
            )
        )
        await connection.execute(
            text(
                "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON effects DEFERRABLE INITIALLY DEFERRED"
                " FOR EACH ROW EXECUTE FUNCTION die()"
            )
        )
    yield
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP FUNCTION die CASCADE"))


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("sqlite:///x.sqlite3", "sqlite+aiosqlite"),
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("postgresql+asyncpg://u@h/d", "postgresql+psycopg"),
    ],
)
def test_a_url_is_given_the_driver_that_is_shipped(given: str, driver: str) -> None:
    assert normalised(given).drivername == driver


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'mysql'; SQLite and PostgreSQL"):
        normalised("mysql://h/d")
