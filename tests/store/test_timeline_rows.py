from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.incident import Entry, EntryKind
from bot.store import timeline
from bot.store.db import Database
from tests.support.incidents import DECLARED, an_incident

NOTE = Entry("note:1", DECLARED, EntryKind.NOTE, "{actor} saw <!here> & *that*", "U1")


async def test_a_line_is_written_once_and_never_changed(database: Database) -> None:
    number = (await an_incident(database)).number
    async with database.write() as tx:
        assert await timeline.record(tx, number, NOTE)
        other = Entry("note:1", DECLARED, EntryKind.NOTE, "something else", "U2")
        assert not await timeline.record(tx, number, other)
    async with database.read() as tx:
        assert [line.entry for line in await timeline.entries(tx, number)] == [NOTE]
        assert await timeline.count(tx, number) == 1


async def test_lines_stand_in_the_order_in_which_things_happened(database: Database) -> None:
    number = (await an_incident(database)).number
    minutes = {"c": 5, "a": 0, "d": 5, "b": 1}
    async with database.write() as tx:
        for key, after in minutes.items():
            at = DECLARED + timedelta(minutes=after)
            await timeline.record(tx, number, Entry(key, at, EntryKind.NOTE, key))
    async with database.read() as tx:
        assert [line.entry.key for line in await timeline.entries(tx, number)] == ["a", "b", "c", "d"]


async def test_each_incident_has_a_timeline_of_its_own(database: Database) -> None:
    one, two = (await an_incident(database)).number, (await an_incident(database)).number
    async with database.write() as tx:
        assert await timeline.record(tx, one, NOTE)
        assert await timeline.record(tx, two, NOTE)
    async with database.read() as tx:
        assert await timeline.count(tx, one) == await timeline.count(tx, two) == 1


async def test_a_line_belongs_to_an_incident_that_exists(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await timeline.record(tx, 99, NOTE)


async def test_a_line_learns_which_message_it_became(database: Database) -> None:
    number = (await an_incident(database)).number
    async with database.write() as tx:
        await timeline.record(tx, number, NOTE)
        await timeline.place(tx, number, "note:1", "C1", "1700.2")
    async with database.read() as tx:
        [line] = await timeline.entries(tx, number)
    assert (line.entry.channel, line.entry.ts, line.entry.text) == ("C1", "1700.2", NOTE.text)
