import time
from collections.abc import Awaitable, Callable

import pytest

from bot.slack.client import BadToken, SlackClient
from bot.slack.socket import Sockets
from bot.store.db import Database
from tests.slack.desk import PING, TIMEOUT, Desk
from tests.support.playground import Playground

DEAF_AT_MOST = 5.0


async def both(desk: Desk) -> None:
    await desk.slack.eventually(_count(desk), lambda count: count == 2)


def _count(desk: Desk) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        return desk.sockets.connected()

    return count


async def connections(slack: Playground) -> int:
    return int((await slack.get("app"))["connections"])  # type: ignore[index]


async def answers(desk: Desk) -> None:
    assert (await desk.slack.command("ana", "alerts", "/note", "list")).acked


async def test_all_connections_are_opened(desk: Desk) -> None:
    await both(desk)
    assert await connections(desk.slack) == 2


async def test_an_abrupt_cut_leaves_the_bot_deaf_for_seconds_only(desk: Desk) -> None:
    await both(desk)
    began = time.monotonic()
    await desk.slack.fault("socket_cut")
    await desk.slack.wait_connected()
    await answers(desk)
    assert time.monotonic() - began < DEAF_AT_MOST


async def test_a_refused_handshake_is_tried_again_with_a_new_ticket(desk: Desk) -> None:
    await both(desk)
    before = len(await desk.slack.calls("apps.connections.open"))
    await desk.slack.fault("socket_refuse", times=4)
    await desk.slack.fault("socket_cut")
    await desk.slack.wait_connected()
    await both(desk)
    assert len(await desk.slack.calls("apps.connections.open")) >= before + 4


async def test_a_warned_connection_is_replaced_before_it_ends(desk: Desk) -> None:
    await both(desk)
    await desk.slack.fault("disconnect", reason="warning")
    await desk.slack.eventually(lambda: connections(desk.slack), lambda count: count >= 3)
    await answers(desk)


async def test_a_refreshed_connection_comes_back_at_once(desk: Desk) -> None:
    await both(desk)
    await desk.slack.fault("disconnect", reason="refresh_requested")
    await desk.slack.wait_connected()
    await answers(desk)


async def test_socket_mode_switched_off_is_not_asked_again_and_again(desk: Desk) -> None:
    await both(desk)
    before = len(await desk.slack.calls("apps.connections.open"))
    await desk.slack.fault("disconnect", reason="link_disabled")
    await desk.slack.eventually(_count(desk), lambda count: count == 0)
    assert len(await desk.slack.calls("apps.connections.open")) == before


async def test_a_slack_that_is_away_at_the_start_is_waited_for(slack: Playground, database: Database) -> None:
    await slack.fault("socket_refuse", times=3)
    async with Desk(slack, database) as desk:
        await answers(desk)


async def test_a_bad_token_ends_the_start_with_one_line(slack: Playground, desk: Desk) -> None:
    for bot, app, named in (
        ("xoxb-wrong", slack.app_token, "SLACK_BOT_TOKEN"),
        (slack.bot_token, "xapp-wrong", "SLACK_APP_TOKEN"),
    ):
        client = SlackClient(bot, app, slack.api_url, TIMEOUT)
        sockets = Sockets(desk.inbound.app, client, app, 1, PING)
        with pytest.raises(BadToken, match=named) as refused:
            await sockets.start()
        assert "\n" not in str(refused.value)
        await sockets.stop()
        await client.close()


async def test_stopping_lets_a_request_under_way_be_acknowledged(slack: Playground, database: Database) -> None:
    async with Desk(slack, database) as desk:
        await answers(desk)
    assert not await slack.connected()
