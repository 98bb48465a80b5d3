"""Starting, finding, asking and stopping the shop's supervisord, over its XML-RPC on the Unix socket."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import Faults, SupervisorTransport

from playground.shop.layout import Shop, ShopError, remove_socket

_STOP_S = 20.0
_POLL_S = 0.05
# What the programs get of the caller's environment: a shop started by a bot must not hold the bot's tokens.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Program:
    """A program as supervisord sees it; `state` in its words (RUNNING, STOPPED, FATAL …), `pid` 0 when not running."""

    name: str
    state: str
    pid: int


def start(shop: Shop) -> None:
    """Starts supervisord in the background; ShopError with its own words when it refuses."""
    started = subprocess.run(
        [sys.executable, "-m", "supervisor.supervisord", "-c", str(shop.conf)],
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if started.returncode:
        raise ShopError(f"supervisord did not start: {started.stdout.strip()} (configuration: {shop.conf})")
    wait_until(lambda: running_pid(shop) is not None, 10.0, f"supervisord did not answer on {shop.supervisor_socket}")


def stop(shop: Shop) -> bool:
    """Stops supervisord and with it every program; False when none was running. SIGKILL after 20 s of patience."""
    pid = running_pid(shop)
    if pid:
        _rpc(shop).stopAllProcesses()  # all at once; supervisord left to itself stops one after another
        _rpc(shop).shutdown()
    else:
        pid = _pid_from_file(shop)
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
    try:
        wait_until(lambda: not _is_supervisord(pid, shop), _STOP_S, f"supervisord {pid} did not stop")
    except ShopError:
        os.kill(pid, signal.SIGKILL)  # its programs notice and end themselves
        wait_until(lambda: not _is_supervisord(pid, shop), _STOP_S, f"supervisord {pid} outlived SIGKILL")
    shop.pidfile.unlink(missing_ok=True)
    remove_socket(shop)
    return True


def running_pid(shop: Shop) -> int | None:
    """The pid of the supervisord that answers on the socket; None when none does, or it is going down."""
    try:
        return int(_rpc(shop).getPID())
    except (OSError, HTTPException, Fault):
        return None


def programs(shop: Shop) -> list[Program]:
    """All programs supervisord knows, by name."""
    known = _rpc(shop).getAllProcessInfo()
    return sorted((Program(p["name"], p["statename"], p["pid"]) for p in known), key=lambda program: program.name)


def restart(shop: Shop, program: str) -> None:
    """Stops and starts one program, waiting for both; ShopError when it does not stay up."""
    rpc = _rpc(shop)
    try:
        rpc.stopProcess(program)
    except Fault as fault:
        if fault.faultCode != Faults.NOT_RUNNING:
            raise ShopError(f"supervisord could not stop {program}: {fault.faultString}") from fault
    try:
        rpc.startProcess(program)
    except Fault as fault:
        log = shop.logs / f"{program}.log"
        raise ShopError(f"{program} did not start: {fault.faultString}. Its log: {log}") from fault


def wait_until(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    """Returns once `holds()`; ShopError with the text `otherwise` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise ShopError(f"{otherwise} within {seconds:g} s.")
        time.sleep(_POLL_S)


def _rpc(shop: Shop) -> Any:  # an XML-RPC proxy has no static shape
    transport = SupervisorTransport(serverurl=f"unix://{shop.supervisor_socket}")
    return ServerProxy("http://127.0.0.1", transport=transport).supervisor


def _pid_from_file(shop: Shop) -> int | None:
    """The supervisord of the pid file, if that process is this shop's: the file may be stale, the pid another's."""
    try:
        pid = int(shop.pidfile.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if _is_supervisord(pid, shop) else None


def _is_supervisord(pid: int, shop: Shop) -> bool:
    """Whether `pid` lives and runs on this shop's configuration; a zombie has no command line and counts as gone."""
    return str(shop.conf) in _command_line(pid)


def _command_line(pid: int) -> str:
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            return ""
    return subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
