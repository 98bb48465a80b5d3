"""What is read from the record: timelines, drafts, records for scripts."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts.timeline import Phase, Show
from bot.domain.incident import Move
from bot.services import incident_records
from bot.services.requests import NotFound
from bot.services.timelines import PAGE
from bot.store.schema.work import surfaces
from tests.incidents.house import CHECKOUT, NOON, House
from tests.support.work import rows


async def _story(house: House) -> None:
    """Declared from an alert, noted, mitigated, resolved, five minutes each."""
    await house.know_people()
    await house.declared(replace(CHECKOUT, group=12))
    await house.open_room(1)
    await house.post_all()
    house.now += timedelta(minutes=5)
    await house.service.note(house.asked("U2"), 1, "looks like v42 <!channel>")
    await house.service.mark(house.asked("U2"), "C1", "1701.25", "U3", "rolling back", house.now)
    house.now += timedelta(minutes=5)
    await house.service.move(house.asked(), 1, Move.MITIGATE)
    house.now += timedelta(minutes=5)
    await house.service.move(house.asked(), 1, Move.RESOLVE, "v41 is back")


async def test_the_timeline_stands_in_order_with_names_and_phases(house: House) -> None:
    await _story(house)
    facts = await house.timelines.facts(1, Show.ALL)
    assert [moment.at for moment in facts.moments] == sorted(moment.at for moment in facts.moments)
    assert [(moment.text, moment.phase) for moment in facts.moments] == [
        ("A-12 fired", Phase.START),
        ("Ana Ruiz declared INC-1, SEV2: checkout is down", Phase.START),
        ("Channel #inc-1-checkout-is-down opened", Phase.START),
        ("looks like v42 <!channel>", Phase.RESPONSE),
        ("rolling back", Phase.RESPONSE),
        ("Ana Ruiz set the state to mitigated", Phase.RECOVERY),
        ("Ana Ruiz set the state to resolved: v41 is back", Phase.RECOVERY),
    ]


async def test_every_line_leads_somewhere_once_the_card_is_posted(house: House) -> None:
    await _story(house)
    moments = (await house.timelines.facts(1, Show.ALL)).moments
    card = (await rows(house.database, surfaces))["card:INC-1"]
    assert moments[4].url == "https://acme.slack.com/archives/C1/p170125"
    assert moments[1].url == f"https://acme.slack.com/archives/C1/p{card.ts.replace('.', '')}"
    assert all(moment.url for moment in moments)


async def test_the_timeline_shows_what_is_asked_for(house: House) -> None:
    await _story(house)
    counts = {show: len((await house.timelines.facts(1, show)).moments) for show in Show}
    assert counts == {Show.ALL: 7, Show.KEY: 5, Show.NOTES: 2}
    facts = await house.timelines.facts(1)
    assert (facts.key_count, facts.all_count, facts.note_count) == (5, 7, 2)


async def test_a_long_timeline_comes_in_pages_and_no_page_is_missing_or_beyond(house: House) -> None:
    await house.declared()
    for n in range(PAGE + 3):
        await house.service.note(house.asked(), 1, f"note {n}", NOON + timedelta(minutes=n + 1))
    pages = [await house.timelines.facts(1, Show.ALL, page) for page in (0, 1, 2, 99)]
    assert [(facts.page, facts.pages, len(facts.moments)) for facts in pages] == [
        (1, 2, PAGE),
        (1, 2, PAGE),
        (2, 2, 4),
        (2, 2, 4),
    ]


async def test_the_draft_waits_for_the_end_and_is_asked_for_once(house: House) -> None:
    await house.declared()
    assert not (await house.postmortems.ask(house.asked(), 1)).done
    await house.service.move(house.asked(), 1, Move.RESOLVE)
    asked = house.asked()
    assert (await house.postmortems.ask(asked, 1)).done
    assert (await house.postmortems.ask(asked, 1)).done
    assert [key for key in await house.owed() if "postmortem" in key] == ["INC-1:postmortem:3"]


async def test_the_draft_tells_the_record_line_by_line_with_times_and_links(house: House) -> None:
    await _story(house)
    text = await house.postmortems.text(1)
    assert text.startswith("# Post-mortem of INC-1: checkout is down")
    for moment in (await house.timelines.facts(1, Show.ALL)).moments:
        assert moment.url in text
        assert moment.at.strftime("%H:%M") in text
    assert "TTR, time to resolve | 15\N{NO-BREAK SPACE}min |" in text
    assert "A-12: errors" in text
    assert "<!channel>" not in text


async def test_the_draft_is_a_file_that_is_written_anew_and_whole(house: House) -> None:
    await _story(house)
    path, text = await house.postmortems.write(1)
    assert (path, path.read_text(encoding="utf-8")) == (house.folder / "INC-1.md", text)
    await house.service.note(house.asked(), 1, "one thing more")
    path, again = await house.postmortems.write(1)
    assert "one thing more" in again
    assert [each.name for each in house.folder.iterdir()] == ["INC-1.md"]


async def test_the_file_is_brought_to_the_room_and_then_asks_its_questions_there(house: House) -> None:
    await _story(house)
    document = await house.rooms.document(1)
    assert document is not None
    assert (document.name, document.channel) == ("INC-1.md", "C1")
    async with house.database.write() as tx:
        await house.rooms.filed(tx, 1, "F1", "https://acme.slack.com/files/F1")
    assert (await rows(house.database, surfaces))["postmortem:INC-1"].channel == "C1"
    draft = await house.postmortems.draft(1)
    assert draft.questions
    assert draft.moments == 7


async def test_without_a_room_there_is_nowhere_to_bring_the_file(house: House) -> None:
    await house.declared()
    assert await house.rooms.document(1) is None


async def test_records_are_numbers_or_null_and_times_in_utc(house: House) -> None:
    await _story(house)
    await house.declared(replace(CHECKOUT, title="second", services=()))
    found = await incident_records.listed(house.database, only_open=False)
    json.dumps(found, allow_nan=False)
    second, first = found
    assert (first["ttm"], first["ttr"], first["tta"]) == (600.0, 900.0, 0.0)
    assert (first["declared_at"], first["alert"], first["channel"]) == ("2026-03-01T12:00:00Z", "A-12", "C1")
    assert (second["ttr"], second["resolved_at"], second["impact"], second["alert"]) == (None, None, None, None)
    assert [each["id"] for each in await incident_records.listed(house.database, only_open=True)] == ["INC-2"]
    assert await incident_records.shown(house.database, 1) == first


async def test_the_timeline_for_scripts_has_null_where_nothing_is_known(house: House) -> None:
    await house.declared()
    [line] = await house.timelines.records(1)
    json.dumps(line, allow_nan=False)
    assert (line["at"], line["actor"], line["permalink"]) == ("2026-03-01T12:00:00Z", "U1", None)


@pytest.mark.parametrize("use", ["timeline", "records", "draft", "text", "shown", "ask", "card"])
async def test_an_incident_that_is_not_there_is_said_not_to_be(house: House, use: str) -> None:
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "timeline": lambda: house.timelines.facts(9),
        "records": lambda: house.timelines.records(9),
        "draft": lambda: house.postmortems.draft(9),
        "text": lambda: house.postmortems.text(9),
        "shown": lambda: incident_records.shown(house.database, 9),
        "ask": lambda: house.postmortems.ask(house.asked(), 9),
        "card": lambda: house.pictures.facts(9),
    }
    with pytest.raises(NotFound, match="INC-9"):
        await calls[use]()
