"""`/slo`: put together from its parts, each of which brings its sub-commands and its buttons."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.command import ClickHandler, Command, SubCommand


class SloPart(Protocol):
    """Sub-commands that belong together, and what the buttons below their answers do."""

    def subs(self) -> Sequence[SubCommand]: ...

    def actions(self) -> Mapping[str, ClickHandler]: ...


class SloCommand:
    """Everything that is asked about SLOs. The order of `parts` is that of the help."""

    def __init__(self, *parts: SloPart) -> None:
        self._parts = parts

    def command(self) -> Command:
        """The declaration from which help, manifest and routing are made."""
        subs = tuple(sub for part in self._parts for sub in part.subs())
        return Command("slo", "error budgets and burn rates", "status", subs)

    def actions(self) -> Mapping[str, ClickHandler]:
        return {action: handler for part in self._parts for action, handler in part.actions().items()}
