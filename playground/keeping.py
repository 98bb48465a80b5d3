"""Keeps the workspace in a file, so that a playground that ended, or was killed, goes on where it was."""

import asyncio
import pickle
from dataclasses import fields
from pathlib import Path

from playground.ids import Ids
from playground.slack import Slack
from playground.state.workspace import Workspace

_EVERY_SECONDS = 1.0
# What pickle raises for a file that is none, is cut short, or was written by another version.
_UNREADABLE = (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError)


class KeepingError(Exception):
    """The file does not hold a workspace that this version can read; the message names it and what to do."""


class Keeper:
    """Writes people, channels, messages, files and ids to `path`; faults, sockets and triggers are not kept.

    The file is this program's own: it is read back with pickle, so it must not come from anybody else.
    """

    def __init__(self, slack: Slack, path: Path) -> None:
        self._slack = slack
        self._path = path
        self._written = b""

    def restore(self) -> None:
        """Go on from the file, where there is one. Raises KeepingError."""
        if not self._path.exists():
            return
        try:
            workspace, ids = pickle.loads(self._path.read_bytes())
        except _UNREADABLE as why:
            raise KeepingError(f"{self._path} cannot be read ({why}). Delete it to begin anew.") from why
        if not (isinstance(workspace, Workspace) and isinstance(ids, Ids)):
            raise KeepingError(f"{self._path} holds no workspace. Name another file with --keep.")
        if not all(hasattr(workspace, each.name) for each in fields(workspace)):
            raise KeepingError(f"{self._path} was written by an older version. Delete it to begin anew.")
        self._slack.workspace = workspace
        self._slack.ids.go_on_from(ids)

    def save(self) -> None:
        """Write what has changed; a reader sees the old state or the new one, never half."""
        state = pickle.dumps((self._slack.workspace, self._slack.ids))
        if state == self._written:
            return
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_bytes(state)
        fresh.replace(self._path)
        self._written = state

    async def run(self) -> None:
        """Save every second until cancelled, so that a kill costs no more than that."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            self.save()
