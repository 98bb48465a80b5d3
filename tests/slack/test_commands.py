import asyncio

from tests.slack.desk import BUDGET, Desk


async def test_a_command_is_acknowledged_with_its_answer(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "add coupons  are gone")
    assert seen.acked
    assert "Noted: coupons are gone" in seen.text
    assert await desk.notebook.notes() == ["coupons  are gone"]
    assert [kind for kind, _ in desk.acks] == ["command"]


async def test_a_public_answer_is_seen_by_everybody(desk: Desk) -> None:
    await desk.slack.command("ana", "alerts", "/note", "shout hello all")
    assert await desk.cards("hello all")


async def test_an_answer_that_is_late_is_not_confirmed_and_follows(desk: Desk) -> None:
    desk.notebook.open_gate.clear()
    seen = await desk.slack.command("ana", "alerts", "/note", "add late", until="Not confirmed")
    assert seen.acked
    assert BUDGET * 1000 <= (seen.ack_ms or 0) < BUDGET * 1000 + 1500
    assert "/note list" in seen.text
    desk.notebook.open_gate.set()
    await desk.slack.eventually(
        lambda: desk.slack.ephemerals("ana"), lambda them: any("Noted: late" in each["plain"] for each in them)
    )
    assert await desk.notebook.notes() == ["late"]


async def test_a_late_look_says_that_it_still_reads(desk: Desk) -> None:
    desk.notebook.open_gate.clear()
    seen = await desk.slack.command("ana", "alerts", "/note", "list", until="Still reading")
    assert "Not confirmed" not in seen.text
    desk.notebook.open_gate.set()


async def test_many_at_once_are_all_acknowledged_in_time(desk: Desk) -> None:
    async def type_it(number: int) -> float:
        seen = await desk.slack.command("ana", "alerts", "/note", f"add {number}", wait=0.0)
        assert seen.acked
        return seen.ack_ms or 0

    await asyncio.gather(*(type_it(number) for number in range(20)))
    assert len(await desk.notebook.notes()) == 20


async def test_a_mistyped_sub_command_is_answered_with_the_nearest_one_and_not_run(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "ad coupons", until="Did you mean")
    assert "add" in seen.text
    assert await desk.notebook.notes() == []
    await desk.slack.click("ana", message=seen.ephemerals[-1], text="/note add coupons", until="Noted: coupons")
    assert await desk.notebook.notes() == ["coupons"]


async def test_a_word_near_nothing_is_answered_with_an_example(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "xyzzy")
    assert "does not know" in seen.text
    assert "/note add coupons are gone" in seen.text


async def test_a_mistyped_flag_is_answered_with_the_nearest_one(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "list --al")
    assert "--all" in seen.text
    assert "some notes" not in seen.text


async def test_flags_take_their_values(desk: Desk) -> None:
    assert "all notes" in (await desk.slack.command("ana", "alerts", "/note", "list --all")).text
    assert "ben notes" in (await desk.slack.command("ana", "alerts", "/note", "list --of ben")).text
    assert "ben notes" in (await desk.slack.command("ana", "alerts", "/note", "list --of=ben")).text
    assert "needs NAME" in (await desk.slack.command("ana", "alerts", "/note", "list --of")).text


async def test_what_is_missing_or_too_much_is_named_with_an_example(desk: Desk) -> None:
    missing = (await desk.slack.command("ana", "alerts", "/note", "add")).text
    assert "add needs text" in missing
    assert "/note add coupons are gone" in missing
    assert "takes no “more”" in (await desk.slack.command("ana", "alerts", "/note", "form more")).text


async def test_help_lists_what_can_be_typed(desk: Desk) -> None:
    for typed in ("", "help"):
        text = (await desk.slack.command("ana", "alerts", "/note", typed)).text
        assert "add" in text
        assert "write a note" in text
    assert "/note list [--all] [--of NAME]" in (await desk.slack.command("ana", "alerts", "/note", "help list")).text


async def test_a_refusal_names_the_rule_and_nothing_is_written(desk: Desk) -> None:
    desk.forbidden.add("chloe")
    seen = await desk.slack.command("chloe", "alerts", "/note", "add this")
    assert "You may not /note add" in seen.text
    assert "test-respond" in seen.text
    assert await desk.notebook.notes() == []
    assert "some notes" in (await desk.slack.command("chloe", "alerts", "/note", "list")).text


async def test_every_failure_is_answered_in_words(desk: Desk) -> None:
    for how, words in (
        ("outside", "Prometheus does not answer"),
        ("unknown", "There is no INC-9"),
        ("store", "Not saved"),
        ("oversight", "fault of Quarterdeck's own"),
    ):
        seen = await desk.slack.command("ana", "alerts", "/note", f"fail {how}")
        assert seen.acked, how
        assert words in seen.text


async def test_an_answer_too_big_for_an_acknowledgement_follows_it(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "much", until="the end")
    assert seen.acked
    assert "the end" in seen.text


async def test_an_answer_that_takes_its_time_holds_no_acknowledgement_up(desk: Desk) -> None:
    desk.notebook.open_gate.clear()
    seen = await desk.slack.command("ana", "alerts", "/note", "later", wait=0.0)
    assert seen.acked
    assert (seen.ack_ms or 0) < BUDGET * 1000
    assert seen.ephemerals == []
    desk.notebook.open_gate.set()
    (told,) = await desk.slack.eventually(lambda: desk.slack.ephemerals("ana"), bool)
    assert "some notes: none" in told["plain"]


async def test_whoever_waits_for_long_is_told_that_the_answer_is_coming(desk: Desk) -> None:
    desk.notebook.open_gate.clear()
    seen = await desk.slack.command("ana", "alerts", "/note", "later", until="Still reading")
    assert seen.acked
    desk.notebook.open_gate.set()
    told = await desk.slack.eventually(lambda: desk.slack.ephemerals("ana"), lambda them: len(them) == 2)
    assert "some notes: none" in told[-1]["plain"]


async def test_a_failure_that_comes_late_is_told_in_words(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "later fail", until="There is no INC-9")
    assert "Nothing was changed" in seen.text


async def test_what_was_known_is_said_at_once_and_what_is_known_now_follows(desk: Desk) -> None:
    await desk.slack.command("ana", "alerts", "/note", "add coupons are gone")
    desk.notebook.open_gate.clear()
    seen = await desk.slack.command("ana", "alerts", "/note", "twice", until="Older notes")
    assert (seen.ack_ms or 0) < BUDGET * 1000
    desk.notebook.open_gate.set()
    await desk.slack.eventually(
        lambda: desk.slack.ephemerals("ana"), lambda them: any("Newer notes" in each["plain"] for each in them)
    )


async def test_nothing_follows_where_there_is_nothing_new(desk: Desk) -> None:
    seen = await desk.slack.command("ana", "alerts", "/note", "twice", until="Older notes")
    await desk.inbound.drain(1.0)
    assert [each["plain"] for each in await desk.slack.ephemerals("ana")] == [seen.ephemerals[-1]["plain"]]
