"""The page stays true by itself: lost connections, a reset workspace, long channels, a person who does not exist."""

import asyncio

import pytest
from playwright.async_api import Route, WebSocketRoute, expect

from tests.browser.window import Window, Windows
from tests.playground.apps import RANDOM, web_client
from tests.support.playground import Playground

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MANY = 1_200
# The words of a message in the middle of the window.
IN_SIGHT = (
    "document.elementFromPoint(600, 450).closest('[data-testid=message]').querySelector('.message-text').innerText"
)
SCROLL_END = "(list) => list.scrollHeight - list.clientHeight - list.scrollTop"


async def test_what_is_written_while_a_channel_and_a_thread_are_fetched_is_there(
    slack: Playground, windows: Windows
) -> None:
    """The answer was made before it was written, and comes after the news of it."""
    parent = await slack.message("ben", "random", "what changed?")
    gone = await slack.message("dev", "random", "never mind", thread_ts=parent.ts)
    page = await windows.blank()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        if "/page/thread" in route.request.url:
            await slack.message("dev", "random", "release v42", thread_ts=parent.ts)
            await slack.act("delete", "dev", channel=RANDOM, ts=gone.ts, wait=0)
        else:
            await slack.message("ben", "random", "coupons are gone")
        await asyncio.sleep(0.5)
        await route.fulfill(response=answer)

    await page.route("**/page/messages**", late)
    await page.route("**/page/thread**", late)
    await page.goto(f"{slack.url}/?user=ana&channel=random")
    window = Window(page)
    await expect(window.message("coupons are gone")).to_be_visible()
    await page.get_by_test_id("thread-summary").click()
    await expect(window.thread).to_contain_text("release v42")
    await expect(window.thread).not_to_contain_text("never mind")


async def test_a_cut_connection_heals_without_reload_and_misses_nothing(slack: Playground, windows: Windows) -> None:
    sockets: list[WebSocketRoute] = []
    page = await windows.blank()

    def through(socket: WebSocketRoute) -> None:
        socket.connect_to_server()
        sockets.append(socket)

    await page.route_web_socket("**/page/live**", through)
    await page.goto(f"{slack.url}/?user=ana&channel=random")
    window = Window(page)
    await window.composer.fill("a draft")
    await page.evaluate("window.sameDocument = true")

    await sockets[-1].close(code=1012)
    await slack.message("ben", "random", "written while you were away")

    await expect(window.message("written while you were away")).to_be_visible()
    await expect(page.get_by_text("The connection to the playground was lost")).to_have_count(0)
    await expect(window.composer).to_have_value("a draft")
    assert await page.evaluate("window.sameDocument")
    await slack.message("ben", "random", "and after")
    await expect(window.message("and after")).to_be_visible()


async def test_a_reset_workspace_is_shown_at_once(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "random", "soon forgotten")
    window = await windows.open()
    await expect(window.message("soon forgotten")).to_be_visible()

    await slack.reset()

    await expect(window.message("soon forgotten")).to_have_count(0)
    await expect(window.page.get_by_text("This is the very beginning")).to_be_visible()


async def test_somebody_who_does_not_exist_is_told_so(slack: Playground, windows: Windows) -> None:
    page = await windows.blank()
    await page.goto(f"{slack.url}/?user=nobody")

    await expect(page.get_by_role("alert")).to_contain_text("There is nobody called “nobody”")
    await expect(page.get_by_role("link", name="Open it as Ana Ruiz")).to_be_visible()


async def test_a_long_channel_draws_only_what_is_near(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    for start in range(0, MANY, 40):
        numbers = range(start, start + 40)
        await asyncio.gather(*(client.chat_postMessage(channel=RANDOM, text=f"line {n} of {MANY}") for n in numbers))
    window = await windows.open()
    messages = window.page.get_by_test_id("message")
    scroller = window.page.locator(".scroller")
    await expect(messages.last).to_be_in_viewport()
    assert await scroller.evaluate(SCROLL_END) < 30

    beginning = window.page.get_by_text("This is the very beginning")
    for _ in range(60):
        await scroller.evaluate("(list) => { list.scrollTop = 0; }")
        if await beginning.count():
            break
        await asyncio.sleep(0.05)
    await scroller.evaluate("(list) => { list.scrollTop = 0; }")
    await expect(beginning).to_be_in_viewport()

    assert await messages.count() < 120
    await window.page.get_by_role("button", name="Jump to the newest").click()
    await expect(messages.last).to_be_in_viewport()


async def test_older_messages_load_above_without_moving_what_is_read(slack: Playground, windows: Windows) -> None:
    client = web_client(slack)
    for n in range(150):
        await client.chat_postMessage(channel=RANDOM, text=f"note {n}.")
    window = await windows.open()
    scroller = window.page.locator(".scroller")
    await expect(window.message("note 149.")).to_be_visible()
    await scroller.evaluate("(list) => { list.scrollTop -= 700; }")
    await window.page.wait_for_function("document.querySelector('.scroller').scrollTop > 0")
    words = str(await window.page.evaluate(IN_SIGHT))
    before = await window.message(words).bounding_box()

    await client.chat_postMessage(channel=RANDOM, text="a late one")
    await expect(window.page.get_by_role("button", name="Jump to the newest")).to_be_visible()

    after = await window.message(words).bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2


async def test_search_finds_a_message_and_goes_to_it(slack: Playground, windows: Windows) -> None:
    await slack.message("ben", "incidents", "the rollback of v42 helped")
    window = await windows.open()
    await window.page.get_by_test_id("open-search").click()
    await window.page.get_by_role("searchbox", name="Search messages").fill("rollback")
    await window.page.get_by_test_id("search").get_by_role("button", name="the rollback of v42 helped").click()

    await expect(window.message("the rollback of v42 helped").locator(".flash")).to_have_count(1)
    await window.page.get_by_test_id("open-search").click()
    await window.page.get_by_role("searchbox", name="Search messages").fill("nowhere to be found")
    await expect(window.page.get_by_text("No message holds “nowhere to be found”")).to_be_visible()
