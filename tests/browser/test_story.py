"""The story of the demo clicked through in a real browser, as its side panel tells it.

QUARTERDECK_PICTURES=dir keeps a picture of each step, for a person's eye; its folder docs is that of docs/pictures.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.window import PHONE, WIDE, ZONE, Look, Window
from tests.demo.running import Demo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SMALL = Look(size={"width": 890, "height": 720})
"""So narrow that the story waits behind its button."""
STEPS = 10
"""Of the side panel; the last one is an invitation to play on, and is never done."""
CARD_S, VERDICT_S, CALM_S = 20, 30, 40


class Ana:
    """Ana at her browser: every step of hers is kept as a picture."""

    def __init__(self, browser: Browser, window: Window, pictures: Path) -> None:
        self._browser = browser
        self.window = window
        self.page = window.page
        self._pictures = pictures

    def step(self, title: str) -> Locator:
        """A step of the side panel, by its title."""
        return self.page.locator(".story-step").filter(has=self.page.get_by_role("heading", name=title, exact=True))

    async def picture(self, name: str) -> None:
        await self.page.screenshot(path=self._pictures / f"{name}.png")

    async def picture_for_docs(self, name: str, words: str, look: Look = SMALL) -> None:
        """The same place as another, smaller window shows it once it shows these words; without the story."""
        page = await new_page(self._browser, look)
        await page.goto(self.page.url)
        await expect(page.get_by_text(words).last).to_be_visible()
        await page.screenshot(path=self._pictures / "docs" / f"{name}.png")
        await page.context.close()

    async def opens(self, beginning: str) -> None:
        """Open the channel whose name begins so."""
        await self.page.locator(f'[data-testid^="channel-{beginning}"]').first.click()

    async def click(self, words: str, button: str) -> None:
        """Click a button of the newest message with these words."""
        await self.window.message(words).get_by_role("button", name=button).first.click()

    async def sends_form(self, told: str = "") -> None:
        """Send the form; a notice that tells these words is closed."""
        await self.page.get_by_test_id("modal-submit").click()
        if told:
            await expect(self.window.modal).to_contain_text(told)
            await self.page.get_by_test_id("modal-cancel").click()
        await expect(self.window.modal).to_have_count(0)

    async def sees(self, words: str, *more: str, within: float = 10) -> None:
        """The newest message with `words` shows all of `more` too."""
        message = self.window.message(words)
        await expect(message).to_be_visible(timeout=within * 1000)
        for word in more:
            await expect(message).to_contain_text(word, timeout=within * 1000)


async def new_page(browser: Browser, look: Look) -> Page:
    theme: Literal["light", "dark"] = "dark" if look.theme == "dark" else "light"
    context = await browser.new_context(
        viewport=look.size or WIDE, color_scheme=theme, timezone_id=ZONE, locale="en-GB"
    )
    return await context.new_page()


@pytest_asyncio.fixture(loop_scope="session")
async def ana(chromium: Browser, tmp_path: Path) -> AsyncIterator[Ana]:
    pictures = Path(os.environ.get("QUARTERDECK_PICTURES") or tmp_path / "pictures")
    (pictures / "docs").mkdir(parents=True, exist_ok=True)
    demo = Demo(tmp_path / "demo")
    page = await new_page(chromium, Look())
    complaints: list[str] = []
    try:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(demo.start().url)
        await expect(page.locator("main.main")).to_be_visible()
        person = Ana(chromium, Window(page), pictures)
        yield person
        await person.picture("last")
    finally:
        await page.context.close()
        demo.stop()
    assert complaints == []


async def test_the_story_of_the_demo_is_clicked_through(ana: Ana) -> None:
    await looks_around(ana)
    await ships_the_bad_release(ana)
    await declares(ana)
    await looks_at_the_incident(ana)
    await rolls_back(ana)
    await resolves(ana)
    await reads_what_happened(ana)
    await is_refused_as_chloe(ana)


async def looks_around(ana: Ana) -> None:
    await expect(ana.step("Ship the bad release")).to_be_visible()
    await ana.opens("alerts")
    await ana.window.write("/slo status")
    await ana.sees("Checkout availability", "generated", "Only visible to you")
    await ana.picture("before")


async def ships_the_bad_release(ana: Ana) -> None:
    await ana.step("Ship the bad release").get_by_role("button", name="Ship v42").click()
    await expect(ana.step("Ship the bad release").get_by_role("status")).to_contain_text("Shipping v42")
    await ana.sees("Checkout answers with errors", "budget gone by", within=CARD_S)
    await ana.picture("alert")
    await ana.picture_for_docs("alert", "budget gone by")


async def declares(ana: Ana) -> None:
    await ana.click("Checkout answers with errors", "Declare incident…")
    await expect(ana.window.modal).to_contain_text("What do customers notice?")
    await ana.picture("declare")
    await ana.sends_form(told="INC-1 opened")
    await ana.opens("inc-1-")
    await ana.sees("INC-1", "Commander", "Ana Ruiz")
    await expect(ana.page.get_by_test_id("pins")).to_contain_text("1 Pinned")
    await ana.picture("room")
    await ana.picture_for_docs("room", "Commander")


async def looks_at_the_incident(ana: Ana) -> None:
    await ana.window.write("/slo status")
    await ana.sees("Checkout availability", "Only visible to you")
    await ana.window.write("/incident note coupons look broken")
    await ana.sees("Noted in the timeline of INC-1")
    await ana.picture("note")


async def rolls_back(ana: Ana) -> None:
    await ana.click("Commander", "Roll back to v41…")
    await expect(ana.window.modal).to_contain_text("v42 → v41")
    await ana.picture("plan")
    await ana.picture_for_docs("plan", "v42 → v41")
    await ana.sends_form()
    await ana.sees("Rolling back", "v42 → v41")
    await ana.picture("progress")
    await ana.sees("Better:", "v42 → v41", within=VERDICT_S)
    await ana.picture("verdict")
    await ana.picture_for_docs("verdict", "Better:")
    await ana.picture_for_docs("dark", "Better:", replace(SMALL, theme="dark"))
    await ana.picture_for_docs("phone", "Better:", Look(size=PHONE))


async def resolves(ana: Ana) -> None:
    await ana.opens("alerts")
    await ana.sees("Resolved: Checkout answers with errors", within=CALM_S)
    await ana.picture("alert-resolved")
    await ana.opens("inc-1-")
    await ana.window.write("/incident resolve rolled back to v41")
    await ana.sees("Resolved, SEV")
    await ana.picture("resolved")


async def reads_what_happened(ana: Ana) -> None:
    await ana.window.write("/incident timeline")
    await ana.sees("Timeline of INC-1", "Verdict on R-1")
    await ana.click("Timeline of INC-1", "Whole timeline")
    await expect(ana.window.modal).to_contain_text("declared INC-1")
    await ana.window.pick("tl.show", "Only people’s notes")
    await expect(ana.window.modal).to_contain_text("coupons look broken")
    await ana.picture("timeline")
    await ana.page.get_by_test_id("modal-cancel").click()
    await ana.window.write("/incident postmortem")
    file = ana.page.get_by_test_id("file").last
    await expect(file).to_be_visible()
    await ana.picture("draft-in-the-channel")
    await file.locator(".file-open").click()
    document = ana.page.get_by_test_id("document")
    await expect(document).to_contain_text("coupons look broken")
    await ana.picture("draft")
    await ana.page.keyboard.press("Escape")
    await expect(ana.page.locator(".step-done")).to_have_count(STEPS - 1)


async def is_refused_as_chloe(ana: Ana) -> None:
    """Other clicks work too: the story's last step."""
    await ana.page.get_by_test_id("person-switcher").click()
    await ana.page.get_by_test_id("person-chloe").click()
    await expect(ana.page.get_by_test_id("person-switcher")).to_contain_text("Chloe Lind")
    await ana.opens("alerts")
    await ana.window.write("/runbook run rollback checkout")
    await expect(ana.window.modal).to_contain_text("You may not")
    await expect(ana.window.modal).to_contain_text("Nothing was changed")
    await ana.picture("refused")
