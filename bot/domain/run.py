"""A run: one plan on its way from confirmed to judged. Each way to move on is a row of `MOVES`, and no other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.domain.permission import Right
from bot.domain.verdict import Outcome


class RunState(StrEnum):
    """Where a run is. `done` is an end without a verdict: its runbook asks for none."""

    PLANNED = "planned"
    WAITING = "waiting"
    """For a second person's yes."""
    CONFIRMED = "confirmed"
    RUNNING = "running"
    VERIFYING = "verifying"
    UNSURE = "unsure"
    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NOT_ENOUGH_DATA = "not_enough_data"
    DONE = "done"
    FAILED = "failed"
    ABORTED = "aborted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    VOID = "void"


class Move(StrEnum):
    """What can happen to a run."""

    CONFIRM = "confirm"
    ASK = "ask"
    """For a second person's yes."""
    APPROVE = "approve"
    REFUSE = "refuse"
    EXPIRE = "expire"
    """Nobody decided in time."""
    WITHDRAW = "withdraw"
    VOID = "void"
    """The world changed, or the plan expired: it no longer fits."""
    START = "start"
    LOSE_SIGHT = "lose_sight"
    """Sent, and nothing was heard since."""
    LOOK_AGAIN = "look_again"
    VERIFY = "verify"
    """The change is made; its effect is watched."""
    FINISH = "finish"
    """The change is made, and nobody asked for a verdict."""
    FAIL = "fail"
    ABORT = "abort"


MOVES: Mapping[Move, tuple[frozenset[RunState], RunState]] = {
    Move.CONFIRM: (frozenset({RunState.PLANNED}), RunState.CONFIRMED),
    Move.ASK: (frozenset({RunState.PLANNED}), RunState.WAITING),
    Move.APPROVE: (frozenset({RunState.WAITING}), RunState.CONFIRMED),
    Move.REFUSE: (frozenset({RunState.WAITING}), RunState.REFUSED),
    Move.EXPIRE: (frozenset({RunState.WAITING}), RunState.EXPIRED),
    Move.WITHDRAW: (frozenset({RunState.PLANNED, RunState.WAITING}), RunState.WITHDRAWN),
    Move.VOID: (frozenset({RunState.PLANNED, RunState.CONFIRMED}), RunState.VOID),
    Move.START: (frozenset({RunState.CONFIRMED}), RunState.RUNNING),
    Move.LOSE_SIGHT: (frozenset({RunState.RUNNING}), RunState.UNSURE),
    Move.LOOK_AGAIN: (frozenset({RunState.UNSURE}), RunState.RUNNING),
    Move.VERIFY: (frozenset({RunState.RUNNING, RunState.UNSURE}), RunState.VERIFYING),
    Move.FINISH: (frozenset({RunState.RUNNING, RunState.UNSURE}), RunState.DONE),
    Move.FAIL: (frozenset({RunState.RUNNING, RunState.UNSURE}), RunState.FAILED),
    Move.ABORT: (frozenset({RunState.CONFIRMED, RunState.RUNNING, RunState.UNSURE}), RunState.ABORTED),
}
"""From which states each move leads, and where to."""

_BY_HAND = (Move.CONFIRM, Move.ASK, Move.WITHDRAW, Move.LOOK_AGAIN, Move.VERIFY, Move.FINISH, Move.FAIL, Move.ABORT)
RIGHTS: Mapping[Move, Right] = {
    **dict.fromkeys(_BY_HAND, Right.ACT),
    **dict.fromkeys((Move.APPROVE, Move.REFUSE), Right.APPROVE),
}
"""What a person needs who makes the move by hand. From unsure, that is to say what they saw: applied, or not."""

VERDICTS: Mapping[Outcome, RunState] = {
    Outcome.BETTER: RunState.BETTER,
    Outcome.SAME: RunState.SAME,
    Outcome.WORSE: RunState.WORSE,
    Outcome.NOT_ENOUGH_DATA: RunState.NOT_ENOUGH_DATA,
}

HOLDING = frozenset({RunState.CONFIRMED, RunState.RUNNING, RunState.UNSURE})
"""States in which a run keeps its target to itself. A run that is being verified does not: an undo must be possible."""

NEVER_RAN = frozenset({RunState.REFUSED, RunState.EXPIRED, RunState.WITHDRAWN, RunState.VOID})
"""Ends before anything was changed."""

ENDED = frozenset({*VERDICTS.values(), RunState.DONE, RunState.FAILED, RunState.ABORTED, *NEVER_RAN})

TOUCHED = frozenset({RunState.VERIFYING, *VERDICTS.values(), RunState.DONE, RunState.FAILED, RunState.ABORTED})
"""States after which there may be something to undo."""

WORDS: Mapping[RunState, str] = {
    RunState.PLANNED: "planned and not confirmed",
    RunState.WAITING: "waiting for approval",
    RunState.CONFIRMED: "confirmed and about to start",
    RunState.RUNNING: "running",
    RunState.VERIFYING: "done and being watched",
    RunState.UNSURE: "not sure",
    RunState.BETTER: "finished: better",
    RunState.SAME: "finished: no change",
    RunState.WORSE: "finished: worse",
    RunState.NOT_ENOUGH_DATA: "finished: not enough data for a verdict",
    RunState.DONE: "finished",
    RunState.FAILED: "failed",
    RunState.ABORTED: "aborted",
    RunState.REFUSED: "refused",
    RunState.EXPIRED: "expired",
    RunState.WITHDRAWN: "withdrawn",
    RunState.VOID: "no longer fitting",
}


@dataclass(frozen=True, slots=True)
class Step:
    """When a run came into a state, by whom (empty: by itself), and a line about it."""

    state: RunState
    at: datetime
    by: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `digest` is the plan's; `steps` are all states so far, oldest first; `version` counts its changes.

    `undoable`: its plan has an undo. `undo_of` and `undone_by` are the numbers of the runs on the other side.
    """

    number: int
    action: str
    service: str
    environment: str
    digest: str
    steps: tuple[Step, ...]
    undoable: bool = False
    undo_of: int | None = None
    undone_by: int | None = None

    @property
    def name(self) -> str:
        """How people call it: `R-17`."""
        return f"R-{self.number}"

    @property
    def state(self) -> RunState:
        return self.steps[-1].state

    @property
    def version(self) -> int:
        return len(self.steps)

    @property
    def asked_by(self) -> str:
        return self.steps[0].by

    @property
    def approved_by(self) -> str:
        """Who said the second yes; empty where nobody was asked, or nobody did."""
        states = [step.state for step in self.steps]
        if RunState.WAITING not in states:
            return ""
        return next((step.by for step in self.steps if step.state is RunState.CONFIRMED), "")

    def asked_for_by(self, person: str) -> bool:
        """Whether that person made the plan or asked for approval of it: such a one cannot say the second yes."""
        return any(step.by == person for step in self.steps if step.state in (RunState.PLANNED, RunState.WAITING))

    def since(self, state: RunState) -> datetime | None:
        """When the run last came into `state`."""
        return next((step.at for step in reversed(self.steps) if step.state is state), None)

    @property
    def begun_at(self) -> datetime | None:
        """When the change began, also where it was looked at again later: the end of the window before."""
        return next((step.at for step in self.steps if step.state is RunState.RUNNING), None)

    @property
    def changed_at(self) -> datetime | None:
        """When the change was made or given up, before any verdict: the start of the window after, and of the undo."""
        return next((step.at for step in self.steps if step.state in TOUCHED), None)


class NotNow(Exception):
    """The run is not where the move begins; nothing was changed. The message is complete words."""

    def __init__(self, run: Run, why: str = "") -> None:
        super().__init__(f"{why or _standing(run)} Nothing was changed.")
        self.state = run.state


def confirm(run: Run, digest: str, at: datetime, by: str, how: Move = Move.CONFIRM) -> Run:
    """Say yes to exactly the plan with that digest: the only yes, the first (`ASK`), or the second (`APPROVE`).

    Raises `NotNow`.
    """
    if digest != run.digest:
        raise NotNow(run, f"The plan of {run.name} was made anew since this one was shown.")
    return move(run, how, at, by)


def move(run: Run, what: Move, at: datetime, by: str = "", words: str = "") -> Run:
    """The run after the move. Raises `NotNow` where it does not begin at the run's state."""
    sources, goal = MOVES[what]
    if run.state not in sources:
        raise NotNow(run)
    return replace(run, steps=(*run.steps, Step(goal, at, by, words)))


def judged(run: Run, outcome: Outcome, at: datetime, words: str) -> Run:
    """The run with its verdict. Raises `NotNow` where it is not being verified."""
    if run.state is not RunState.VERIFYING:
        raise NotNow(run)
    return replace(run, steps=(*run.steps, Step(VERDICTS[outcome], at, words=words)))


def why_no_undo(run: Run, now: datetime, within: timedelta) -> str:
    """Why the run cannot be undone with one click, in words; empty where it can."""
    if not run.undoable:
        return f"{run.name} has no undo."
    if run.undone_by is not None:
        return f"{run.name} was undone by R-{run.undone_by}."
    if run.state not in TOUCHED or run.begun_at is None:
        return f"{run.name} is {WORDS[run.state]}: there is nothing to undo."
    if run.changed_at is None or now - run.changed_at > within:
        return f"{run.name} is too long ago for a one-click undo. Make a plan of its own."
    return ""


def _standing(run: Run) -> str:
    last = run.steps[-1]
    by = f" by {last.by}" if last.by else ""
    return f"{run.name} is {WORDS[last.state]}{by} since {last.at.astimezone(UTC):%H:%M} UTC."
