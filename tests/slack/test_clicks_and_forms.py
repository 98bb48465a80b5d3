from typing import Any

from tests.slack.desk import Desk
from tests.support.playground import Json


async def buttons(desk: Desk) -> Json:
    """The private message with the notebook's buttons."""
    seen = await desk.slack.command("ana", "alerts", "/note", "buttons")
    return seen.ephemerals[-1]


async def form(desk: Desk) -> Json:
    await desk.slack.command("ana", "alerts", "/note", "form", until="A note")
    return (await desk.slack.views("ana"))[-1]


async def words_in_view(desk: Desk, words: str) -> Json:
    """Waits until the form on top shows these words."""

    def shows(views: list[Json]) -> bool:
        return bool(views) and words in str(views[-1])

    return (await desk.slack.eventually(lambda: desk.slack.views("ana"), shows))[-1]


async def private_words(desk: Desk, words: str) -> None:
    def told(them: list[Json]) -> bool:
        return any(words in each["plain"] for each in them)

    await desk.slack.eventually(lambda: desk.slack.ephemerals("ana"), told)


async def test_a_click_commits_and_its_words_replace_the_private_message(desk: Desk) -> None:
    seen = await desk.slack.click("ana", message=await buttons(desk), text="Write", until="Noted")
    assert seen.acked
    assert await desk.notebook.notes() == ["from a button"]
    assert [each["plain"] for each in await desk.slack.ephemerals("ana")] == ["Noted: from a button"]


async def test_two_clicks_have_two_keys_and_both_are_answered(desk: Desk) -> None:
    message = await buttons(desk)
    first = await desk.slack.click("ana", message=message, text="Turn", wait=0)
    second = await desk.slack.click("ana", message=message, text="Turn", wait=0)
    assert (first.acked, second.acked) == (True, True)


async def test_an_envelope_that_comes_twice_is_handled_once(desk: Desk) -> None:
    await desk.slack.fault("duplicate_envelope")
    await desk.slack.command("ana", "alerts", "/note", "add once")
    assert await desk.notebook.notes() == ["once"]


async def test_a_late_click_is_acknowledged_with_words_that_it_is_not_confirmed(desk: Desk) -> None:
    message = await buttons(desk)
    desk.notebook.open_gate.clear()
    seen = await desk.slack.click("ana", message=message, text="Write", until="Not confirmed")
    assert seen.acked
    desk.notebook.open_gate.set()
    await private_words(desk, "Noted: from a button")


async def test_a_button_that_only_leads_somewhere_needs_no_answer(desk: Desk) -> None:
    seen = await desk.slack.click("ana", message=await buttons(desk), text="Docs", wait=0.1)
    assert seen.acked
    assert len(await desk.slack.ephemerals("ana")) == 1


async def test_a_form_is_opened_at_once_and_filled_in_its_own_time(desk: Desk) -> None:
    message = await buttons(desk)
    desk.notebook.open_gate.clear()
    seen = await desk.slack.click("ana", message=message, text="Pick", until="Reading")
    assert "Reading" in str(seen.view)
    desk.notebook.open_gate.set()
    await words_in_view(desk, "filled")


async def test_a_form_that_could_not_be_opened_in_time_is_answered_in_words(desk: Desk) -> None:
    message = await buttons(desk)
    await desk.slack.fault("error", method="views.open", error="expired_trigger_id")
    seen = await desk.slack.click("ana", message=message, text="Pick", until="took too long")
    assert "click again" in seen.text


async def test_a_click_in_a_form_redraws_that_form(desk: Desk) -> None:
    view = await form(desk)
    await desk.slack.click("ana", view=view, text="Turn")
    assert (await words_in_view(desk, "turned"))["id"] == view["id"]


async def test_a_submitted_form_commits_and_closes(desk: Desk) -> None:
    await form(desk)
    seen = await desk.slack.submit("ana", {"Note": "by form"})
    assert seen.acked
    assert await desk.slack.views("ana") == []
    assert await desk.notebook.notes() == ["by form"]


async def test_what_is_wrong_stands_under_its_field(desk: Desk) -> None:
    await form(desk)
    seen = await desk.slack.submit("ana", {"Note": "bad"})
    assert seen.errors == {"note": "Write something better."}
    assert await desk.notebook.notes() == []


async def test_words_to_a_form_are_shown_in_its_place(desk: Desk) -> None:
    view = await form(desk)
    await desk.slack.submit("ana", {"Note": "say"})
    assert (await words_in_view(desk, "Said in the form"))["id"] == view["id"]


async def test_words_that_take_their_time_fill_the_form_that_was_sent(desk: Desk) -> None:
    view = await form(desk)
    desk.notebook.open_gate.clear()
    await desk.slack.submit("ana", {"Note": "late"})
    assert (await words_in_view(desk, "Reading"))["id"] == view["id"]
    desk.notebook.open_gate.set()
    assert (await words_in_view(desk, "Said late in the form"))["id"] == view["id"]


async def test_a_form_laid_on_top_and_one_in_its_place_are_filled(desk: Desk) -> None:
    for text, depth in (("deeper", 2), ("update", 1)):
        await form(desk)
        await desk.slack.submit("ana", {"Note": text})
        await words_in_view(desk, "filled")
        assert len(await desk.slack.views("ana")) == depth
        await desk.slack.close("ana", everything=True)


async def test_a_late_form_says_not_confirmed_and_then_what_came_of_it(desk: Desk) -> None:
    await form(desk)
    desk.notebook.open_gate.clear()
    seen = await desk.slack.submit("ana", {"Note": "slow"})
    assert seen.acked
    await words_in_view(desk, "Not confirmed")
    desk.notebook.open_gate.set()
    await words_in_view(desk, "Done.")
    assert await desk.notebook.notes() == ["slow"]


async def test_shortcuts_open_forms_and_answer_on_messages(desk: Desk) -> None:
    seen = await desk.slack.shortcut("ana", "note.new", until="A note")
    assert seen.views
    await desk.slack.close("ana", everything=True)
    await desk.slack.message("ben", "alerts", "coupons fail")
    message = await desk.slack.message_with("alerts", "coupons fail")
    await desk.slack.shortcut("ana", "note.message", message=message, until="Noted: coupons fail")
    assert await desk.notebook.notes() == ["coupons fail"]


async def test_where_no_channel_answers_the_words_come_as_a_private_message(desk: Desk) -> None:
    await desk.slack.fault("error", method="views.open", error="expired_trigger_id")
    await desk.slack.shortcut("ana", "note.new", wait=0)

    async def told() -> list[Any]:
        return [call for call in await desk.slack.calls("chat.postMessage") if "took too long" in str(call["args"])]

    await desk.slack.eventually(told)
