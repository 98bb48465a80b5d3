"""What an alert or incident costs: the budget line of a card."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.slo.budget import left
from bot.domain.slo.burn import burn_rate
from bot.domain.slo.evaluation import DEFAULT_THRESHOLDS
from bot.domain.slo.measurement import Counts
from bot.domain.slo.status import SloStatus, State, gone_by


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """The SLO an alert threatens, when its budget is gone at this rate, and how much is left, as facts to be worded.

    `left` is a share and `left_minutes` of `minutes` its size; `burn` the rate right now; None where unknown.
    """

    slo: str
    title: str
    state: State
    gone_by: datetime | None
    left: float | None
    left_minutes: float | None
    minutes: float
    burn: float | None
    as_of: datetime


def budget_line(status: SloStatus, recent: Counts | None = None) -> BudgetLine:
    """The line for `status`; `recent` are the counts since the fault began, where that is shorter than 5 minutes.

    A fault that is twenty seconds old is only a fifteenth of a five-minute window, so its own counts say better how
    fast the budget goes.
    """
    burn = status.burn() if recent is None else burn_rate(recent, status.slo.budget)
    budget = status.budget
    deadline = gone_by(status.slo, budget.left, burn, status.as_of)
    near = deadline is not None and deadline - status.as_of < DEFAULT_THRESHOLDS.horizon
    return BudgetLine(
        slo=status.slo.name,
        title=status.slo.display_name,
        state=State.AT_RISK if near and status.state is State.OK else status.state,
        gone_by=deadline,
        left=budget.left,
        left_minutes=budget.left_minutes,
        minutes=budget.minutes,
        burn=burn,
        as_of=status.as_of,
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """What went of a budget: as a share of the whole, and in minutes."""

    share: float
    minutes: float


def spent(during: Counts, status: SloStatus) -> Spent | None:
    """What the bad events counted `during` some stretch of the window cost; None where the whole had no events.

    The share is bad / (budget x total of the whole window), so the costs of all stretches add up to what is gone.
    """
    if status.counts is None or status.counts.total <= 0:
        return None
    remaining = left(Counts(status.counts.total - during.bad, status.counts.total), status.slo.budget)
    share = 1 - (remaining or 0.0)
    return Spent(share, share * status.budget.minutes)
