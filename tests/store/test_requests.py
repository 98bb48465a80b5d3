from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import requests
from bot.store.db import Database

MINUTE = timedelta(minutes=1)


async def test_only_the_first_request_with_a_key_decides(database: Database, another: Database) -> None:
    async with database.write() as tx:
        assert await requests.first(tx, "trigger-1", "incident.declare", "U1", "checkout is down")
        await requests.answered(tx, "trigger-1", {"incident": 4})
    async with another.write() as tx:
        assert not await requests.first(tx, "trigger-1", "incident.declare", "U1", "checkout is down")
        assert await requests.answer(tx, "trigger-1") == {"incident": 4}


async def test_a_request_that_came_to_nothing_may_be_made_again(database: Database) -> None:
    with suppress(LookupError):
        async with database.write() as tx:
            await requests.first(tx, "trigger-1", "incident.declare", "U1")
            raise LookupError
    async with database.write() as tx:
        assert await requests.first(tx, "trigger-1", "incident.declare", "U1")


async def test_an_unknown_key_has_no_answer(database: Database) -> None:
    async with database.read() as tx:
        assert await requests.answer(tx, "never seen") == {}


@pytest.mark.parametrize(
    ("actor", "words", "after", "found"),
    [
        ("U1", "open checkout is down", timedelta(seconds=59), True),
        ("U1", "open checkout is down", timedelta(seconds=61), False),
        ("U2", "open checkout is down", timedelta(seconds=1), False),
        ("U1", "open cart is down", timedelta(seconds=1), False),
    ],
)
async def test_the_same_words_of_the_same_person_are_found_for_a_minute(
    database_url: str, actor: str, words: str, after: timedelta, found: bool
) -> None:
    now = [datetime(2026, 3, 1, 12, tzinfo=UTC)]
    database = Database(database_url, lambda: now[0])
    async with database.write() as tx:
        await requests.first(tx, "one", "test", "U1", "open checkout is down")
        await requests.answered(tx, "one", {"incident": 4})
    now[0] += after
    async with database.write() as tx:
        await requests.first(tx, "two", "test", actor, words)
        before = await requests.said_before(tx, "two", actor, words, MINUTE)
    await database.close()
    assert before == ({"incident": 4} if found else None)
