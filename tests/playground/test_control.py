"""The control API: what people do and see, what can be looked at, and words for every mistake."""

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from playground.people.refusals import refusal
from tests.playground.apps import ALERTS, ANA, BOT, actions, button, modal, plain, section, text_input
from tests.support.playground import Json, Playground


async def post(slack: Playground, name: str, body: object) -> tuple[int, Json]:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{slack.url}/control/{name}", json=body)
    return answer.status_code, answer.json()


async def test_a_message_is_escaped_and_names_become_entities(slack: Playground) -> None:
    await slack.message("ana", "alerts", "@ben look at #incidents & <b>, @here @payments-oncall @nobody a@b.c")

    (message,) = await slack.messages("alerts")
    assert message["text"] == (
        "<@U02BEN> look at <#C02INCIDENTS|incidents> &amp; &lt;b&gt;, <!here> "
        "<!subteam^S02ONCALL|@payments-oncall> @nobody a@b.c"
    )
    assert message["plain"] == ("@Ben Okafor look at #incidents & <b>, @here @payments-oncall @nobody a@b.c")


async def test_people_see_only_what_they_may(slack: Playground) -> None:
    created = await slack.act("channel", "ana", name="secret", is_private=True, wait=0)

    seen = await slack.message("ben", created.answer["channel"], "hello?")

    assert (seen.ok, seen.error) == (False, "channel_not_found")
    assert "Ben Okafor sees no channel" in seen.text


async def test_writing_needs_membership_and_a_living_channel(slack: Playground) -> None:
    await slack.act("leave", "ana", channel="random", wait=0)
    assert (await slack.message("ana", "random", "x")).error == "not_in_channel"
    await slack.act("join", "ana", channel="random", wait=0)
    await slack.act("archive", "eva", channel="random", wait=0)
    assert (await slack.message("ana", "random", "x")).error == "is_archived"


async def test_edit_and_delete_belong_to_the_author_and_the_admin(slack: Playground) -> None:
    written = await slack.message("ana", "alerts", "mine")
    place = {"channel": ALERTS, "ts": written.ts}

    assert (await slack.act("edit", "ben", **place, text="his")).error == "not_yours"
    assert (await slack.act("delete", "ben", **place)).error == "not_yours"
    assert (await slack.act("delete", "eva", **place, wait=0)).ok, "an admin may"


async def test_people_run_channels(slack: Playground) -> None:
    await slack.act("channel", "ana", name="war-room", wait=0)
    await slack.act("invite", "ana", channel="war-room", users=["ben", "quarterdeck"], wait=0)
    await slack.act("kick", "ana", channel="war-room", target="ben", wait=0)
    await slack.act("topic", "ana", channel="war-room", topic="SEV1", wait=0)
    await slack.act("rename", "ana", channel="war-room", name="war-room-2", wait=0)
    taken = await slack.act("channel", "ana", name="war-room-2")

    channel = (await slack.channels())["war-room-2"]
    assert (channel["members"], channel["topic"]) == ([ANA, BOT], "SEV1")
    assert (taken.error, taken.text) == ("name_taken", f"! {refusal('name_taken')}")


async def test_reactions_and_pins_of_people(slack: Playground) -> None:
    written = await slack.message("ana", "alerts", "keep")
    place = {"channel": ALERTS, "ts": written.ts}
    await slack.react("ben", place, "eyes")
    await slack.pin("ben", place)

    (message,) = await slack.messages("alerts")
    assert message["reactions"] == [{"name": "eyes", "users": ["U02BEN"], "count": 1}]
    assert (await slack.channels())["alerts"]["pins"] == [written.ts]


async def test_waiting_for_words(client: AsyncWebClient, slack: Playground) -> None:
    """`until` returns as soon as the words are there."""
    now = (await slack.clock())["now"]
    await client.chat_scheduleMessage(channel=ALERTS, post_at=int(now) + 30, text="here they are")
    await slack.clock(speed=20)

    seen = await slack.message("ana", "alerts", "waiting", wait=10, until="here they are")

    assert "#alerts Quarterdeck: here they are" in seen.text


async def test_what_is_seen_includes_channels_one_came_into(client: AsyncWebClient, slack: Playground) -> None:
    seen = await slack.act("channel", "ana", name="fresh", wait=0)
    assert [message["subtype"] for message in seen.messages] == ["channel_join"]


async def test_changes_elsewhere_are_not_seen(client: AsyncWebClient, slack: Playground) -> None:
    now = (await slack.clock())["now"]
    await client.chat_scheduleMessage(channel="C02INCIDENTS", post_at=int(now) + 1, text="elsewhere")
    await slack.clock(speed=20)

    seen = await slack.message("ana", "alerts", "here", wait=0.3)

    assert [message["plain"] for message in seen.messages] == ["here"]


async def test_messages_list_their_buttons(client: AsyncWebClient, slack: Playground) -> None:
    blocks = [section("*Checkout* is `down` since <!date^1795226520^{time}|02:02 UTC>"), actions(button("a", "Ack"))]
    await client.chat_postMessage(channel=ALERTS, text="fallback", blocks=blocks)

    (message,) = await slack.messages("alerts")
    assert message["plain"] == "Checkout is down since 02:02\n[Ack]"
    assert [(each["text"], each["action_id"], each["type"]) for each in message["buttons"]] == [("Ack", "a", "button")]


@pytest.mark.parametrize(
    ("mrkdwn", "read"),
    [
        ("*bold* _it_ ~gone~ `code`", "bold it gone code"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("<https://e.com|Dashboard> <https://e.com>", "Dashboard https://e.com"),
        ("&lt;!channel&gt; &amp; co", "<!channel> & co"),
        ("<!channel> <!here>", "@channel @here"),
        ("<!subteam^S02LEADS> <@U02DEV> <#C02ALERTS>", "@payments-leads @Dev Patel #alerts"),
        ("```a *b*```", "a *b*"),
        ("<!date^oops^{time}|02:02 UTC>", "02:02 UTC"),
        ("`<!date^1795226520^{date_short_pretty} {time_secs}|x>`", "Nov 21, 2026 02:02:00"),
    ],
)
async def test_mrkdwn_as_people_read_it(client: AsyncWebClient, slack: Playground, mrkdwn: str, read: str) -> None:
    await client.chat_postMessage(channel=ALERTS, text=mrkdwn)

    assert (await slack.messages("alerts"))[0]["plain"] == read


async def test_every_block_can_be_read(client: AsyncWebClient, slack: Playground) -> None:
    words = {"type": "rich_text_section", "elements": [{"type": "text", "text": "point"}]}
    blocks: list[Json] = [
        {"type": "header", "text": plain("Header")},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*A*\nb"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "small"}]},
        {"type": "divider"},
        {"type": "image", "image_url": "https://e.com/a.png", "alt_text": "31 % until 02:13"},
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "ordered", "elements": [words, words]}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
        {"type": "markdown", "text": "# md"},
    ]
    await client.chat_postMessage(channel=ALERTS, text="x", blocks=blocks)

    assert (await slack.messages("alerts"))[0]["plain"].splitlines() == [
        "Header", "A: b", "small", "---", "[image: 31 % until 02:13]", "1. point", "2. point", "a | b", "# md",
    ]  # fmt: skip


async def test_reset_forgets_everything_but_the_tokens(client: AsyncWebClient, slack: Playground) -> None:
    await client.chat_postMessage(channel=ALERTS, text="x")
    await slack.advance(5000)
    await slack.fault("latency", ms=1)
    await slack.reset()

    assert await slack.messages() == []
    assert await slack.calls() == []
    assert await slack.look("faults") == []
    assert (await client.auth_test())["ok"]


async def test_the_same_seed_gives_the_same_ids(client: AsyncWebClient, slack: Playground) -> None:
    async def ids(seed: int) -> str:
        await slack.reset(seed)
        return str((await client.conversations_create(name="inc-1"))["channel"]["id"])

    assert await ids(7) == await ids(7)
    assert await ids(7) != await ids(8)


async def test_mistakes_are_answered_in_words(slack: Playground) -> None:
    status, unknown = await post(slack, "clik", {"user": "ana"})
    assert (status, unknown["error"]) == (400, "unknown_action")
    assert "Did you mean “click”?" in unknown["text"]

    _, nobody = await post(slack, "message", {"user": "zoe", "channel": "alerts", "text": "x"})
    assert "zoe" in nobody["text"]
    _, nowhere = await post(slack, "message", {"user": "ana", "text": "x"})
    assert "“channel” is needed" in nowhere["text"]
    _, broken = await post(slack, "click", [1])
    assert broken["error"] == "invalid_json"
    _, clock = await post(slack, "clock", {"advance": "soon"})
    assert clock["error"] == "invalid_number"
    _, backwards = await post(slack, "clock", {"speed": -1})
    assert backwards["error"] == "invalid_speed"
    _, mode = await post(slack, "rate_limits", {"mode": "some"})
    assert "strict" in mode["text"]
    _, wait = await post(slack, "home", {"user": "ana", "wait": "long"})
    assert wait["error"] == "invalid_number"


async def test_lists_explain_themselves_too(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        unknown = await http.get(f"{slack.url}/control/message")
        since = await http.get(f"{slack.url}/control/calls", params={"since": "x"})

    assert unknown.status_code == 400
    assert "Did you mean “messages”?" in unknown.json()["text"]
    assert since.json()["error"] == "invalid_number"


async def test_a_modal_without_submit_cannot_be_submitted(client: AsyncWebClient, slack: Playground) -> None:
    assert (await slack.submit("ana")).error == "view_not_found"
    assert (await slack.click("ana", text="x")).error == "view_not_found"
    assert (await slack.click("ana", home=True, text="x")).error == "view_not_found"


async def test_the_plain_text_of_a_form(client: AsyncWebClient, slack: Playground) -> None:
    """A Home tab may hold inputs too, and is read like a modal."""
    form = modal(section("Intro"), text_input("t", "Title", initial_value="preset"))
    home = {"type": "home", "blocks": form["blocks"]}
    await client.views_publish(user_id=ANA, view=home)

    shown = await slack.home_of("ana")
    assert shown is not None
    assert shown["plain"] == "Intro\nTitle: [preset]"
