"""What the browser page reads: its start, pages of messages, threads, search, and live frames."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import httpx
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.apps import ALERTS, ANA, Bolt, section
from tests.support.playground import Json, Playground


async def get(slack: Playground, path: str, user: str = "ana", **query: str) -> Json:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{slack.url}/page/{path}", params={"user": user, **query})
    assert answer.status_code == 200, answer.text
    return cast(Json, answer.json())


@asynccontextmanager
async def live(slack: Playground, user: str) -> AsyncIterator[ClientWebSocketResponse]:
    async with (
        ClientSession(trust_env=False) as session,
        session.ws_connect(f"{slack.url}/page/live?user={user}") as ws,
    ):
        yield ws


async def next_frame(ws: ClientWebSocketResponse, kind: str) -> Json:
    while True:
        frame = cast(Json, await asyncio.wait_for(ws.receive_json(), 5))
        if frame["type"] == kind:
            return frame


async def test_the_start_of_the_page(slack: Playground) -> None:
    boot = await get(slack, "boot")

    assert boot["me"]["id"] == ANA
    assert [channel["name"] for channel in boot["channels"]] == [
        "general", "random", "alerts", "incidents", "status-updates",
    ]  # fmt: skip
    assert len(boot["users"]) == 6
    assert boot["app"] == {
        "id": "A02QD",
        "name": "Quarterdeck",
        "bot_user_id": "U02QDBOT",
        "bot_id": "B02QDBOT",
        "connected": False,
        "assistant": False,
    }
    assert {group["handle"] for group in boot["usergroups"]} == {"payments-oncall", "payments-leads"}
    assert (boot["panel"], boot["home"], boot["views"]) == (None, None, [])


async def test_unread_and_mentions_are_counted_per_person(client: AsyncWebClient, slack: Playground) -> None:
    await client.chat_postMessage(channel=ALERTS, text="one")
    await client.chat_postMessage(channel=ALERTS, text="fallback <@U02BEN>", blocks=[section("for <@U02ANA>")])

    def alerts(boot: Json) -> Json:
        return next(channel for channel in boot["channels"] if channel["name"] == "alerts")

    ana, ben = alerts(await get(slack, "boot")), alerts(await get(slack, "boot", "ben"))
    assert (ana["unread"], ana["mentions"]) == (2, 1)
    assert (ben["unread"], ben["mentions"]) == (2, 0), "the blocks decide, not the fallback"

    last = (await slack.messages("alerts"))[-1]["ts"]
    await slack.act("read", "ana", channel=ALERTS, ts=last, wait=0)
    assert alerts(await get(slack, "boot"))["unread"] == 0


@pytest.mark.parametrize(
    ("text", "verbatim", "called"), [("@here look", False, 1), ("@here look", True, 0), ("a <!channel>", True, 1)]
)
async def test_calls_to_all_count_unless_they_are_only_text(
    client: AsyncWebClient, slack: Playground, text: str, verbatim: bool, called: int
) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": verbatim}}
    await client.chat_postMessage(channel=ALERTS, text="x", blocks=[block])

    alerts = next(channel for channel in (await get(slack, "boot"))["channels"] if channel["name"] == "alerts")
    assert alerts["mentions"] == called


async def test_messages_come_in_pages_with_ones_own_ephemerals(client: AsyncWebClient, slack: Playground) -> None:
    for number in range(5):
        await client.chat_postMessage(channel=ALERTS, text=str(number))
    await client.chat_postEphemeral(channel=ALERTS, user=ANA, text="psst")

    newest = await get(slack, "messages", channel=ALERTS, limit="2")
    older = await get(slack, "messages", channel=ALERTS, limit="10", before=newest["messages"][0]["ts"])
    bens = await get(slack, "messages", "ben", channel=ALERTS, limit="2")

    assert [message["text"] for message in newest["messages"]] == ["3", "4", "psst"]
    assert newest["messages"][-1]["ephemeral"] is True
    assert newest["has_more"] is True
    assert [message["text"] for message in older["messages"]] == ["0", "1", "2"]
    assert older["has_more"] is False
    assert [message["text"] for message in bens["messages"]] == ["3", "4"]


async def test_messages_around_a_permalink(client: AsyncWebClient, slack: Playground) -> None:
    stamps = [(await client.chat_postMessage(channel=ALERTS, text=str(number)))["ts"] for number in range(9)]

    page = await get(slack, "messages", channel=ALERTS, around=stamps[4], limit="4")

    assert [message["text"] for message in page["messages"]] == ["2", "3", "4", "5"]
    assert (page["has_more"], page["has_newer"]) == (True, True)


async def test_a_person_attaches_a_file(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        form = {"user": "ana", "channel": "alerts", "text": "the graph"}
        picture = {"file": ("graph.png", b"png", "image/png")}
        answer = await http.post(f"{slack.url}/control/upload", data=form, files=picture)
        empty = await http.post(f"{slack.url}/control/upload", data=form)

    (message,) = await slack.messages("alerts")
    assert answer.json()["ts"] == message["ts"]
    assert message["plain"] == "the graph\n[file: graph.png]"
    assert empty.status_code == 400


async def test_a_thread_and_a_search(client: AsyncWebClient, slack: Playground) -> None:
    parent = (await client.chat_postMessage(channel=ALERTS, text="Checkout is down"))["ts"]
    await client.chat_postMessage(channel=ALERTS, text="looking", thread_ts=parent)

    thread = await get(slack, "thread", channel=ALERTS, ts=parent)
    found = await get(slack, "search", q="checkout DOWN")

    assert [message["text"] for message in thread["messages"]] == ["Checkout is down", "looking"]
    assert [hit["message"]["ts"] for hit in found["messages"]] == [parent]


async def test_live_frames_follow_a_message_through_its_life(client: AsyncWebClient, slack: Playground) -> None:
    async with live(slack, "ana") as ws:
        ts = (await client.chat_postMessage(channel=ALERTS, text="new"))["ts"]
        posted = await next_frame(ws, "message")
        await client.chat_update(channel=ALERTS, ts=ts, text="changed")
        changed = await next_frame(ws, "message_changed")
        await client.chat_postMessage(channel=ALERTS, text="reply", thread_ts=ts)
        reply = await next_frame(ws, "thread")
        parent = await next_frame(ws, "message_changed")
        other = (await client.chat_postMessage(channel=ALERTS, text="short"))["ts"]
        await client.chat_delete(channel=ALERTS, ts=other)
        deleted = await next_frame(ws, "message_deleted")

    assert (posted["message"]["text"], changed["message"]["text"]) == ("new", "changed")
    assert (reply["message"]["text"], parent["message"]["reply_count"]) == ("reply", 1)
    assert (deleted["channel"], deleted["ts"]) == (ALERTS, other)


async def test_each_person_is_told_only_their_own(client: AsyncWebClient, slack: Playground) -> None:
    async with live(slack, "ana") as anas, live(slack, "ben") as bens:
        await client.chat_postEphemeral(channel=ALERTS, user=ANA, text="psst")
        await client.views_publish(user_id=ANA, view={"type": "home", "blocks": [section("hi")]})
        await client.chat_postMessage(channel=ALERTS, text="to all")

        assert (await next_frame(anas, "message"))["message"]["ephemeral"] is True
        assert (await next_frame(anas, "home"))["view"]["type"] == "home"
        assert (await asyncio.wait_for(bens.receive_json(), 5))["message"]["text"] == "to all"


async def test_channels_appear_and_vanish(client: AsyncWebClient, slack: Playground) -> None:
    async with live(slack, "ana") as ws:
        channel = (await client.conversations_create(name="private-1", is_private=True))["channel"]["id"]
        await client.conversations_invite(channel=channel, users=[ANA])
        appeared = await next_frame(ws, "channel")
        await client.conversations_kick(channel=channel, user=ANA)
        gone = await next_frame(ws, "channel_gone")

    assert (appeared["channel"]["name"], appeared["channel"]["is_member"]) == ("private-1", True)
    assert gone["id"] == channel


async def test_the_page_knows_whether_the_app_is_there(bolt: Bolt, slack: Playground) -> None:
    async with live(slack, "ana") as ws:
        await bolt.connect()
        assert (await next_frame(ws, "app"))["connected"] is True
        await bolt.close()
        assert (await next_frame(ws, "app"))["connected"] is False
        seen = await slack.command("ana", "alerts", "/slo")
        assert (await next_frame(ws, "toast"))["text"] == seen.toasts[0]
        await slack.reset()
        assert await next_frame(ws, "reset") == {"type": "reset"}


async def test_the_inspector_tells_of_calls_envelopes_and_violations(client: AsyncWebClient, slack: Playground) -> None:
    await client.chat_postMessage(channel=ALERTS, text="x")
    await slack.command("ana", "alerts", "/slo")

    entries = (await get(slack, "inspector"))["entries"]
    assert {"call", "event", "envelope"} <= {entry["kind"] for entry in entries}
    numbers = [entry["n"] for entry in entries]
    assert numbers == sorted(numbers)
    assert (await get(slack, "inspector", since=str(numbers[-1])))["entries"] == []


async def test_nobody_unknown_gets_a_page(slack: Playground) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{slack.url}/page/boot", params={"user": "zoe"})

    assert answer.status_code == 404
    assert "zoe" in answer.text


@asynccontextmanager
async def small_service() -> AsyncIterator[str]:
    """A local program that a panel step may call."""

    async def deploy(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "text": f"{request.method} v42 is out"})

    app = web.Application()
    app.router.add_post("/deploy", deploy)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/deploy"
    finally:
        await runner.cleanup()


async def test_a_panel_step_calls_its_local_program(tmp_path: Path) -> None:
    async with small_service() as url:
        steps = [
            {"title": "Break it", "text": "t", "action": {"label": "Ship v42", "url": url, "method": "POST"}},
            {"title": "Look", "text": "t", "action": None},
        ]
        path = tmp_path / "panel.json"
        path.write_text(json.dumps({"title": "Story", "intro": "i", "steps": steps, "links": []}), encoding="utf-8")
        async with Playground(options=("--panel", str(path))) as slack:
            boot = await get(slack, "boot")
            async with httpx.AsyncClient(trust_env=False) as http:
                done = (await http.post(f"{slack.url}/page/panel/0")).json()
                none = await http.post(f"{slack.url}/page/panel/1")

    assert boot["panel"]["title"] == "Story"
    assert done == {"ok": True, "text": "POST v42 is out"}
    assert none.status_code == 404


async def test_a_panel_may_call_this_machine_only(tmp_path: Path) -> None:
    path = tmp_path / "panel.json"
    step = {"title": "Out", "text": "t", "action": {"label": "x", "url": "http://example.com/", "method": "POST"}}
    path.write_text(json.dumps({"title": "S", "steps": [step]}), encoding="utf-8")

    with pytest.raises(RuntimeError, match="must call a local address"):
        await Playground(options=("--panel", str(path))).start()


async def test_it_starts_at_once() -> None:
    started = time.monotonic()
    async with Playground() as slack:
        took = time.monotonic() - started
        assert slack.url.startswith("http://127.0.0.1:")

    assert took < 5, "half a second on an idle machine"


async def test_a_taken_port_is_told(slack: Playground) -> None:
    port = slack.url.rsplit(":", 1)[1]

    with pytest.raises(RuntimeError, match="playground: "):
        await Playground(options=("--port", port)).start()
