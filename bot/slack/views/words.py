"""The word and the shape of every severity and state. The word follows the shape; without the shape nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.facts.incident import IncidentFacts, IncidentState
from bot.domain.run import ENDED, RunState
from bot.domain.slo import State
from bot.domain.verdict import Outcome

SHAPES: Mapping[int, str] = {
    1: ":rotating_light:",
    2: ":small_red_triangle:",
    3: ":large_orange_diamond:",
    4: ":small_blue_diamond:",
}
HELD, SILENCED, DONE, WRONG, UNSURE = ":eyes:", ":no_bell:", ":white_check_mark:", ":x:", ":question:"
STALE, RUNNING, PAGED, STAND_DOWN, REFUSED = (
    ":hourglass_flowing_sand:",
    ":arrow_forward:",
    ":pager:",
    ":zzz:",
    ":no_entry_sign:",
)
WAITING, WARNING, NO_CHANGE, CHANGED = ":raised_hand:", ":warning:", ":left_right_arrow:", ":arrows_counterclockwise:"
EXPIRED = ":alarm_clock:"

SLO_SHAPES: Mapping[State, str] = {
    State.EXHAUSTED: ":no_entry:",
    State.AT_RISK: WARNING,
    State.NO_DATA: UNSURE,
    State.STALE: STALE,
    State.ERROR: WRONG,
    State.OK: DONE,
}
SLO_COUNTED: Mapping[State, str] = {
    State.EXHAUSTED: "budget gone",
    State.AT_RISK: "at risk",
    State.NO_DATA: "without data",
    State.STALE: "stale",
    State.ERROR: "that cannot be evaluated",
    State.OK: "healthy",
}

VERDICTS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.BETTER: (DONE, "Better"),
    Outcome.SAME: (NO_CHANGE, "No change"),
    Outcome.WORSE: (WRONG, "Worse"),
    Outcome.NOT_ENOUGH_DATA: (UNSURE, "Not enough data"),
}

ENDED_STATES = frozenset(
    {
        IncidentState.RESOLVED,
        IncidentState.POSTMORTEM,
        IncidentState.CLOSED,
        IncidentState.FALSE_ALARM,
        IncidentState.MERGED,
    }
)
UNDER_WAY = frozenset(RunState) - ENDED - {RunState.PLANNED, RunState.WAITING}
"""A run in one of these is waited for."""


@dataclass(frozen=True, slots=True)
class Verb:
    """An action in the forms that sentences need: "roll back", "rolling back", "rolled back", "rollback".

    `moves`: it goes from something to something else, which belongs into the sentence.
    """

    base: str
    doing: str
    past: str
    noun: str
    moves: bool = True


VERBS: Mapping[str, Verb] = {
    "restart": Verb("restart", "restarting", "restarted", "restart", moves=False),
    "scale": Verb("scale", "scaling", "scaled", "scaling"),
    "rollback": Verb("roll back", "rolling back", "rolled back", "rollback"),
    "pause": Verb("pause", "pausing", "paused", "pause", moves=False),
    "resume": Verb("resume", "resuming", "resumed", "resumption", moves=False),
}


def verb(action: str) -> Verb:
    """The forms of an action; one that is not in the table is "run" by its name."""
    return VERBS.get(action) or Verb(f"run {action} on", f"running {action} on", f"ran {action} on", action)


def shape(rank: int) -> str:
    """The shape of a priority or severity; ranks beyond the scale get the mildest."""
    return SHAPES.get(rank, SHAPES[4])


def incident_shape(incident: IncidentFacts) -> str:
    """An incident keeps its rank's shape until it ends."""
    return DONE if incident.state in ENDED_STATES else shape(incident.severity.rank)
