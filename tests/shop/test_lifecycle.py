"""Bringing a shop up and down: twice, after a crash, in awkward places."""

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from tests.shop.running import RunningShop, answer, command, eventually

OpenShop = Callable[..., RunningShop]


def is_gone(pid: int) -> bool:
    """Whether a process has ended; a zombie nobody has collected counts as ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    if not Path("/proc/self").exists():
        return False
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"


def test_up_a_second_time_finds_the_running_shop(tmp_path: Path, open_shop: OpenShop) -> None:
    first = open_shop(tmp_path, "--replicas", 1).facts
    second = open_shop(tmp_path, "--replicas", 3).facts
    assert (first.pop("already"), second.pop("already")) == (False, True)
    assert first == second


def test_down_leaves_no_process_and_can_be_said_again(tmp_path: Path, open_shop: OpenShop) -> None:
    shop = open_shop(tmp_path, "--replicas", 2)
    pids = shop.pids()
    assert pids.keys() == {"supervisord", "checkout-1", "checkout-2", "front", "buyers"}
    assert answer("down", "--dir", tmp_path)["stopped"] is True
    assert all(is_gone(pid) for pid in pids.values())
    assert not Path(shop.facts["supervisor_socket"]).exists()
    assert answer("status", "--dir", tmp_path)["running"] is False

    bystander = os.getpid()
    (tmp_path / "supervisord.pid").write_text(str(bystander))
    assert answer("down", "--dir", tmp_path)["stopped"] is False
    refused = command("ship", "v42", "--dir", tmp_path)
    assert refused.returncode == 1
    assert "is not running. Start it" in refused.stderr


def test_after_a_crash_of_supervisord_its_programs_end_and_up_starts_afresh(
    tmp_path: Path, open_shop: OpenShop
) -> None:
    crashed = open_shop(tmp_path, "--replicas", 1)
    pids = crashed.pids()
    os.kill(pids["supervisord"], signal.SIGKILL)
    eventually(lambda: all(is_gone(pid) for pid in pids.values()))
    assert (tmp_path / "supervisor.sock").exists()
    assert (tmp_path / "supervisord.pid").exists()
    again = open_shop(tmp_path, "--replicas", 1)
    assert again.facts["front_url"] == crashed.facts["front_url"]
    assert again.facts["already"] is False
    assert again.live() == {"checkout-1": "v41"}


def test_down_works_when_the_socket_was_removed(tmp_path: Path, open_shop: OpenShop) -> None:
    shop = open_shop(tmp_path, "--replicas", 1)
    pids = shop.pids()
    Path(shop.facts["supervisor_socket"]).unlink()
    assert answer("down", "--dir", tmp_path)["stopped"] is True
    assert all(is_gone(pid) for pid in pids.values())


def test_a_directory_too_long_for_a_socket_gets_one_elsewhere(tmp_path: Path, open_shop: OpenShop) -> None:
    deep = tmp_path / "with a space" / ("d" * 80) / ("e" * 80)
    shop = open_shop(deep, "--replicas", 1)
    path = Path(shop.facts["supervisor_socket"])
    assert len(str(path)) < 100
    assert shop.live() == {"checkout-1": "v41"}
    shop.down()
    assert not path.parent.exists()


def test_a_directory_supervisord_would_misread_is_refused(tmp_path: Path) -> None:
    refused = command("up", "--dir", tmp_path / "100%")
    assert refused.returncode == 1
    assert "'%'" in refused.stderr


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        refused = command("up", "--dir", tmp_path, "--port", port)
    assert refused.returncode == 1
    assert f"Port {port} is taken" in refused.stderr
    assert not (tmp_path / "shop.json").exists()


def test_a_command_for_a_directory_without_a_shop_says_how_to_make_one(tmp_path: Path) -> None:
    refused = command("status", "--dir", tmp_path)
    assert refused.returncode == 1
    assert "There is no shop" in refused.stderr
    assert f"up --dir {tmp_path}" in refused.stderr
