"""A Helm release as a test wants it: its record, what goes wrong, and what helm was asked for."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runbooks.targets.helm.options import Options
from runbooks.targets.helm.target import HelmTarget
from runbooks.targets.reading import read

PROGRAM = Path(__file__).with_name("helm_program.py")
LONG_AGO = datetime(2026, 1, 1, 2, 3, tzinfo=UTC)


def revision(
    number: int,
    status: str = "superseded",
    description: str = "Upgrade complete",
    chart: str = "",
    manifest: str = "",
    at: datetime = LONG_AGO,
) -> dict[str, object]:
    """One revision as helm keeps it; chart and manifest follow from the number unless they are given."""
    return {
        "revision": number,
        "updated": at.isoformat(),
        "status": status,
        "chart": chart or f"checkout-1.{number}.0",
        "app_version": f"4.{number}",
        "description": description,
        "manifest": manifest or f"kind: ConfigMap {number}",
    }


USUAL = (
    revision(40),
    revision(41),
    revision(42, "failed", 'Upgrade "checkout" failed: quota'),
    revision(43, "deployed"),
)
"""43 serves, 41 served before it, and 42 never did."""


async def until(true: Callable[[], bool]) -> None:
    """Return once it is so. A minute is only for a test in which it never is."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


class HelmWorld:
    """A folder with the program `helm` and its record."""

    def __init__(self, folder: Path, revisions: Sequence[Mapping[str, object]] = USUAL) -> None:
        self.folder = folder
        self.program = folder / "helm"
        self.program.write_text(f"#!{sys.executable} -IS\n{PROGRAM.read_text()}")
        self.program.chmod(0o755)
        self._record = folder / "record.json"
        self._record.write_text(json.dumps({"revisions": list(revisions), "faults": {}, "calls": []}))

    def options(self, **more: str) -> dict[str, str]:
        return {"release": "checkout", "namespace": "shop", "helm": str(self.program), **more}

    def target(self, grace: float = 30, **more: str) -> HelmTarget:
        return HelmTarget(read(Options, self.options(**more)), grace, poll=0.01)

    def fault(self, command: str, **how: object) -> None:
        """From now on something goes wrong with a command; nothing where `how` is empty. See the program."""
        self._change("faults", self._read()["faults"] | {command: how})

    def later(self, reading: int, *revisions: Mapping[str, object]) -> None:
        """From that reading of the history on, there are these revisions too."""
        self._change("later", {"from": reading, "revisions": list(revisions)})

    def now(self, *revisions: Mapping[str, object]) -> None:
        """From now on, these are the revisions."""
        self._change("revisions", list(revisions))

    def age(self, number: int) -> None:
        """That revision was begun long ago."""
        aged = {"updated": LONG_AGO.isoformat()}
        self.now(*(each | (aged if each["revision"] == number else {}) for each in self._read()["revisions"]))

    def calls(self, command: str) -> list[list[str]]:
        """The arguments of each call of a command, in order."""
        return [call for call in self._read()["calls"] if call[0] == command]

    def environment(self) -> Mapping[str, str]:
        """That of the last call."""
        return self._read()["environment"]

    def states(self) -> list[tuple[int, str, str]]:
        """Of each revision its number, status and description."""
        return [(each["revision"], each["status"], each["description"]) for each in self._read()["revisions"]]

    def manifest(self) -> str:
        """What the newest revision put into the cluster."""
        return str(self._read()["revisions"][-1]["manifest"])

    def remove_program(self) -> None:
        shutil.move(self.program, self.folder / "elsewhere")

    def _read(self) -> dict[str, Any]:
        return json.loads(self._record.read_text())

    def _change(self, part: str, value: object) -> None:
        self._record.write_text(json.dumps(self._read() | {part: value}))
