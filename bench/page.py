"""The page in a real browser: until it can be used, and how evenly a channel of 10,000 messages scrolls."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession
from playwright.async_api import Browser, Page, async_playwright

from bench.result import Result, quantile
from tests.support.playground import Playground

MESSAGES, AT_ONCE, CHANNEL = 10_000, 8, "C02RANDOM"
VISITS, SCROLLED_S = 5, 6
USABLE_MOST_S, FRAME_MOST_MS = 1.0, 34.0
"""Two pictures of a screen with 60 Hz: one is missed at most."""
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_STANDS = """parts => parts.every((part) => {
  const box = document.querySelector(`[data-testid=${part}]`)?.getBoundingClientRect();
  return box && box.width * box.height > 0;
})"""
"""Asked at every picture of the screen: what waits for a locator looks again after half a second at times."""
_SCROLL = """seconds => new Promise((resolve) => {
  const list = document.querySelector("main .scroller") ?? document.documentElement;
  const times = [];
  let last = performance.now();
  const end = last + seconds * 1000;
  const step = (now) => {
    times.push(now - last);
    last = now;
    list.scrollTop -= 240;
    if (now < end) requestAnimationFrame(step);
    else resolve(times.slice(1));
  };
  requestAnimationFrame(step);
})"""


async def page() -> list[Result]:
    """Nothing where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return []
    async with Playground() as slack, async_playwright() as playwright:
        await _fill(slack)
        browser = await playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        try:
            return await _look(browser, slack)
        finally:
            await browser.close()


async def _look(browser: Browser, slack: Playground) -> list[Result]:
    """By turns with the same browser on a page of one picture, and on that page doing nothing."""
    visits, bare = [], []
    for _ in range(VISITS):
        async with _fresh(browser) as empty:
            bare.append(await _seconds(empty, f"{slack.url}/static/icon.svg"))
        async with _fresh(browser) as shown:
            visits.append(await _seconds(shown, f"{slack.url}/?user=ana&channel=random", "message", "composer"))
    async with _fresh(browser) as empty:
        still = await _pictures(empty)
    async with _fresh(browser) as shown:
        await _seconds(shown, f"{slack.url}/?user=ana&channel=random", "message")
        moving = await _pictures(shown)
    return [
        Result("page: fresh browser → messages stand there p50", quantile(visits, 0.5), "s", USABLE_MOST_S,
               floor=quantile(bare, 0.5), n=VISITS),
        Result("page: scrolling 10,000 messages, frame p95", quantile(moving, 0.95), "ms", FRAME_MOST_MS,
               floor=quantile(still, 0.95), n=len(moving)),
    ]  # fmt: skip


@asynccontextmanager
async def _fresh(browser: Browser) -> AsyncIterator[Page]:
    """A window with an empty cache."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


async def _seconds(page: Page, address: str, *awaited: str) -> float:
    """Until all these parts stand there, or the page is loaded where none are named."""
    began = time.monotonic()
    await page.goto(address, wait_until="commit" if awaited else "load")
    if awaited:
        await page.wait_for_function(_STANDS, arg=awaited, polling="raf")
    return time.monotonic() - began


async def _pictures(page: Page) -> list[float]:
    """Milliseconds from each picture to the next while what can be scrolled is scrolled up."""
    return [float(each) for each in await page.evaluate(_SCROLL, SCROLLED_S)]


async def _fill(slack: Playground) -> None:
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    rest = iter(range(MESSAGES))
    async with ClientSession(headers=headers, trust_env=False) as session:

        async def writer() -> None:
            for number in rest:
                body = {"channel": CHANNEL, "text": f"line {number}: *checkout* answers with errors, <@U02ANA> looks"}
                async with session.post(f"{slack.api_url}chat.postMessage", json=body) as response:
                    await response.read()

        await asyncio.gather(*(writer() for _ in range(AT_ONCE)))
