"""The error budget: how much may go wrong in a window, and how much of that is left."""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import lru_cache

from bot.domain.slo.measurement import Counts


@dataclass(frozen=True, slots=True)
class Budget:
    """`minutes` the whole window allows; `left` as a share of that, negative when overspent, None when unknown."""

    minutes: float
    left: float | None

    @property
    def left_minutes(self) -> float | None:
        return None if self.left is None else self.left * self.minutes


def budget_of(budget: float, window: timedelta, counts: Counts | None) -> Budget:
    """The budget of a window in which `budget` (1 - target) of the events, and so of the minutes, may be bad.

    For occurrences the minutes are the share of the window's length: 99.9 % of 30 d is 43.2 min however much traffic
    there is; they say how long a full outage at average traffic may last.
    """
    minutes = float(_exact(budget) * Fraction(window / timedelta(minutes=1)))
    return Budget(minutes, left(counts, budget))


def left(counts: Counts | None, budget: float) -> float | None:
    """1 - bad / (budget x total): the share of the budget not yet spent. No events spend nothing."""
    if counts is None:
        return None
    if counts.total <= 0:
        return 1.0
    return float(1 - Fraction(counts.bad) / (_exact(budget) * Fraction(counts.total)))


@lru_cache(maxsize=4096)
def _exact(budget: float) -> Fraction:
    """The number as it is written: 0.001 is a thousandth."""
    return Fraction(str(budget))


def sli(counts: Counts | None) -> float | None:
    """good / total, unrounded, within 0 and 1; None where there were no events."""
    if counts is None or counts.total <= 0:
        return None
    return min(1.0, max(0.0, counts.good / counts.total))
