"""The stand-in as a process: started on a free port, stopped by its process id."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TextIO

from tests.support.playground import ROOT, clean_environment
from tests.support.tls import Certificates, certificates


class ClusterProcess:
    """`start` waits for its line of JSON, `stop` ends it by its process id.

    It speaks TLS, by an authority of its own that signs clients' certificates too; kubectl sends a token over nothing
    else. With `tls=False` it speaks plain HTTP, to anybody.
    """

    def __init__(self, *, port: int = 0, tls: bool = True) -> None:
        self._port = port
        self._tls = tls
        self._process: subprocess.Popen[str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._words: TextIO
        self.certificates: Certificates | None = None
        self.address: dict[str, str] = {}

    def start(self) -> None:
        """Raises RuntimeError with its own words when it does not start."""
        self._folder = tempfile.TemporaryDirectory(prefix="cluster-")
        self._words = (self.folder / "stderr").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kubernetes.stand_in", "--port", str(self._port), *self._secured()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._words, cwd=ROOT,
            env=clean_environment(), text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(self.stop())
        self.address = json.loads(line)

    def _secured(self) -> list[str]:
        if not self._tls:
            return []
        self.certificates = certificates(self.folder)
        cert, key = self.certificates.server()
        return ["--cert", cert, "--key", key, "--client-ca", self.certificates.ca]

    @property
    def pid(self) -> int:
        """Fails before the start."""
        assert self._process is not None
        return self._process.pid

    @property
    def folder(self) -> Path:
        """kubectl's home: its cache of what the cluster serves outlives the tests of one process."""
        assert self._folder is not None
        return Path(self._folder.name)

    def stop(self) -> str:
        """Returns what it wrote to stderr."""
        if self._process is None or self._folder is None:
            return ""
        self._process.terminate()
        try:
            self._process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._process = None
        words = (self.folder / "stderr").read_text(encoding="utf-8")
        self._words.close()
        self._folder.cleanup()
        return words
