"""A browser window that looks through the eyes of one person, and what a test asks of it."""

from dataclasses import dataclass

from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, ViewportSize, expect

from tests.support.playground import Playground

WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
ZONE = "Europe/Madrid"
expect.set_options(timeout=10_000)


@dataclass(frozen=True, slots=True)
class Look:
    """How a window is set up; `theme` is what the system prefers."""

    theme: str = "light"
    size: ViewportSize | None = None


class Windows:
    """Opens windows on a playground and remembers every complaint of the pages in them."""

    def __init__(self, browser: Browser, slack: Playground) -> None:
        self._browser = browser
        self._slack = slack
        self._pages: list[Page] = []
        self.complaints: list[str] = []

    async def open(self, user: str = "ana", place: str = "channel=random", *, look: Look = Look()) -> "Window":
        """`place` is the query that names it: `channel=NAME` or `app=home`. Waits until the page can be used."""
        page = await self.blank(look)
        await page.goto(f"{self._slack.url}/?user={user}&{place}")
        window = Window(page)
        await expect(page.locator("main.main")).to_be_visible()
        return window

    async def blank(self, look: Look = Look()) -> Page:
        """A page that has not gone anywhere yet."""
        context = await self._browser.new_context(
            viewport=look.size or WIDE,
            color_scheme="dark" if look.theme == "dark" else "light",
            timezone_id=ZONE,
            locale="en-GB",
        )
        page = await context.new_page()
        page.on("pageerror", self._on_error)
        page.on("console", self._on_console)
        self._pages.append(page)
        return page

    async def close(self) -> None:
        for page in self._pages:
            await page.context.close()

    def _on_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _on_console(self, message: ConsoleMessage) -> None:
        # Notes of the browser itself: some tests ask for pictures that do not exist, some cut the connection.
        if message.type == "error" and not message.text.startswith(("Failed to load resource", "WebSocket connection")):
            self.complaints.append(message.text)


class Window:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.composer = page.get_by_test_id("composer")
        self.modal = page.get_by_test_id("modal")
        self.thread = page.get_by_test_id("thread-pane")
        self.toast = page.get_by_test_id("toast")

    def message(self, words: str) -> Locator:
        """The newest message of the conversation that shows these words."""
        return self.page.locator("main").get_by_test_id("message").filter(has_text=words).last

    def channel(self, name: str) -> Locator:
        return self.page.get_by_test_id(f"channel-{name}")

    def action(self, action_id: str) -> Locator:
        return self.page.get_by_test_id(f"action-{action_id}")

    def option(self, words: str) -> Locator:
        """An entry of the open list."""
        return self.page.get_by_role("option").filter(has_text=words).first

    async def write(self, text: str) -> None:
        """Type into the composer and send."""
        await self.composer.fill(text)
        await self.page.get_by_test_id("composer-send").click()

    async def menu_of(self, words: str) -> None:
        """Open the menu of a message."""
        await self.message(words).hover()
        await self.message(words).get_by_test_id("message-more").click()

    async def pick(self, action_id: str, words: str) -> None:
        """Open a select and choose the entry with these words."""
        await self.action(action_id).click()
        await self.option(words).click()
