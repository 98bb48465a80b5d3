"""One Chromium and one playground for all tests of this folder; each test gets a clean workspace and new windows."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.panel_target import PanelTarget
from tests.browser.window import Windows
from tests.playground.apps import Bolt
from tests.support.playground import Playground, PlaygroundProcess
from tests.support.require import require

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_MANIFEST = """
display_information: {name: Quarterdeck}
features:
  app_home: {home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false}
  assistant_view: {assistant_description: Answers about incidents}
  bot_user: {display_name: Quarterdeck, always_online: true}
  shortcuts:
    - {name: Declare incident, type: global, callback_id: declare, description: Opens the incident form}
    - {name: Add to timeline, type: message, callback_id: keep, description: Keeps this message}
  slash_commands:
    - {command: /slo, description: Error budgets, usage_hint: status or show NAME, should_escape: true}
    - {command: /incident, description: Open and resolve incidents, usage_hint: open WHAT, should_escape: true}
oauth_config:
  scopes:
    bot: [commands, chat:write, chat:write.public, channels:manage, channels:read, channels:join, channels:history,
      groups:read, groups:write, im:write, im:read, im:history, users:read, usergroups:read, pins:write,
      bookmarks:write, reactions:read, reactions:write, files:write, files:read, app_mentions:read, mpim:write,
      calls:write, canvases:write, usergroups:write, chat:write.customize, assistant:write]
settings:
  event_subscriptions: {bot_events: [app_home_opened, app_mention, assistant_thread_started, message.im]}
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
"""


@pytest.fixture(scope="session")
def panel_target() -> Iterator[PanelTarget]:
    with PanelTarget() as target:
        yield target


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory, panel_target: PanelTarget) -> Iterator[PlaygroundProcess]:
    folder = tmp_path_factory.mktemp("playground")
    manifest = folder / "manifest.yaml"
    manifest.write_text(_MANIFEST)
    panel = folder / "panel.json"
    panel.write_text(json.dumps(panel_target.panel()))
    process = PlaygroundProcess(manifest=manifest, options=("--panel", str(panel)))
    process.start()
    yield process
    complaints = process.stop()
    assert "Traceback" not in complaints, complaints


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    path = require("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def slack(process: PlaygroundProcess) -> AsyncIterator[Playground]:
    async with Playground(process) as playground:
        yield playground


@pytest_asyncio.fixture(loop_scope="session")
async def bolt(slack: Playground) -> AsyncIterator[Bolt]:
    """A Bolt app that is not connected yet: register listeners, then `await bolt.connect()`."""
    app = Bolt(slack)
    yield app
    await app.close()


@pytest_asyncio.fixture(loop_scope="session")
async def windows(chromium: Browser, slack: Playground) -> AsyncIterator[Windows]:
    opened = Windows(chromium, slack)
    yield opened
    await opened.close()
    assert not opened.complaints, opened.complaints
