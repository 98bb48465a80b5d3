import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.store.statelock import StateLock, StateLocked

HOLD = (
    "import sys, pathlib\n"
    "from bot.store.statelock import StateLock\n"
    "StateLock(pathlib.Path(sys.argv[1])).acquire()\n"
    "print('held', flush=True)\n"
    "sys.stdin.read()\n"
)


@contextmanager
def another_process(directory: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", HOLD, str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def test_a_second_process_is_refused_in_one_line_that_says_who_and_what_to_do(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder, pytest.raises(StateLocked) as refused:
        StateLock(tmp_path).acquire()
    words = str(refused.value)
    assert f"process {holder.pid}" in words
    assert str(tmp_path) in words
    assert "QUARTERDECK_STATE_DIR" in words
    assert "\n" not in words


def test_a_killed_process_leaves_the_directory_free(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(10)
        with StateLock(tmp_path):
            pass


def test_who_has_let_go_can_be_followed(tmp_path: Path) -> None:
    with StateLock(tmp_path), pytest.raises(StateLocked):
        StateLock(tmp_path).acquire()
    with StateLock(tmp_path):
        pass


def test_a_frozen_process_still_holds(tmp_path: Path) -> None:
    with another_process(tmp_path) as holder:
        os.kill(holder.pid, signal.SIGSTOP)
        with pytest.raises(StateLocked):
            StateLock(tmp_path).acquire()


def test_a_missing_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "state"
    with StateLock(directory):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_letting_go_of_nothing_is_harmless(tmp_path: Path) -> None:
    StateLock(tmp_path).release()
