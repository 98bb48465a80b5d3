"""`--keep FILE`: the workspace outlives the process."""

import pickle
import subprocess
import sys
from pathlib import Path

from playground.ids import Ids
from playground.seed import new_workspace
from tests.playground.apps import RANDOM, web_client
from tests.support.playground import ROOT, Playground, clean_environment


def options(tmp_path: Path) -> tuple[str, ...]:
    return ("--keep", str(tmp_path / "slack.state"))


async def test_channels_messages_and_pins_are_there_again(tmp_path: Path) -> None:
    async with Playground(options=options(tmp_path)) as slack:
        posted = await web_client(slack).chat_postMessage(channel=RANDOM, text="a card")
        await slack.act("channel", "ana", name="inc-1")
        await slack.pin("ana", await slack.message_with("random", "a card"))

    async with Playground(options=options(tmp_path)) as slack:
        assert (await slack.message_with("random", "a card"))["ts"] == posted["ts"]
        assert await slack.channel("inc-1")
        pinned = await slack.channel("random")
        assert pinned is not None
        assert pinned["pins"] == [posted["ts"]]


async def test_ids_go_on_and_are_never_given_twice(tmp_path: Path) -> None:
    async with Playground(options=options(tmp_path)) as slack:
        await slack.act("channel", "ana", name="one")

    async with Playground(options=options(tmp_path)) as slack:
        await slack.act("channel", "ana", name="two")
        channels = await slack.channels()
        assert channels["one"]["id"] != channels["two"]["id"]


async def test_what_was_kept_while_it_ran_is_there_after_a_kill(tmp_path: Path) -> None:
    kept = tmp_path / "slack.state"
    async with Playground(options=options(tmp_path)) as slack:
        await slack.message("ana", "random", "before the kill")
        await slack.eventually(lambda: _holds(kept, b"before the kill"))

        async with Playground(options=options(tmp_path)) as other:  # reads what was written while the first one runs
            assert await other.message_with("random", "before the kill")


def test_a_file_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "slack.state").write_text("not a workspace")
    command = [sys.executable, "-m", "playground", *options(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=clean_environment(), timeout=30)

    assert done.returncode == 2
    assert "slack.state cannot be read" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_of_an_older_version_is_refused_in_words(tmp_path: Path) -> None:
    workspace = new_workspace()
    del workspace.streams
    (tmp_path / "slack.state").write_bytes(pickle.dumps((workspace, Ids(1))))
    command = [sys.executable, "-m", "playground", *options(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=clean_environment(), timeout=30)

    assert done.returncode == 2
    assert "slack.state was written by an older version" in done.stderr


async def _holds(path: Path, words: bytes) -> bool:
    return path.exists() and words in path.read_bytes()
