"""A Bolt app in JavaScript, with the official packages from npm, on the same playground."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.playground import Playground, clean_environment
from tests.support.require import absent, require

SOURCE = Path(__file__).parent / "javascript"
INSTALL = ("ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
INSTALL_SECONDS = 240
LONG = 10.0
"""Seconds for what a process that has just started does."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app with its packages, exactly those of the lock file."""
    require("node")
    npm = require("npm")
    folder = tmp_path_factory.mktemp("javascript") / "app"
    shutil.copytree(SOURCE, folder)
    try:
        subprocess.run([npm, *INSTALL], cwd=folder, check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        absent("the npm package @slack/bolt", f"npm did not install it within {INSTALL_SECONDS} s")
    except subprocess.CalledProcessError as error:
        absent("the npm package @slack/bolt", error.stderr.strip())
    return folder


class Node:
    """The app as a process of its own; nothing but its three settings tells it where Slack is."""

    def __init__(self, folder: Path, slack: Playground) -> None:
        settings = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_API_URL": slack.api_url,
        }
        self._process = subprocess.Popen(
            ["node", "app.js"], cwd=folder, env=clean_environment(settings), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def stop(self) -> str:
        """Returns what it wrote."""
        self._process.terminate()
        try:
            words, _ = self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            words, _ = self._process.communicate()
        return words


@pytest.fixture
async def app(folder: Path, slack: Playground) -> AsyncIterator[None]:
    node = Node(folder, slack)
    try:
        await slack.wait_connected(timeout=60)
        yield
    finally:
        words = await asyncio.to_thread(node.stop)
    assert "Node.js v" not in words, words  # how a report of a crash ends


@pytest.mark.usefixtures("app")
class TestAnAppInJavaScript:
    async def test_it_answers_messages_clicks_and_commands(self, slack: Playground) -> None:
        greeted = await slack.message("ana", "alerts", "hello", wait=LONG, until="Hey there")
        clicked = await slack.click("ana", message=greeted.messages[-1], text="Click Me", wait=LONG, until="clicked")
        echoed = await slack.command("ana", "random", "/echo", "back to me", wait=LONG, until="back to me")

        assert "Hey there @Ana Ruiz!\n[Click Me]" in greeted.text
        assert clicked.messages[-1]["plain"] == "@Ana Ruiz clicked the button"
        assert echoed.ephemerals[0]["plain"] == "back to me"
        assert await slack.violations() == []

    async def test_its_form_has_external_options_refuses_and_is_filed(self, slack: Playground) -> None:
        opened = await slack.command("ana", "alerts", "/ticket", wait=LONG, until="Ticket")
        values = {"title": "Disk", "team": "Payments"}
        refused = await slack.submit("ana", values, view=opened.view, wait=LONG, until="Say a little more")
        filed = await slack.submit("ana", {"title": "Disk is full"}, channel="alerts", wait=LONG, until="filed")
        message = await slack.message_with("alerts", "filed")

        assert refused.errors == {"title": "Say a little more."}
        assert filed.views == []
        assert message["plain"] == "@Ana Ruiz filed “Disk is full” for payments"
        await slack.eventually(
            lambda: slack.message_with("alerts", "filed"), lambda found: "ticket" in str(found.get("reactions"))
        )
        assert await slack.violations() == []

    async def test_it_hears_events_and_publishes_its_home(self, slack: Playground) -> None:
        home = await slack.home("ana", wait=LONG, until="Welcome home")
        written = await slack.message("ben", "alerts", "shipped")
        message = await slack.message_with("alerts", "shipped")
        await slack.react("ana", message, "eyes")
        thanks = await slack.message_with("alerts", "Thanks for the :eyes:")

        assert home.home is not None
        assert thanks["thread_ts"] == written.ts
        assert await slack.violations() == []

    async def test_it_comes_back_after_the_connection_was_cut(self, slack: Playground) -> None:
        await slack.fault("socket_cut")
        await slack.eventually(slack.connected, lambda connected: not connected)
        await slack.wait_connected(timeout=30)
        echoed = await slack.command("ana", "random", "/echo", "here again", wait=LONG, until="here again")

        assert echoed.ephemerals[0]["plain"] == "here again"
