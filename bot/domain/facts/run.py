"""What the views of a runbook show: choosing, the plan, the run while it goes, and what it changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.facts.links import Thing
from bot.domain.facts.person import Person
from bot.domain.facts.reading import Reading, RunbookOffer, RunbookRefusal
from bot.domain.run import RunState
from bot.domain.slo import BudgetLine
from bot.domain.slo.policy import Verdict as PolicyVerdict
from bot.domain.verdict import Verdict


class StepState(StrEnum):
    """Where one step of a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PickerFacts:
    """Runbooks that fit, best first, and those not offered. `subject` is the alert's or incident's id, empty for none.

    `key` is carried back untouched with the answer.
    """

    offers: tuple[RunbookOffer, ...]
    refusals: tuple[RunbookRefusal, ...] = ()
    subject: str = ""
    title: str = ""
    service: str = ""
    environment: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """How a run is verified: `what` is compared ("checkout errors") over the windows before and after."""

    what: str
    before: timedelta
    after: timedelta
    min_events: int


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One plan, read from the live world and stored under `digest`. `run` is its id (`R-17`).

    `action` is the verb's key (rollback); `before` and `after` are from → to; `hits` is one sentence on what is
    touched. `details` are further named facts in reading order ("Who notices", "Undo", …). `acting` are others at work
    on the same target. `policy` is what the error-budget policy says, None where there is nothing to say. `reason` is
    filled in; `key` is carried back untouched with the answer. `second_yes` says why a second person has to say yes
    (empty: one is enough), and `approvers` who may. `diff` is what differs between the two ends as a unified diff.
    """

    run: str
    digest: str
    action: str
    service: str
    environment: str
    before: str
    after: str
    hits: str
    made_at: datetime
    details: tuple[tuple[str, str], ...] = ()
    budget: BudgetLine | None = None
    policy: PolicyVerdict | None = None
    acting: tuple[str, ...] = ()
    check: Check | None = None
    reason: str = ""
    approvers: tuple[str, ...] = ()
    second_yes: str = ""
    key: str = ""
    diff: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a run: `title` in the imperative, `detail` one line of progress ("2 of 3 run v41")."""

    title: str
    state: StepState
    detail: str = ""
    since: datetime | None = None
    ended: datetime | None = None
    usually: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """How a run is taken back: from → to, and until when (None: always). `label` is the whole button's."""

    label: str
    before: str
    after: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApprovalFacts:
    """The second yes of a run, from being asked for to its end.

    `asked` are called by name, `called` are all who may decide, until `until`. `hits` is one sentence on what is
    touched, `digest` the plan's. `decided_by` approved or refused it at `decided_at`; `words` are what a refusal said.
    `anew` is the run planned in its place where the world changed, and `anew_change` its from → to.
    """

    asked_at: datetime
    until: datetime
    why: str
    digest: str
    hits: str
    asked: tuple[Person, ...] = ()
    called: tuple[str, ...] = ()
    decided_by: Person | None = None
    decided_at: datetime | None = None
    words: str = ""
    anew: str = ""
    anew_change: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One run in the history of what was asked for; `doing` is a noun phrase ("rollback to v41")."""

    run: Thing
    doing: str
    service: str
    environment: str
    state: RunState
    asked_by: Person
    at: datetime
    approved_by: Person | None = None
    undone_by: str = ""
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """One page of runs, newest first, of `total`; `service` narrows them down, empty for all."""

    rows: tuple[HistoryRow, ...]
    total: int
    page: int
    size: int
    as_of: datetime
    service: str = ""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run. `done` of `total` replicas, called `one` or `many`; `now` against `start` is what matters meanwhile.

    `started_at`, `applied_at` and `ended_at` bound the change and its verification; `sent_at` is when the last change
    was sent. `problem` is one sentence on a failure or a wait, `look` a command that shows the truth, `abort`
    what an abort leaves where the rest does not simply stay as it is. `undoes` and
    `undone_by` are the ids of other runs. `approval` is None where one person's yes was enough. `incident` is named
    while it is open; `mitigable` says that it may be marked mitigated. `other` is the runbook that fits better where
    this one did not help.
    """

    id: str
    version: int
    action: str
    service: str
    environment: str
    before: str
    after: str
    state: RunState
    asked_by: Person
    as_of: datetime
    done: int = 0
    total: int = 0
    one: str = "replica"
    many: str = "replicas"
    steps: tuple[Step, ...] = ()
    now: Reading | None = None
    start: Reading | None = None
    started_at: datetime | None = None
    applied_at: datetime | None = None
    ended_at: datetime | None = None
    sent_at: datetime | None = None
    problem: str = ""
    look: str = ""
    abort: str = ""
    check: Check | None = None
    verdict: Verdict | None = None
    undo: Undo | None = None
    undone_by: str = ""
    undoes: str = ""
    incident: str = ""
    incident_version: int = 0
    mitigable: bool = False
    reason: str = ""
    other: RunbookOffer | None = None
    approval: ApprovalFacts | None = None
    url: str = ""
