"""Trigger ids: good for three seconds, for one view."""

from dataclasses import dataclass

from playground.clock import VirtualClock
from playground.ids import Ids

LIFETIME = 3.0


@dataclass(slots=True)
class Trigger:
    """`view_id` is set when the click happened in a modal: only then may a view be pushed on it."""

    user_id: str
    expires_at: float
    view_id: str | None
    used: bool = False


class TriggerError(ValueError):
    """`code` is Slack's error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Triggers:
    def __init__(self, clock: VirtualClock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._known: dict[str, Trigger] = {}

    def clear(self) -> None:
        self._known.clear()

    def issue(self, user_id: str, view_id: str | None = None) -> str:
        trigger_id = self._ids.trigger(self._clock.now())
        self._known[trigger_id] = Trigger(user_id, self._clock.now() + LIFETIME, view_id)
        return trigger_id

    def check(self, trigger_id: str) -> Trigger:
        """The trigger, still unused. Raises TriggerError for an unknown, used or expired one."""
        trigger = self._known.get(trigger_id)
        if trigger is None:
            raise TriggerError("invalid_trigger_id")
        if trigger.used:
            raise TriggerError("exchanged_trigger_id")
        if self._clock.now() > trigger.expires_at:
            raise TriggerError("expired_trigger_id")
        return trigger
