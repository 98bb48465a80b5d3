"""A running shop for tests: its command line, its front and its supervisord, as a tool beside it would use them."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from xmlrpc.client import ServerProxy

from prometheus_client.parser import text_string_to_metric_families
from supervisor.xmlrpc import SupervisorTransport


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs `python -m playground.shop` to its end."""
    line = [sys.executable, "-m", "playground.shop", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)


def answer(*arguments: object) -> dict[str, Any]:
    """The one JSON object a command printed; the test fails with its stderr when it did not succeed."""
    done = command(*arguments)
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Returns as soon as `holds()`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not come true within {seconds} s"
        time.sleep(0.05)


class RunningShop:
    """A shop brought up in `directory`; `facts` is what `up` said."""

    def __init__(self, directory: Path, *options: object) -> None:
        self.facts = answer("up", "--dir", directory, *options)
        self.dir = Path(self.facts["dir"])

    def ship(self, release: str) -> dict[str, Any]:
        return answer("ship", release, "--dir", self.dir)

    def down(self) -> None:
        answer("down", "--dir", self.dir)

    @property
    def current(self) -> str:
        """The release `current` points at."""
        return (self.dir / "current").readlink().name

    @property
    def supervisor(self) -> Any:
        transport = SupervisorTransport(serverurl=f"unix://{self.facts['supervisor_socket']}")
        return ServerProxy("http://127.0.0.1", transport=transport).supervisor

    def pids(self) -> dict[str, int]:
        """The pid of each running program by name, supervisord's own included."""
        programs = {info["name"]: info["pid"] for info in self.supervisor.getAllProcessInfo() if info["pid"]}
        return {"supervisord": self.facts["pid"], **programs}

    def call(self, path: str, method: str = "GET", port: int | None = None) -> tuple[int, bytes]:
        """Status and body of a request to the front, or to the local port given."""
        connection = HTTPConnection("127.0.0.1", port or self.facts["front_port"], timeout=5)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def live(self) -> dict[str, str]:
        """The live replicas as the front sees them, each with its release."""
        replicas = json.loads(self.call("/status")[1])["replicas"]
        return {replica["name"]: replica["release"] for replica in replicas if replica["live"]}

    def samples(self, name: str) -> dict[tuple[str, ...], float]:
        """The front's samples of one name, by their label values in the order of the label names."""
        families = text_string_to_metric_families(self.call("/metrics")[1].decode())
        found = [sample for family in families for sample in family.samples if sample.name == name]
        return {tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in found}

    def served(self, service: str) -> dict[str, int]:
        """Requests answered for a service so far, by code."""
        counts = self.samples("shop_requests_total")
        return {code: int(count) for (code, of), count in counts.items() if of == service}

    def next_served(self, service: str, count: int) -> dict[str, int]:
        """What the front answers for a service from now on, by code, until at least `count` requests have come."""
        before = self.served(service)
        eventually(lambda: sum(self.served(service).values()) >= sum(before.values()) + count, 20)
        return {code: now - before[code] for code, now in self.served(service).items()}
