"""The door to Slack's Web API: what a failure means to whoever called."""

import pytest

from bot.ports import OutsideError, Permanent, Transient, Unsure
from tests.slack.desk import Desk


async def failure(desk: Desk, method: str, **arguments: object) -> OutsideError:
    with pytest.raises(OutsideError) as failed:
        await desk.client.call(method, **arguments)
    return failed.value


async def post(desk: Desk) -> OutsideError:
    return await failure(desk, "chat.postMessage", channel="C02ALERTS", text="hello")


@pytest.mark.parametrize("kind", ["lost_before", "lost_after", "http_500"])
async def test_a_post_that_got_no_answer_is_unsure_and_not_sent_again(desk: Desk, kind: str) -> None:
    await desk.slack.fault(kind, method="chat.postMessage")
    assert isinstance(await post(desk), Unsure)
    assert len(await desk.slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("kind", ["lost_before", "lost_after", "http_500"])
async def test_an_update_that_got_no_answer_may_be_made_again(desk: Desk, kind: str) -> None:
    posted = await desk.client.call("chat.postMessage", channel="C02ALERTS", text="hello")
    await desk.slack.fault(kind, method="chat.update")
    error = await failure(desk, "chat.update", channel="C02ALERTS", ts=posted["ts"], text="hello again")
    assert isinstance(error, Transient)


async def test_a_wish_to_slow_down_says_for_how_long(desk: Desk) -> None:
    await desk.slack.fault("ratelimited", method="chat.postMessage", retry_after=7)
    error = await post(desk)
    assert isinstance(error, Transient)
    assert error.retry_after == 7


async def test_a_refusal_is_permanent_and_in_words(desk: Desk) -> None:
    error = await failure(desk, "conversations.info", channel="C0NOWHERE")
    assert isinstance(error, Permanent)
    assert error.code == "channel_not_found"
    assert "no such channel" in str(error)


async def test_a_call_that_hangs_ends_with_its_timeout(desk: Desk) -> None:
    await desk.slack.fault("hang", method="chat.postMessage")
    assert isinstance(await post(desk), Unsure)


async def test_a_slack_that_is_not_there_was_not_asked(desk: Desk) -> None:
    desk.client.sdk.base_url = "http://127.0.0.1:9/api/"
    assert isinstance(await post(desk), Transient)


async def test_who_the_bot_is_is_asked_once(desk: Desk) -> None:
    home = await desk.client.check()
    assert (home.team_id, home.bot_user_id, home.app_id) == ("T02QD", "U02QDBOT", "A02QD")
    await desk.client.check()
    assert len(await desk.slack.calls("auth.test")) == 1
