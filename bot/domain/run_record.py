"""A run with everything that is kept beside its states: what was asked, the plan, how far it is, what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.facts.run import Check
from bot.domain.run import Run
from bot.domain.verdict import Verdict

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to have run, and why. `runbook` is its catalog name, or the name of its action.

    `incident` and `group` are the numbers of the incident and the alert it is for; `channel` is where it was asked.
    `alert` and `labels` are the name and labels of the alert that asks for it, empty where none does.
    """

    service: str
    runbook: str
    params: Mapping[str, Value] = field(default_factory=dict)
    reason: str = ""
    channel: str = ""
    incident: int | None = None
    group: int | None = None
    alert: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """The second yes that a run needs: of somebody with `role`, by `rule` (a catalog name), for the reason `why`.

    `lives` is how long they may take. Once asked: `until` when, and `asked` are the chat ids of those called by name.
    `anew` is the number of the run that was planned in its place, where the world changed.
    """

    role: str
    rule: str
    why: str
    lives: timedelta
    until: datetime | None = None
    asked: tuple[str, ...] = ()
    anew: int | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """The target's own words for a replica, and a command by which a person sees the truth (empty: none)."""

    one: str
    many: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """How the run is judged: the SLO whose events are counted, and the windows that are compared.

    `what` names the bad events ("checkout errors"); `late` is how long the last of them may take to be counted.
    """

    slo: str
    what: str
    before: timedelta
    after: timedelta
    min_events: int
    late: timedelta = timedelta(seconds=3)

    @property
    def check(self) -> Check:
        """The same as views word it."""
        return Check(self.what, self.before, self.after, self.min_events)


@dataclass(frozen=True, slots=True)
class Advance:
    """How far the change has come: `done` of `total` replicas, one short line, and when that was told."""

    done: int
    total: int
    line: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as it is stored.

    `target` is what it keeps to itself while it holds its lock; `plan` is the plan as JSON text, of which `run.digest`
    is the digest. `problem` is why it does not come on just now, `stop_by` who asked to stop it. `start` and `now` are
    shares of bad events: just before the change, and last seen. `verification` is None where no verdict is wanted,
    `approval` where one person's yes is enough.
    """

    run: Run
    wish: Wish
    target: str
    plan: str
    called: Called
    verification: Verification | None = None
    approval: Approval | None = None
    advance: Advance | None = None
    problem: str = ""
    stop_by: str = ""
    start: float | None = None
    now: float | None = None
    verdict: Verdict | None = None
