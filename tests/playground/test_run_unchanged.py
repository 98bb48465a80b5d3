"""`python -m playground.run`: an app that does not know where Slack is."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.playground import ROOT, Playground, clean_environment

SYNC = """
import os, sys
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
import words

app = App(token=os.environ["SLACK_BOT_TOKEN"])

@app.command("/hello")
def hello(ack, command):
    ack(f"{words.GREETING} <@{command['user_id']}>, {sys.argv[1]}")

if __name__ == "__main__":
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start()
"""
ASYNC = """
import asyncio, os, sys
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
import words

app = AsyncApp(token=os.environ["SLACK_BOT_TOKEN"])

@app.command("/hello")
async def hello(ack, command):
    await ack(f"{words.GREETING} <@{command['user_id']}>, {sys.argv[1]}")

async def main():
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()

if __name__ == "__main__":
    asyncio.run(main())
"""


@contextmanager
def running(app: Path, slack: Playground) -> Iterator[None]:
    settings = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "playground.run", str(app), "how are you?"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=clean_environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.mark.parametrize("source", [SYNC, ASYNC], ids=["synchronous", "asynchronous"])
async def test_an_app_without_any_address_meets_the_playground(slack: Playground, tmp_path: Path, source: str) -> None:
    app = tmp_path / "app.py"
    app.write_text(source)
    (tmp_path / "words.py").write_text('GREETING = "Hello"\n')
    with running(app, slack):
        await slack.wait_connected(timeout=30)
        seen = await slack.command("ana", "random", "/hello", wait=10, until="Hello")

    assert seen.ephemerals[0]["plain"] == "Hello @Ana Ruiz, how are you?"


async def test_without_an_address_it_says_how_it_is_used() -> None:
    command = [sys.executable, "-m", "playground.run", "app.py"]
    without = {name: value for name, value in clean_environment().items() if name != "SLACK_API_URL"}
    ended = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=without, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert "SLACK_API_URL=http" in ended.stderr
