"""`quarterdeck demo` as a process of its own, and the processes that belong to its directory."""

import queue
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.support.playground import ROOT, clean_environment

_START_S = 60.0
_STOP_S = 40.0
_ADDRESS = re.compile(r"is ready: +(http://\S+)")


class Demo:
    """Started in `directory`, and again where that is called again. `url` is the page's address."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def begin(self) -> subprocess.Popen[str]:
        """Start it without waiting for anything."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--dir", str(self._directory)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, env=clean_environment(), text=True,
        )  # fmt: skip
        return self._process

    def start(self) -> "Demo":
        """Returns once the address is printed; fails with what it says where it ends before."""
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_read, args=(self.begin(), lines), daemon=True).start()
        said: list[str] = []
        while True:
            said.append(lines.get(timeout=_START_S))
            assert said[-1], "".join(said)
            if found := _ADDRESS.search(said[-1]):
                self.url = found[1]
                return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ends it as Ctrl-C does; its exit code."""
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(_STOP_S)
        self._process = None
        return code

    def kill(self) -> None:
        """As a crash would: it cannot stop what it started."""
        self.stop(signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code once it has ended by itself."""
        assert self._process is not None
        return self._process.wait(_STOP_S)


def _read(process: subprocess.Popen[str], lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")


def processes_of(directory: Path) -> dict[int, str]:
    """The command lines that name the directory, by pid."""
    told = subprocess.run(["ps", "-eww", "-o", "pid=,command="], capture_output=True, text=True, check=True).stdout
    found = (line.split(maxsplit=1) for line in told.splitlines() if str(directory) in line)
    return {int(pid): command for pid, command in found}
