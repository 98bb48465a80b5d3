"""A storm of 1,000 alerts over 20 services: one bounded transaction, 20 cards, nothing lost from the record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import event

from bot.domain.alert import Alert, Status, Taken
from bot.store.db import Database
from tests.support.alerting import NOON, Desk, storm


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile; one that is executed for many rows counts once."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def over(told: Alert) -> Alert:
    return replace(told, status=Status.RESOLVED, ends_at=NOON + timedelta(minutes=3))


async def test_a_storm_becomes_a_card_per_service_that_names_its_counts(database: Database) -> None:
    desk = Desk(database)
    assert await desk.tell(*storm(20, 50)) == Taken(1000, 1000, 0)
    groups = await desk.groups()
    assert [(group.firing, group.total) for group in groups] == [(50, 50)] * 20
    assert await desk.count("surfaces") == 20
    assert await desk.count("alerts") == 1000
    card = await desk.pictures.facts(groups[0].number)
    assert (card.firing, [(member.name, member.firing) for member in card.members]) == (50, [("PodDown", 50)])


async def test_the_number_of_statements_does_not_grow_with_the_storm(database: Database) -> None:
    desk = Desk(database)
    with counted(database) as few:
        await desk.tell(*storm(20, 1))
    with counted(database) as many:
        await desk.tell(*storm(20, 50))
    assert len(many) <= len(few) + 5


async def test_a_repeated_and_an_ended_storm_are_bounded_too(database: Database) -> None:
    desk = Desk(database)
    told = list(storm(20, 50))
    await desk.tell(*told)
    with counted(database) as again:
        assert await desk.tell(*told) == Taken(1000, 0, 1000)
    with counted(database) as ended:
        await desk.tell(*(over(each) for each in told))
    assert max(len(again), len(ended)) < 60
    assert {group.firing for group in await desk.groups()} == {0}
    assert sum(group.received for group in await desk.groups()) == 3000


async def test_more_alerts_than_one_statement_can_name(database: Database) -> None:
    desk = Desk(database)
    assert await desk.tell(*storm(10, 1000)) == Taken(10_000, 10_000, 0)
    assert await desk.tell(*storm(10, 1000)) == Taken(10_000, 0, 10_000)
