"""A real PostgreSQL on a free port, in a directory of its own.

The directory is not one of pytest's, which only their owner may enter: as root, PostgreSQL runs as somebody else.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.prometheus import free_port
from tests.support.require import require

NOBODY = "nobody"


@contextmanager
def postgres() -> Iterator[str]:
    """Start one; yields the URL of its maintenance database, for whose user everything is allowed."""
    initdb, pg_ctl = require("initdb"), require("pg_ctl")
    with tempfile.TemporaryDirectory(prefix="quarterdeck-pg-") as directory:
        if os.geteuid() == 0:
            shutil.chown(directory, NOBODY)
        with _serving(Path(directory), initdb, pg_ctl) as url:
            yield url


@contextmanager
def _serving(directory: Path, initdb: str, pg_ctl: str) -> Iterator[str]:
    data, log, port = directory / "data", directory / "log", free_port()
    _run([initdb, "-D", str(data), "-U", "bot", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-p {port} -h 127.0.0.1 -k {directory} -F -c max_connections=200"
    _run([pg_ctl, "-D", str(data), "-w", "-l", str(log), "-o", options, "start"])
    try:
        yield f"postgresql://bot@127.0.0.1:{port}/postgres"
    finally:
        _run([pg_ctl, "-D", str(data), "-m", "immediate", "stop"])


def _run(command: list[str]) -> None:
    """Run one of PostgreSQL's programs, which refuse to be root."""
    if os.geteuid() == 0:
        command = [require("setpriv"), f"--reuid={NOBODY}", "--clear-groups", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)
