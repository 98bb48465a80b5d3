"""Socket Mode on the wire: tickets, greeting, envelopes, acks, pings, disconnects, cuts."""

import asyncio
import base64
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, ServerDisconnectedError, WSServerHandshakeError

from tests.playground.apps import Bolt
from tests.playground.sockets import Socket, first_of, ticket_url
from tests.support.playground import Playground


async def test_the_greeting_tells_what_to_expect(slack: Playground) -> None:
    async with Socket(slack) as socket:
        assert socket.hello["type"] == "hello"
        assert socket.hello["connection_info"] == {"app_id": "A02QD"}
        assert socket.hello["num_connections"] == 1
        assert socket.hello["debug_info"]["approximate_connection_time"] == 18_060


async def test_a_ticket_works_once(slack: Playground) -> None:
    url = await ticket_url(slack)
    async with ClientSession(trust_env=False) as session:
        first = await session.ws_connect(url)
        with pytest.raises(WSServerHandshakeError) as refused:
            await session.ws_connect(url)
        await first.close()

    assert refused.value.status == 403


async def test_a_ticket_expires(slack: Playground) -> None:
    url = await ticket_url(slack)
    await slack.advance(31)
    async with ClientSession(trust_env=False) as session:
        with pytest.raises(WSServerHandshakeError):
            await session.ws_connect(url)


async def test_the_eleventh_connection_is_sent_away(slack: Playground) -> None:
    async with AsyncExitStack() as stack:
        sockets = [await stack.enter_async_context(Socket(slack)) for _ in range(10)]
        assert sockets[-1].hello["num_connections"] == 10

        eleventh = await stack.enter_async_context(Socket(slack))
        assert (eleventh.hello["type"], eleventh.hello["reason"]) == ("disconnect", "too_many_websockets")
        assert await eleventh.frame() == {"closed": True}


async def test_each_envelope_goes_to_exactly_one_connection(slack: Playground) -> None:
    async with Socket(slack) as one, Socket(slack) as two:
        receivers: set[int] = set()
        for number in range(12):
            command = asyncio.create_task(slack.command("ana", "alerts", "/n", str(number), wait=0))
            socket, envelope = await first_of(one, two)
            await socket.ack(envelope)
            assert (await command).acked
            receivers.add(id(socket))

        assert receivers == {id(one), id(two)}, "both get some, none gets all"
        assert await one.silent()


async def test_an_ack_may_come_over_another_connection(slack: Playground) -> None:
    async with Socket(slack) as one, Socket(slack) as two:
        command = asyncio.create_task(slack.command("ana", "alerts", "/n", wait=0))
        socket, envelope = await first_of(one, two)
        other = two if socket is one else one
        await other.ack(envelope, {"text": "from the other"})

        assert (await command).text.endswith("from the other")


async def test_the_envelope_of_a_command(slack: Playground) -> None:
    async with Socket(slack) as socket:
        command = asyncio.create_task(slack.command("ana", "alerts", "/n", wait=0))
        envelope = await socket.frame()
        await socket.ack(envelope)
        await command

    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert len(envelope["envelope_id"]) == 36
    assert "retry_attempt" not in envelope


async def test_an_ack_payload_may_be_bare_text(slack: Playground) -> None:
    async with Socket(slack) as socket:
        command = asyncio.create_task(slack.command("ana", "alerts", "/n", wait=0))
        await socket.ack(await socket.frame(), "just words")

        assert (await command).text.endswith("just words")


async def test_a_late_ack_is_ignored_and_noted(slack: Playground) -> None:
    async with Socket(slack) as socket:
        command = asyncio.create_task(slack.command("ana", "alerts", "/n", wait=0))
        envelope = await socket.frame()
        seen = await command
        await socket.ack(envelope, {"text": "too late"})

        async def ignored() -> list[str]:
            titles = [entry["title"] for entry in await slack.look("envelopes")]
            return [title for title in titles if title.startswith("ack ignored")]

        assert seen.error == "no_ack"
        assert await slack.eventually(ignored)
        assert await slack.ephemerals("ana") == []


async def test_an_ack_of_nothing_is_a_violation(slack: Playground) -> None:
    async with Socket(slack) as socket:
        await socket.ack({"envelope_id": ["made-up"]})
        await socket.ws.send_str("not json")

        violations = await slack.eventually(slack.violations, lambda found: len(found) == 2)

    assert [violation["message"] for violation in violations] == [
        "an ack of an unknown envelope",
        "a frame that is not JSON",
    ]


async def test_interactive_envelopes_are_never_sent_again(slack: Playground) -> None:
    async with Socket(slack) as socket:
        command = asyncio.create_task(slack.command("ana", "alerts", "/n", wait=0))
        await socket.frame()
        await command
        await slack.advance(1000)

        assert await socket.silent()


async def test_a_ping_is_answered_with_its_own_body(slack: Playground) -> None:
    async with Socket(slack) as socket:
        await socket.ws.ping(b"sdk-ping-pong:1795226520.1")

        async def pongs() -> list[bytes]:
            return socket.pongs

        assert await slack.eventually(pongs) == [b"sdk-ping-pong:1795226520.1"]


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled", "too_many_websockets"])
async def test_a_disconnect_names_its_reason_and_closes(slack: Playground, reason: str) -> None:
    async with Socket(slack) as socket:
        await slack.fault("disconnect", reason=reason)
        frame = await socket.frame()

        assert (frame["type"], frame["reason"]) == ("disconnect", reason)
        assert await socket.frame() == {"closed": True}
        assert not await slack.connected()


async def test_a_warning_comes_ten_seconds_before_the_cut(slack: Playground) -> None:
    async with Socket(slack) as socket:
        await slack.fault("disconnect", reason="warning")
        assert (await socket.frame())["reason"] == "warning"
        assert await socket.silent()

        await slack.advance(10)
        assert (await socket.frame())["reason"] == "refresh_requested"
        assert await socket.frame() == {"closed": True}


async def test_connections_live_as_long_as_announced(slack: Playground) -> None:
    async with Socket(slack) as socket:
        await slack.advance(18_060 - 10)
        assert (await socket.frame())["reason"] == "warning"


async def test_debug_reconnects_shorten_a_connections_life(slack: Playground) -> None:
    socket = Socket(slack)
    await socket.connect(f"{await ticket_url(slack)}&debug_reconnects=true")
    await slack.advance(350)
    assert (await socket.frame())["reason"] == "warning"
    await socket.__aexit__(None, None, None)


async def test_an_abrupt_cut_sends_no_closing_frame(slack: Playground) -> None:
    async with Socket(slack) as socket:
        cut = await slack.fault("socket_cut")
        assert await socket.frame() == {"closed": True}

    assert cut["cut"] == 1
    assert socket.ws.close_code == 1006


async def test_refused_handshakes_are_counted(slack: Playground) -> None:
    await slack.fault("socket_refuse", times=2)  # aiohttp tries a GET again once by itself
    async with ClientSession(trust_env=False) as session:
        with pytest.raises(ServerDisconnectedError):
            await session.ws_connect(await ticket_url(slack))
    async with Socket(slack) as socket:
        assert socket.hello["type"] == "hello"


async def test_bolt_reconnects_after_every_kind_of_end(bolt: Bolt, slack: Playground) -> None:
    await bolt.connect()

    for fault, arguments in (("socket_cut", {}), ("disconnect", {"reason": "refresh_requested"})):
        before = len(await slack.calls("apps.connections.open"))
        await slack.fault(fault, **arguments)

        async def new_tickets(before: int = before) -> int:
            return len(await slack.calls("apps.connections.open")) - before

        await slack.eventually(new_tickets)
        await slack.wait_connected()


async def test_a_frozen_app_does_not_freeze_slack(slack: Playground) -> None:
    """It neither reads nor closes: envelopes fill its socket, and people are told after the ack's time."""
    url = urlsplit(await ticket_url(slack))
    _, writer = await asyncio.open_connection(url.hostname, url.port, limit=1024)
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
    key = base64.b64encode(b"sixteen bytes ok").decode()
    writer.write(f"GET {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n{upgrade}{key}\r\n\r\n".encode())
    await slack.wait_connected()

    commands = [slack.command("ana", "alerts", "/n", "x" * 60_000, wait=0) for _ in range(100)]
    seen = await asyncio.gather(*commands)

    assert {each.error for each in seen} == {"no_ack"}
    writer.close()
