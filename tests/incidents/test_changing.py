from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts.incident import IncidentState
from bot.domain.incident import Move
from bot.services.requests import NotFound
from bot.store.schema.work import surfaces
from tests.incidents.house import CHECKOUT, NOON, House
from tests.support.work import row


async def test_a_worse_severity_that_pages_pages_once(house: House) -> None:
    await house.declared(replace(CHECKOUT, severity="SEV3"))
    for severity, pages in [("SEV2", 1), ("SEV1", 1), ("SEV4", 1), ("SEV2", 2)]:
        changed = await house.service.grade(house.asked(), 1, severity)
        assert changed.done
        assert changed.incident.severity == severity
        assert len(house.pagers.paged) == pages
    assert "{actor} changed the severity from SEV3 to SEV2" in await house.lines(1)


async def test_the_severity_of_a_drill_pages_nobody(house: House) -> None:
    await house.declared(replace(CHECKOUT, severity="SEV3", drill=True))
    assert (await house.service.grade(house.asked(), 1, "SEV1")).done
    assert house.pagers.paged == []


async def test_the_same_severity_is_no_change(house: House) -> None:
    await house.declared()
    assert not (await house.service.grade(house.asked(), 1, "sev2")).done


async def test_an_unknown_severity_is_answered_with_those_there_are(house: House) -> None:
    await house.declared()
    with pytest.raises(NotFound, match=r"SEV1, SEV2, SEV3, SEV4\. Nothing was changed"):
        await house.service.grade(house.asked(), 1, "SEV9")


async def test_an_incident_goes_from_open_to_resolved_and_each_step_is_on_record(house: House) -> None:
    await house.declared()
    house.now += timedelta(minutes=5)
    assert (await house.service.move(house.asked(), 1, Move.MITIGATE, "rolled back")).done
    house.now += timedelta(minutes=5)
    changed = await house.service.move(house.asked(), 1, Move.RESOLVE, "v41 is back")
    assert changed.incident.state is IncidentState.RESOLVED
    assert changed.incident.mitigated_at == NOON + timedelta(minutes=5)
    assert changed.incident.resolved_at == NOON + timedelta(minutes=10)
    assert changed.incident.resolution == "v41 is back"
    assert (await house.lines(1))[1:] == [
        "{actor} set the state to mitigated: rolled back",
        "{actor} set the state to resolved: v41 is back",
    ]


@pytest.mark.parametrize("step", [Move.MITIGATE, Move.RESOLVE, Move.CALL_OFF])
async def test_a_stale_click_changes_nothing_and_is_answered_with_what_is(house: House, step: Move) -> None:
    await house.declared()
    await house.service.move(house.asked(), 1, Move.RESOLVE)
    before = await house.service.find(1)
    answer = await house.service.move(house.asked("U2"), 1, step)
    assert (answer.done, answer.incident) == (False, before)
    assert await house.service.find(1) == before


async def test_a_double_click_moves_once(house: House) -> None:
    await house.declared()
    asked = house.asked()
    assert (await house.service.move(asked, 1, Move.RESOLVE)).done
    assert not (await house.service.move(asked, 1, Move.RESOLVE)).done
    assert len(await house.lines(1)) == 2


async def test_a_reopened_incident_is_open_again_and_can_end_again(house: House) -> None:
    await house.declared()
    await house.service.move(house.asked(), 1, Move.RESOLVE)
    reopened = await house.service.move(house.asked(), 1, Move.REOPEN)
    assert (reopened.incident.open, reopened.incident.resolved_at) == (True, None)
    assert (await house.service.move(house.asked(), 1, Move.RESOLVE)).done
    assert len([line for line in await house.lines(1) if "resolved" in line]) == 2


async def test_the_end_stands_pagers_down_and_is_told_below_the_announcement(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    await house.post_all()
    resolved = (await house.service.move(house.asked(), 1, Move.RESOLVE)).incident
    assert house.pagers.stood_down == ["INC-1"]
    told = await row(house.database, surfaces, f"announce:INC-1/resolved:{resolved.version}")
    announced = await row(house.database, surfaces, "announce:INC-1")
    assert (told.channel, told.thread) == (announced.channel, announced.ts)


async def test_a_change_has_the_card_drawn_anew(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    wanted = (await row(house.database, surfaces, "card:INC-1")).wanted
    await house.service.grade(house.asked(), 1, "SEV1")
    assert (await row(house.database, surfaces, "card:INC-1")).wanted > wanted


async def test_a_note_is_written_once_with_the_time_it_is_about(house: House) -> None:
    await house.declared()
    asked = house.asked("U2", "note cart too")
    earlier = NOON - timedelta(minutes=10)
    assert (await house.service.note(asked, 1, "cart was slow before", earlier)).done
    assert not (await house.service.note(asked, 1, "cart was slow before", earlier)).done
    assert (await house.lines(1))[0] == "cart was slow before"


async def test_a_message_is_marked_once_and_only_in_a_room(house: House) -> None:
    await house.declared()
    await house.open_room(1)
    for _ in range(2):
        marked = await house.service.mark(house.asked(), "C1", "1700.5", "U2", "it is <@U9>'s & mine", NOON)
        assert marked is not None
    assert await house.service.mark(house.asked(), "C9", "1700.5", "U2", "hello", NOON) is None
    assert (await house.lines(1)).count("it is <@U9>'s & mine") == 1


async def test_nobody_joins_what_has_ended(house: House) -> None:
    await house.declared()
    await house.service.move(house.asked(), 1, Move.CALL_OFF)
    assert not (await house.service.join(house.asked("U7"), 1)).done
    assert "INC-1:invite:U7" not in await house.owed()


@pytest.mark.parametrize("use", ["note", "move", "retry", "join", "grade", "find"])
async def test_an_incident_that_is_not_there_is_said_not_to_be(house: House, use: str) -> None:
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "note": lambda: house.service.note(house.asked(), 9, "x"),
        "move": lambda: house.service.move(house.asked(), 9, Move.RESOLVE),
        "retry": lambda: house.service.retry(house.asked(), 9, "topic"),
        "join": lambda: house.service.join(house.asked(), 9),
        "grade": lambda: house.service.grade(house.asked(), 9, "SEV1"),
        "find": lambda: house.service.find(9),
    }
    with pytest.raises(NotFound, match="INC-9"):
        await calls[use]()
