"""Modals and Home tabs: triggers, stacks, hashes, updates, submissions, closing."""

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ANA, Bolt, actions, button, error_of, modal, plain, refusal, section, text_input
from tests.support.playground import Json, Playground


class Triggers:
    """An app that acknowledges `/go` at once and hands the trigger id of each to the test."""

    def __init__(self, bolt: Bolt) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue()
        bolt.app.command("/go")(self._take)

    async def _take(self, ack: Any, body: Json) -> None:
        await ack()
        await self.queue.put(body["trigger_id"])

    async def next(self, slack: Playground) -> str:
        await slack.command("ana", "alerts", "/go", wait=0)
        return await asyncio.wait_for(self.queue.get(), 5)


async def test_a_trigger_opens_one_view(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    trigger = await triggers.next(slack)

    opened = await client.views_open(trigger_id=trigger, view=modal(section("hi")))

    assert opened["view"]["root_view_id"] == opened["view"]["id"]
    assert [view["id"] for view in await slack.views("ana")] == [opened["view"]["id"]]
    assert await error_of(client.views_open(trigger_id=trigger, view=modal(section("x")))) == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    trigger = await triggers.next(slack)

    await slack.advance(3.1)

    assert await error_of(client.views_open(trigger_id=trigger, view=modal(section("x")))) == "expired_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.3", view=modal(section("x")))) == "invalid_trigger_id"


async def test_a_refused_view_leaves_the_trigger_unused(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    trigger = await triggers.next(slack)

    answer = await refusal(client.views_open(trigger_id=trigger, view=modal(section("x"), title="y" * 25)))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert (await client.views_open(trigger_id=trigger, view=modal(section("x"))))["ok"]


async def test_a_view_that_is_too_large_is_refused(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    huge = modal(*(section("é" * 2_900) for _ in range(100)))

    assert await error_of(client.views_open(trigger_id=await triggers.next(slack), view=huge)) == "view_too_large"


async def test_external_ids_are_unique(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    await client.views_publish(user_id=ANA, view={"type": "home", "external_id": "e1", "blocks": []})

    view = modal(section("x"), external_id="e1")
    assert (
        await error_of(client.views_open(trigger_id=await triggers.next(slack), view=view)) == "duplicate_external_id"
    )


async def test_update_keeps_the_view_id_and_what_was_typed(
    bolt: Bolt, client: AsyncWebClient, slack: Playground
) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    first = modal(text_input("title", "Title"), text_input("gone", "Gone"), external_id="mine")
    opened = (await client.views_open(trigger_id=await triggers.next(slack), view=first))["view"]
    await slack.type("ana", "typed", label="Title")

    second = modal(text_input("title", "Title"), text_input("new", "New", initial_value="preset"))
    updated = (await client.views_update(external_id="mine", view=second))["view"]

    assert updated["id"] == opened["id"]
    assert updated["hash"] != opened["hash"]
    values = (await slack.views("ana"))[0]["state"]["values"]
    assert values["title"]["title"]["value"] == "typed"
    assert values["new"]["new"]["value"] == "preset"
    assert "gone" not in values


async def test_a_stale_hash_is_a_conflict(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()
    view = (await client.views_open(trigger_id=await triggers.next(slack), view=modal(section("1"))))["view"]
    await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("2")))

    again = client.views_update(view_id=view["id"], hash=view["hash"], view=modal(section("3")))

    assert await error_of(again) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V0NONE", view=modal(section("x")))) == "not_found"


async def test_home_is_published_per_person(client: AsyncWebClient, slack: Playground) -> None:
    home = {"type": "home", "blocks": [section("Quiet"), actions(button("refresh", "Refresh"))]}
    first = (await client.views_publish(user_id=ANA, view=home))["view"]
    second = (await client.views_publish(user_id=ANA, view=home, hash=first["hash"]))["view"]

    assert first["id"] == second["id"]
    assert await error_of(client.views_publish(user_id=ANA, view=home, hash=first["hash"])) == "hash_conflict"
    assert await error_of(client.views_publish(user_id="U0NOBODY", view=home)) == "user_not_found"
    assert await error_of(client.views_publish(user_id=ANA, view=modal(section("x")))) == "invalid_arguments"
    shown = await slack.home_of("ana")
    assert shown is not None
    assert shown["plain"] == "Quiet\n[Refresh]"
    assert await slack.home_of("ben") is None


class Stack:
    """An app whose `/open` opens a modal with a Deeper button that pushes, up to Slack's limit."""

    def __init__(self, bolt: Bolt) -> None:
        self.errors: list[str] = []
        self.closed: asyncio.Queue[Json] = asyncio.Queue()
        bolt.app.command("/open")(self._open)
        bolt.app.action("deeper")(self._push)
        bolt.app.view("declare")(self._submit)
        bolt.app.view_closed("declare")(self._closed)

    def view(self, depth: int) -> Json:
        return modal(
            actions(button("deeper", "Deeper")), text_input("t", "T", initial_value="x"), title=f"Depth {depth}",
            notify_on_close=True, private_metadata=str(depth),
        )  # fmt: skip

    async def _open(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=self.view(1))

    async def _push(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        depth = int(body["view"]["private_metadata"]) + 1
        answer = client.views_push(trigger_id=body["trigger_id"], view=self.view(depth))
        if depth > 3:
            self.errors.append(await error_of(answer))
        else:
            await answer

    async def _submit(self, ack: Any) -> None:
        await ack()

    async def _closed(self, ack: Any, body: Json) -> None:
        await ack()
        await self.closed.put(body)

    async def depths(self, slack: Playground) -> list[str]:
        return [view["title"]["text"] for view in await slack.views("ana")]


async def test_three_views_may_be_stacked(bolt: Bolt, slack: Playground) -> None:
    stack = Stack(bolt)
    await bolt.connect()
    await slack.command("ana", "alerts", "/open")
    await slack.click("ana", text="Deeper")
    await slack.click("ana", text="Deeper")
    await slack.click("ana", text="Deeper", wait=0.3)

    views = await slack.views("ana")
    assert await stack.depths(slack) == ["Depth 1", "Depth 2", "Depth 3"]
    assert stack.errors == ["push_limit_reached"]
    assert {view["root_view_id"] for view in views} == {views[0]["id"]}
    assert views[2]["previous_view_id"] == views[1]["id"]


async def test_cancel_closes_one_view_and_the_x_all(bolt: Bolt, slack: Playground) -> None:
    stack = Stack(bolt)
    await bolt.connect()
    await slack.command("ana", "alerts", "/open")
    await slack.click("ana", text="Deeper")
    await slack.click("ana", text="Deeper")

    await slack.close("ana")
    cancelled = await asyncio.wait_for(stack.closed.get(), 5)
    assert (cancelled["is_cleared"], cancelled["view"]["private_metadata"]) == (False, "3")
    assert await stack.depths(slack) == ["Depth 1", "Depth 2"]

    await slack.close("ana", everything=True)
    cleared = await asyncio.wait_for(stack.closed.get(), 5)
    assert (cleared["is_cleared"], cleared["view"]["private_metadata"]) == (True, "1")
    assert await slack.views("ana") == []


async def test_an_empty_ack_closes_only_the_submitted_view(bolt: Bolt, slack: Playground) -> None:
    stack = Stack(bolt)
    await bolt.connect()
    await slack.command("ana", "alerts", "/open")
    await slack.click("ana", text="Deeper")

    await slack.submit("ana")

    assert await stack.depths(slack) == ["Depth 1"]


async def test_push_needs_a_trigger_from_a_modal(bolt: Bolt, client: AsyncWebClient, slack: Playground) -> None:
    triggers = Triggers(bolt)
    await bolt.connect()

    push = client.views_push(trigger_id=await triggers.next(slack), view=modal(section("x")))

    assert await error_of(push) == "invalid_trigger_id"


async def answer_submission(bolt: Bolt, slack: Playground, **answer: object) -> None:
    """Open a form of one field whose submission is acknowledged with `answer`."""

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("title", "Title", min_length=3)))

    @bolt.app.view("declare")
    async def submitted(ack: Any) -> None:
        await ack(**answer)

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")


async def test_field_errors_stay_on_the_form(bolt: Bolt, slack: Playground) -> None:
    await answer_submission(bolt, slack, response_action="errors", errors={"title": "Already open as INC-1."})

    seen = await slack.submit("ana", {"Title": "again"})

    assert seen.errors == {"title": "Already open as INC-1."}
    assert seen.view["title"]["text"] == "Declare"
    assert "! Already open as INC-1." in seen.text


async def test_a_submission_may_update_push_or_clear(bolt: Bolt, slack: Playground) -> None:
    answers: list[Json] = []

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(text_input("title", "Title")))

    @bolt.app.view("declare")
    async def submitted(ack: Any) -> None:
        await ack(**answers.pop(0))

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")
    next_view = modal(text_input("title", "Title"), title="Second")
    answers[:] = [
        {"response_action": "update", "view": next_view},
        {"response_action": "push", "view": {**next_view, "title": plain("Third")}},
        {"response_action": "clear"},
    ]

    updated = await slack.submit("ana", {"title": "a"})
    pushed = await slack.submit("ana", {"title": "b"})
    cleared = await slack.submit("ana", {"title": "c"})

    assert [view["title"]["text"] for view in updated.views] == ["Second"]
    assert [view["title"]["text"] for view in pushed.views] == ["Second", "Third"]
    assert cleared.views == []


async def test_errors_that_name_no_input_are_a_violation(bolt: Bolt, slack: Playground) -> None:
    await answer_submission(bolt, slack, response_action="errors", errors={"nowhere": "x"})

    seen = await slack.submit("ana", {"title": "fine"})

    assert not seen.ok
    assert seen.toasts == ["We had some trouble connecting. Try again?"]
    assert "input blocks" in (await slack.violations())[0]["message"]


async def test_an_illegal_view_in_an_ack_is_a_violation(bolt: Bolt, slack: Playground) -> None:
    await answer_submission(bolt, slack, response_action="update", view=modal(section("")))

    seen = await slack.submit("ana", {"title": "fine"})

    assert (seen.ok, seen.error) == (False, "invalid_arguments")
    assert (await slack.violations())[0]["pointer"] == "/view/blocks/0/text/text"


async def test_the_client_checks_fields_before_anything_is_sent(bolt: Bolt, slack: Playground) -> None:
    def field(block_id: str, kind: str, **more: object) -> Json:
        element = {"type": kind, "action_id": block_id, **more}
        return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element}

    view = modal(
        field("short", "plain_text_input", min_length=5),
        field("empty", "plain_text_input"),
        field("mail", "email_text_input"),
        field("link", "url_text_input"),
        field("whole", "number_input", is_decimal_allowed=False),
        field("small", "number_input", is_decimal_allowed=True, max_value="10"),
        {**field("maybe", "plain_text_input"), "optional": True},
    )

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")
    values = {"short": "abc", "mail": "nobody", "link": "example", "whole": "1.5", "small": "11"}
    seen = await slack.submit("ana", values)

    assert set(seen.errors) == {"short", "empty", "mail", "link", "whole", "small"}
    assert seen.acked is None, "nothing was sent"


async def test_a_submission_carries_the_whole_state(bolt: Bolt, slack: Playground) -> None:
    received: asyncio.Queue[Json] = asyncio.Queue()
    options = [{"text": plain(word), "value": word.lower()} for word in ("One", "Two")]

    def field(block_id: str, kind: str, **more: object) -> Json:
        element = {"type": kind, "action_id": "a", **more}
        return {"type": "input", "block_id": block_id, "label": plain(block_id), "element": element, "optional": True}

    view = modal(
        field("text", "plain_text_input"),
        field("select", "static_select", options=options),
        field("many", "multi_static_select", options=options),
        field("boxes", "checkboxes", options=options),
        field("radio", "radio_buttons", options=options, initial_option=options[0]),
        field("user", "users_select"),
        field("users", "multi_users_select"),
        field("channel", "channels_select"),
        field("talk", "conversations_select"),
        field("day", "datepicker"),
        field("clock", "timepicker"),
        field("moment", "datetimepicker"),
        field("untouched", "multi_channels_select"),
    )

    @bolt.app.command("/form")
    async def form(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    @bolt.app.view("declare")
    async def submitted(ack: Any, view: Json) -> None:
        await ack()
        await received.put(view["state"]["values"])

    await bolt.connect()
    await slack.command("ana", "alerts", "/form")
    await slack.submit(
        "ana",
        {
            "text": "typed", "select": "Two", "many": ["One", "two"], "boxes": ["One"], "user": "ben",
            "users": ["@ana", "U02DEV"], "channel": "#alerts", "talk": "random", "day": "2026-11-21",
            "clock": "14:05", "moment": 1795226520,
        },
    )  # fmt: skip

    values = await asyncio.wait_for(received.get(), 5)
    chosen = {block_id: state["a"] for block_id, state in values.items()}
    assert chosen["text"] == {"type": "plain_text_input", "value": "typed"}
    assert chosen["select"]["selected_option"]["value"] == "two"
    assert [option["value"] for option in chosen["many"]["selected_options"]] == ["one", "two"]
    assert [option["value"] for option in chosen["boxes"]["selected_options"]] == ["one"]
    assert chosen["radio"]["selected_option"]["value"] == "one"
    assert chosen["user"]["selected_user"] == "U02BEN"
    assert chosen["users"]["selected_users"] == ["U02ANA", "U02DEV"]
    assert chosen["channel"]["selected_channel"] == "C02ALERTS"
    assert chosen["talk"]["selected_conversation"] == "C02RANDOM"
    assert chosen["day"]["selected_date"] == "2026-11-21"
    assert chosen["clock"]["selected_time"] == "14:05"
    assert chosen["moment"]["selected_date_time"] == 1795226520
    assert chosen["untouched"] == {"type": "multi_channels_select", "selected_channels": []}
