"""The include folder: one ini a replica, so that replicas come and go one by one.

supervisord restarts a whole `numprocs` group when its number changes, hence one program a replica.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from bot.ports import Permanent
from runbooks.targets.supervisord.processes import number_of

_SECTION = re.compile(r"^\[([^\]]+)\]", re.MULTILINE)


class ProgramFolder:
    """The replicas of `program` as files `<program>-N.ini` in `folder`."""

    def __init__(self, folder: Path, program: str, port_variable: str) -> None:
        self.folder = folder
        self.program = program
        self._port = re.compile(rf'(?m)^(environment\s*=.*\b{re.escape(port_variable)}\s*=\s*"?)(\d+)')

    def numbers(self) -> Sequence[int]:
        """The replicas that have a file."""
        numbers = (number_of(self.program, path.stem) for path in self.folder.glob("*.ini"))
        return sorted(number for number in numbers if number is not None)

    def name(self, number: int) -> str:
        """The program's name of replica `number`."""
        return f"{self.program}-{number}"

    def port(self, name: str) -> int | None:
        """The port that a replica's file gives it; None without a file or a port in it."""
        try:
            found = self._port.search((self.folder / f"{name}.ini").read_text())
        except FileNotFoundError:
            return None
        return int(found[2]) if found else None

    def add(self, number: int) -> bool:
        """Write the file of replica `number`, like that of the highest other one; False where it is there already.

        Only the section's name and the port differ. Raises `Permanent` where no file can serve as pattern.
        """
        path = self._path(number)
        if path.exists():
            return False
        others = self.numbers()
        if not others:
            raise Permanent(f"{self.folder} holds no {self.program}-N.ini to copy. Nothing was changed.", "NO_PATTERN")
        text = self._copy(others[-1], number)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")  # not *.ini: supervisord never reads half a file
        try:
            fresh.write_text(text)
            fresh.replace(path)
        except OSError as error:
            raise Permanent(f"{path} cannot be written ({error.strerror}). Nothing was changed.", "FOLDER") from error
        return True

    def remove(self, number: int) -> None:
        """Remove the file of replica `number`, where there is one. Raises `Permanent` where that is not allowed."""
        path = self._path(number)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Permanent(f"{path} cannot be removed ({error.strerror}).", "FOLDER") from error

    def _copy(self, pattern: int, number: int) -> str:
        path = self._path(pattern)
        text = path.read_text()
        sections = _SECTION.findall(text)
        if sections != [f"program:{path.stem}"]:
            raise Permanent(f"{path} must hold the one section [program:{path.stem}] to be copied.", "NO_PATTERN")
        text = text.replace(f"[program:{path.stem}]", f"[program:{self.name(number)}]")
        return self._port.sub(lambda found: f"{found[1]}{int(found[2]) - pattern + number}", text)

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.name(number)}.ini"
