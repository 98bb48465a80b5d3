"""How long what belongs to a run lives."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limits:
    """`plan_lives`: how long a plan may be confirmed, and how long a confirmed run waits for a target to answer.

    `undo_within`: how long after the change the one-click undo is open. `patience`: how long a change that was begun
    waits for a silent target before a person is asked. `reading`: how long somebody who was shown a plan counts as
    reading it. `approval_lives`: how long a second person may take to decide, where the runbook does not say.
    `look_every_s`: how often, at least, targets are looked at for what could be done to them.
    """

    plan_lives: timedelta = timedelta(minutes=10)
    undo_within: timedelta = timedelta(hours=1)
    patience: timedelta = timedelta(minutes=5)
    reading: timedelta = timedelta(minutes=3)
    approval_lives: timedelta = timedelta(minutes=20)
    look_every_s: float = 10.0
