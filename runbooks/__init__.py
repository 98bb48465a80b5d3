"""Runbook actions and the targets they act on. `ACTIONS` and `targets.CONNECTORS` are all that wiring needs to know."""

from collections.abc import Mapping

from bot.action import Action
from runbooks.pausing import PAUSE, RESUME
from runbooks.restart import Restart
from runbooks.rollback import Rollback
from runbooks.scale import Scale

ACTIONS: Mapping[str, Action] = {action.name: action for action in (Restart(), Scale(), Rollback(), PAUSE, RESUME)}
"""Every action by the verb that people type."""
