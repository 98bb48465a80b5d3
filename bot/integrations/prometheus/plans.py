"""How Prometheus is asked: for counters that can be read in groups, or for expressions as they are written."""

from dataclasses import dataclass

from bot.domain.slo.selector import Selector, Sum


@dataclass(frozen=True, slots=True)
class Counted:
    """Good or bad counters over total ones; `function` sums each of them over a window."""

    good: Sum | None
    bad: Sum | None
    total: Sum
    function: str

    @property
    def selectors(self) -> tuple[Selector, ...]:
        parts = (self.good, self.bad, self.total)
        return tuple(selector for part in parts if part is not None for _, selector in part.terms)


@dataclass(frozen=True, slots=True)
class Written:
    """Two expressions for one window: `part` is the good one, or the bad one where `bad` is set.

    `scale` turns their values into counts (a rate times the window's seconds), `present` has a value wherever there
    is data, and `note` says how the figures came about.
    """

    part: str
    total: str
    present: str
    bad: bool = False
    scale: float = 1.0
    note: str = ""
