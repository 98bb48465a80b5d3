"""`quarterdeck demo`: it comes up, goes on where it was, and leaves nothing running."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.demo.running import Demo, processes_of
from tests.shop.running import eventually
from tests.support.playground import ROOT, clean_environment


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """Of the directory `tmp_path`; not started yet. What a failed test leaves running is killed."""
    made = Demo(tmp_path)
    yield made
    made.stop()
    for pid in processes_of(tmp_path):
        os.kill(pid, signal.SIGKILL)


def ask(demo: Demo, name: str, **query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = httpx.get(f"{demo.url}/control/{name}", params=query, trust_env=False).json()
    return found


def say(demo: Demo, action: str, **arguments: object) -> dict[str, object]:
    body = {"user": "ana", **arguments}
    answer: dict[str, object] = httpx.post(
        f"{demo.url}/control/{action}", json=body, trust_env=False, timeout=30
    ).json()
    return answer


def plain(demo: Demo, channel: str) -> str:
    return "\n".join(str(message["plain"]) for message in ask(demo, "messages", channel=channel))


def test_it_comes_up_answers_and_goes_on_after_a_clean_stop_that_left_nothing(demo: Demo, tmp_path: Path) -> None:
    demo.start()
    boot = httpx.get(f"{demo.url}/page/boot?user=ana", trust_env=False).json()
    assert boot["app"]["connected"]
    assert [step["title"] for step in boot["panel"]["steps"]][1] == "Ship the bad release"
    answer = say(
        demo, "command", channel="alerts", command="/slo", text="status", until="Checkout availability", wait=10
    )
    assert "Checkout availability" in str(answer["text"])
    say(demo, "message", channel="random", text="written before the stop")
    opened = say(demo, "command", channel="incidents", command="/incident", text="open search is slow sev3", wait=10)
    assert "INC-1" in str(opened["text"])
    assert ask(demo, "violations") == []
    address = demo.url
    assert demo.stop(signal.SIGTERM) == 0
    assert processes_of(tmp_path) == {}

    demo.start()
    assert demo.url == address
    assert "written before the stop" in plain(demo, "random")
    listed = say(demo, "command", channel="random", command="/incident", text="list", until="INC-1", wait=10)
    assert "INC-1" in str(listed["text"])

    refused = another_in(tmp_path)
    assert refused.returncode == 2
    assert f"A demo runs in {tmp_path} already" in refused.stderr
    assert ask(demo, "app")


def test_it_goes_on_after_it_was_killed_and_ends_when_a_part_of_it_dies(demo: Demo, tmp_path: Path) -> None:
    demo.start()
    say(demo, "message", channel="random", text="written before the kill")
    before = {pid for pid, command in processes_of(tmp_path).items() if "ready-file" in command}
    demo.kill()
    assert before <= processes_of(tmp_path).keys()

    other = Demo(tmp_path / "other")
    try:
        side_by_side = other.start().url
        demo.start()
        assert demo.url != side_by_side
        assert "written before the kill" in plain(demo, "random")
        assert not before & processes_of(tmp_path).keys()
        assert other.stop() == 0
    finally:
        other.stop()

    os.kill(json.loads((tmp_path / "ready.json").read_text())["pid"], signal.SIGKILL)
    assert demo.wait() == 1
    assert processes_of(tmp_path) == {}


def another_in(folder: Path) -> subprocess.CompletedProcess[str]:
    """A second demo in the directory of one that runs."""
    command = [sys.executable, "-m", "bot", "demo", "--dir", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=clean_environment(), timeout=30)


@pytest.mark.parametrize("sign", ["shop/shop.json", "history.jsonl", "pids.json"])
def test_it_leaves_nothing_when_it_is_stopped_while_it_starts(demo: Demo, tmp_path: Path, sign: str) -> None:
    demo.begin()
    eventually((tmp_path / sign).exists, seconds=30)

    assert demo.stop() == 0
    assert processes_of(tmp_path) == {}
