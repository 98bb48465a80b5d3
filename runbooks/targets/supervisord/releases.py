"""Releases as folders with a link to the one that serves, a history of switches, and which release a process runs."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.action import Release
from bot.ports import Permanent
from runbooks.targets.supervisord.processes import Process

_AUTHOR = "quarterdeck"
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReleaseFolder:
    """`link` names one of the folders in `folder`; `history` is a file of JSON lines, or None."""

    link: Path
    folder: Path
    history: Path | None

    def all(self) -> Sequence[Release]:
        """Every complete release, newest first."""
        found = [release for path in self.folder.glob("*/release.json") if (release := _release(path))]
        return sorted(found, key=lambda release: (release.at or _BEGINNING, release.name), reverse=True)

    def current(self) -> str:
        """The name of the release that the link names; empty where it names none of them."""
        try:
            target = self.link.parent / self.link.readlink()
        except OSError:
            return ""
        return target.name if target.parent.resolve() == self.folder.resolve() else ""

    def previous(self, releases: Sequence[Release], current: Release) -> Release | None:
        """The older release that served before `current`; without a history of `current`, the next older one.

        A release newer than `current` is one that was rolled back from, and never where a rollback goes by itself.
        """
        older = {release.name: release for release in releases if _made_before(release, current)}
        switches = [line for line in self._history() if line.get("to") == current.name]
        if not switches:
            return next((release for release in releases if release.name in older), None)
        origins = (str(line.get("from")) for line in reversed(switches))
        return next((older[origin] for origin in origins if origin in older), None)

    def point_at(self, release: str) -> None:
        """Switch the link in one step, and record it; what is already so stays, and an unrecorded switch is recorded.

        Raises `Permanent` where the release is not complete or the link cannot be written; nothing is changed then.
        """
        if not (self.folder / release / "release.json").is_file():
            raise Permanent(f"{release} is not in {self.folder} any more. Nothing was changed.", "NO_RELEASE")
        before = self.current()
        if before != release:
            self._relink(release)
        self._record(before, release)

    def runs(self, process: Process) -> str:
        """The release a process runs, or empty where that cannot be told.

        Where the system shows it, the working directory tells: started from the link, it is the release's own folder.
        Elsewhere the times do: a process started in a later second than the link was switched runs what it names.
        """
        started_in = _working_directory(process.pid)
        if started_in is not None and started_in.parent == self.folder.resolve():
            return started_in.name if started_in.is_dir() else ""
        return self.current() if process.start > self.switched_at() else ""

    def switched_at(self) -> float:
        """When the link was last switched, in Unix seconds; never, in the far future, where there is none."""
        try:
            return self.link.lstat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def _relink(self, release: str) -> None:
        fresh = self.link.with_name(f".{self.link.name}.next")
        try:
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.path.relpath(self.folder / release, self.link.parent))
            fresh.replace(self.link)
        except OSError as error:
            raise Permanent(
                f"{self.link} cannot be switched ({error.strerror}). Nothing was changed.", "LINK"
            ) from error

    def _history(self) -> Sequence[Mapping[str, object]]:
        if self.history is None or not self.history.exists():
            return ()
        lines = (_json_object(line) for line in self.history.read_bytes().splitlines())
        return [line for line in lines if line is not None]

    def _record(self, before: str, release: str) -> None:
        if self.history is None:
            return
        earlier = self._history()
        last = earlier[-1].get("to") if earlier else None
        if last == release == before:
            return
        origin = last if before == release else before  # equal: switched by an attempt that was cut short here
        at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        line = json.dumps({"at": at, "from": origin, "to": release, "by": _AUTHOR, "note": ""})
        broken_off = self.history.exists() and not self.history.read_bytes().endswith(b"\n")
        with self.history.open("a") as file:
            file.write(("\n" if broken_off else "") + line + "\n")


def _release(path: Path) -> Release | None:
    described = _json_object(path.read_bytes())
    if described is None:
        return None
    return Release(
        name=path.parent.name,
        at=_instant(described.get("released_at")),
        author=str(described.get("author") or ""),
        note=str(described.get("note") or ""),
    )


def _made_before(release: Release, other: Release) -> bool:
    return (release.at or _BEGINNING, release.name) < (other.at or _BEGINNING, other.name)


def _json_object(text: bytes) -> Mapping[str, object] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _working_directory(pid: int) -> Path | None:
    """Where a process works, by /proc; None where the system does not show it (no Linux, another user's process)."""
    if not pid:
        return None
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None
