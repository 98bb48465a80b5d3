"""A real supervisord in a directory of its own, with releases, a `current` link and one program a replica."""

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from runbooks.targets.supervisord import connect
from runbooks.targets.supervisord.target import SupervisordTarget

REPLICA = Path(__file__).with_name("replica.py")
LINE_TIMES = {"v41": "2026-01-01T10:00:00Z", "v42": "2026-01-02T10:00:00Z", "v43": "2026-01-03T10:00:00Z"}

_CONF = """\
[unix_http_server]
file={socket}
chmod=0700
[supervisord]
logfile={dir}/supervisord.log
pidfile={dir}/supervisord.pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[include]
files = {dir}/programs/*.ini
"""

_PROGRAM = """\
; one replica
[program:{name}]
command="{python}" "{replica}" "{dir}/starts.jsonl"
directory={directory}
environment=PORT="{port}",OTHER="x"
autorestart=true
startsecs={startsecs}
startretries=1
stopwaitsecs=2
redirect_stderr=true
stdout_logfile={dir}/%(program_name)s.log
"""


_STRETCHES = 150
_FIRST = 10_000 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 6 * 10 * _STRETCHES
_BASES = itertools.cycle(range(_FIRST, _FIRST + 10 * _STRETCHES, 10))
"""Each process of a test run has stretches of its own, below the ports that Linux gives to outgoing connections (32,768
and up), which could take the port of a replica while it restarts."""


class Machine:
    """`replicas` processes of the service `checkout` on release v42, with v41 before it."""

    def __init__(self, replicas: int = 2, startsecs: int = 0) -> None:
        self.dir = Path(tempfile.mkdtemp(prefix="machine-"))
        self.socket = self.dir / "supervisor.sock"
        self.programs = self.dir / "programs"
        self.releases = self.dir / "releases"
        self.current = self.dir / "current"
        self.history = self.dir / "deploys.jsonl"
        self.starts_file = self.dir / "starts.jsonl"
        self._startsecs = startsecs
        self._base = _free_ports()
        self._supervisord: subprocess.Popen[bytes] | None = None
        self.programs.mkdir()
        self.releases.mkdir()
        self.starts_file.touch()
        (self.dir / "supervisord.conf").write_text(_CONF.format(dir=self.dir, socket=self.socket))
        for name in ("v41", "v42"):
            self.add_release(name)
        self.current.symlink_to("releases/v42")
        self.history.write_text('{"from": null, "to": "v41"}\n{"from": "v41", "to": "v42"}\n')
        for number in range(1, replicas + 1):
            self.write_program(number)

    def write_program(self, number: int, directory: Path | None = None) -> None:
        name = f"checkout-{number}"
        text = _PROGRAM.format(
            name=name,
            python=sys.executable,
            replica=REPLICA,
            dir=self.dir,
            directory=directory or self.current,
            port=self._base + number,
            startsecs=self._startsecs,
        )
        (self.programs / f"{name}.ini").write_text(text)

    def add_release(self, name: str, flaw: str = "") -> None:
        """A complete release; `flaw` is `broken` (ends at once) or `sick` (never healthy)."""
        folder = self.releases / name
        folder.mkdir()
        described = {"version": name, "released_at": LINE_TIMES[name], "author": "ana", "note": f"what {name} brought"}
        (folder / "release.json").write_text(json.dumps(described))
        if flaw:
            (folder / flaw).touch()

    def start(self) -> None:
        """Start supervisord, and wait until every replica has started."""
        command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(self.dir / "supervisord.conf")]
        self._supervisord = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        expected = len(list(self.programs.glob("*.ini")))
        eventually(lambda: self.socket.exists() and len(self.starts()) >= expected)

    def stop(self) -> None:
        """End supervisord, with which its programs end, and remove everything."""
        if self._supervisord is not None:
            self._supervisord.kill()
            self._supervisord.wait(30)
        shutil.rmtree(self.dir)

    @property
    def supervisor(self) -> Any:
        """supervisord's own client, as a person beside us would use it."""
        transport = SupervisorTransport(serverurl=f"unix://{self.socket}")
        return ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def freeze(self) -> None:
        """supervisord hangs: it takes connections and answers nothing."""
        assert self._supervisord is not None
        self._supervisord.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._supervisord is not None
        self._supervisord.send_signal(signal.SIGCONT)

    def options(self, **changes: str) -> dict[str, str]:
        """The catalog's options for this machine."""
        return {
            "socket": str(self.socket),
            "program": "checkout",
            "programs": str(self.programs),
            "current": str(self.current),
            "releases": str(self.releases),
            "history": str(self.history),
            "health": "http://127.0.0.1:{port}/healthz",
            "health_timeout_s": "5",
            **changes,
        }

    def target(self, **changes: str) -> SupervisordTarget:
        return connect(self.options(**changes))

    def starts(self) -> list[Mapping[str, str]]:
        """Every start of a replica so far, oldest first."""
        return [json.loads(line) for line in self.starts_file.read_text().splitlines()]

    def starts_since(self, before: int) -> Counter[str]:
        """How often each replica was started since there were `before` starts."""
        return Counter(start["name"] for start in self.starts()[before:])

    def switches(self) -> list[tuple[str | None, str]]:
        """The history: from and to of each switch."""
        lines = [json.loads(line) for line in self.history.read_text().splitlines()]
        return [(line["from"], line["to"]) for line in lines]


def eventually(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    """Returns as soon as `holds()`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        time.sleep(0.02)


def _free_ports() -> int:
    """The port before a stretch of nine that are free, and were not given to the machine before: a replica binds its
    port a moment after it has noted its start.
    """
    for _ in range(_STRETCHES):
        base = next(_BASES)
        if all(_is_free(base + offset) for offset in range(1, 10)):
            return base
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
