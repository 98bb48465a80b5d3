from datetime import UTC, datetime

import pytest

from bot.domain.facts.incident import IncidentState
from bot.domain.incident import MOVES, Incident, Move
from bot.store import incidents
from bot.store.db import Database
from bot.store.owing import owe
from tests.support.incidents import an_incident
from tests.support.work import effect

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def _moved(database: Database, number: int, step: Move) -> Incident | None:
    async with database.write() as tx:
        return await incidents.move(tx, number, step, NOON)


async def test_an_incident_comes_back_as_it_was_stored(database: Database) -> None:
    stored = await an_incident(database, title="checkout <!channel> 50 % down", services=["checkout", "cart"])
    async with database.read() as tx:
        assert await incidents.find(tx, stored.number) == stored
        assert await incidents.find(tx, stored.number + 1) is None
    assert (stored.name, stored.services, stored.open) == ("INC-1", ("checkout", "cart"), True)


@pytest.mark.parametrize("step", Move)
@pytest.mark.parametrize("state", IncidentState)
async def test_a_move_is_made_only_from_the_states_it_may_start_from(
    database: Database, step: Move, state: IncidentState
) -> None:
    incident = await an_incident(database, state=state)
    after = await _moved(database, incident.number, step)
    starts, ends = MOVES[step]
    assert (after is not None) == (state in starts)
    async with database.read() as tx:
        now = await incidents.find(tx, incident.number)
    assert now is not None
    assert (now.state, now.version) == ((ends, 2) if state in starts else (state, 1))


async def test_a_move_stamps_its_instant_and_reopening_takes_it_back(database: Database) -> None:
    number = (await an_incident(database)).number
    mitigated = await _moved(database, number, Move.MITIGATE)
    resolved = await _moved(database, number, Move.RESOLVE)
    assert mitigated is not None
    assert resolved is not None
    assert (mitigated.mitigated_at, resolved.resolved_at) == (NOON, NOON)
    reopened = await _moved(database, number, Move.REOPEN)
    assert reopened is not None
    assert (reopened.mitigated_at, reopened.resolved_at) == (None, None)


async def test_nothing_of_an_ended_incident_is_changed(database: Database) -> None:
    number = (await an_incident(database, state=IncidentState.RESOLVED)).number
    async with database.write() as tx:
        assert await incidents.change(tx, number, severity="SEV1") is None


async def test_a_room_is_given_once(database: Database) -> None:
    number = (await an_incident(database)).number
    async with database.write() as tx:
        given = await incidents.give_room(tx, number, "C1", "inc-1")
        assert await incidents.give_room(tx, number, "C2", "inc-2") is None
    async with database.read() as tx:
        assert await incidents.in_channel(tx, "C1") == given
        assert await incidents.in_channel(tx, "C2") is None
        assert await incidents.holds_room(tx, "C1")
        assert not await incidents.holds_room(tx, "C2")


async def test_open_ones_are_listed_worst_first_and_all_newest_first(database: Database) -> None:
    for rank, state in [(3, "investigating"), (1, "mitigated"), (1, "resolved"), (2, "investigating")]:
        await an_incident(database, rank=rank, state=IncidentState(state))
    async with database.read() as tx:
        assert [each.number for each in await incidents.listed(tx, only_open=True)] == [2, 4, 1]
        assert [each.number for each in await incidents.listed(tx, only_open=False)] == [4, 3, 2, 1]
        assert [each.number for each in await incidents.listed(tx, only_open=False, limit=1)] == [4]


async def test_the_last_resolved_one_is_found(database: Database) -> None:
    async with database.read() as tx:
        assert await incidents.last_resolved(tx) is None
    await an_incident(database, resolved_at=NOON, state=IncidentState.RESOLVED)
    await an_incident(database, resolved_at=NOON.replace(hour=11), state=IncidentState.RESOLVED)
    async with database.read() as tx:
        last = await incidents.last_resolved(tx)
    assert last is not None
    assert last.number == 1


async def test_set_up_that_is_not_done_is_listed_with_its_error(database: Database) -> None:
    async with database.write() as tx:
        await owe(tx, effect("INC-1:topic", kind="incident.topic", subject="INC-1"))
        await owe(tx, effect("INC-1:page", kind="page.send", subject="INC-1"))
        await owe(tx, effect("INC-2:topic", kind="incident.topic", subject="INC-2"))
    async with database.read() as tx:
        assert await incidents.setup_of(tx, "INC-1", ["incident.topic"]) == [("INC-1:topic", "ready", "")]
