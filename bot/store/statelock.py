"""One process per state directory: an embedded database has one writer, and its claims have one owner.

The lock is the kernel's (`flock`), so it ends with the process that holds it, however that ends.
"""

import fcntl
import os
from pathlib import Path
from types import TracebackType

LOCK_FILE = "lock"


class StateLocked(Exception):
    """Another process works in the state directory; the message is one line for whoever started this one."""


class StateLock:
    """The exclusive lock on a state directory, as a context manager. `acquire` raises `StateLocked`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._held: int | None = None

    def acquire(self) -> None:
        """Take the lock, creating the directory (0700) where it is missing. Raises `StateLocked`, and `OSError`."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        opened = os.open(self._directory / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(opened, 20).decode("ascii", "replace").strip()
            os.close(opened)
            raise StateLocked(self._refusal(holder)) from None
        os.ftruncate(opened, 0)
        os.write(opened, f"{os.getpid()}\n".encode())
        self._held = opened

    def _refusal(self, holder: str) -> str:
        who = f"process {holder}" if holder else "another process"
        return (
            f"{self._directory} is in use by {who}: stop it first, or give this one a QUARTERDECK_STATE_DIR of its own "
            "(several processes side by side need PostgreSQL: DATABASE_URL)."
        )

    def release(self) -> None:
        """Let go; harmless where nothing is held."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def __enter__(self) -> "StateLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
