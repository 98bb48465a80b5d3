"""Did it help? The share of bad events before and after a change, judged by an interval of their difference.

The interval is Newcombe's hybrid score interval (R. G. Newcombe, "Interval estimation for the difference between
independent proportions", Statistics in Medicine 17 (1998) 873–890, method 10), built of two Wilson score intervals
(E. B. Wilson, "Probable inference", JASA 22 (1927) 209–212). It stays honest where shares are near 0 or 1 and counts
are small, as those of errors are.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import NormalDist

from bot.domain.figures import percent
from bot.domain.slo import Counts


class Outcome(StrEnum):
    """What the test says."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NOT_ENOUGH_DATA = "not_enough_data"


WORDS = {
    Outcome.BETTER: "better",
    Outcome.SAME: "no change",
    Outcome.WORSE: "worse",
    Outcome.NOT_ENOUGH_DATA: "not enough data",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """When a difference counts: enough events on both sides, and more than chance at `confidence`.

    It must be at least `least_change` (a share: 0.001 is 0.1 percentage points), so that heavy traffic does not turn a
    trifle into a verdict.
    """

    min_events: int = 100
    confidence: float = 0.95
    least_change: float = 0.001


@dataclass(frozen=True, slots=True)
class Windows:
    """The stretches that are compared. What happened while the change was under way counts for neither."""

    before_from: datetime
    before_to: datetime
    after_from: datetime
    after_to: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer. Shares are bad events over all, None where nothing was counted.

    `low` and `high` bound the share after minus the share before.
    """

    outcome: Outcome
    before: Counts
    after: Counts
    low: float | None = None
    high: float | None = None
    rule: Rule = Rule()

    @property
    def share_before(self) -> float | None:
        return bad_share(self.before)

    @property
    def share_after(self) -> float | None:
        return bad_share(self.after)


def windows(begun: datetime, done: datetime, before: timedelta, after: timedelta) -> Windows:
    """`before` up to where the change began, and `after` from where it was done; judged once the second has passed."""
    return Windows(begun - before, begun, done, done + after)


def judge(before: Counts, after: Counts, rule: Rule) -> Verdict:
    """Compare the shares of bad events."""
    if min(_events(before), _events(after)) < max(1, rule.min_events):
        return Verdict(Outcome.NOT_ENOUGH_DATA, before, after, rule=rule)
    low, high = difference(before, after, rule.confidence)
    change = _bad(after) / after.total - _bad(before) / before.total
    outcome = Outcome.SAME
    if high < 0 and -change >= rule.least_change:
        outcome = Outcome.BETTER
    elif low > 0 and change >= rule.least_change:
        outcome = Outcome.WORSE
    return Verdict(outcome, before, after, low, high, rule)


def wilson(counts: Counts, confidence: float) -> tuple[float, float]:
    """The Wilson score interval of the share of bad events. `counts.total` must be above 0."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    total, share = counts.total, _bad(counts) / counts.total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def difference(before: Counts, after: Counts, confidence: float) -> tuple[float, float]:
    """Newcombe's interval of (bad share after) − (bad share before). Both totals must be above 0."""
    was, now = _bad(before) / before.total, _bad(after) / after.total
    was_low, was_high = wilson(before, confidence)
    now_low, now_high = wilson(after, confidence)
    change = now - was
    low = change - math.hypot(now - now_low, was_high - was)
    high = change + math.hypot(now_high - now, was - was_low)
    return max(-1.0, low), min(1.0, high)


def sentence(verdict: Verdict, what: str = "errors") -> str:
    """The headline: `errors 31 % → 0.2 %: better`. `what` names the bad events."""
    was, now = verdict.share_before, verdict.share_after
    if verdict.outcome is Outcome.NOT_ENOUGH_DATA or was is None or now is None:
        return f"{what}: not enough data"
    return f"{what} {percent(was)} → {percent(now)}: {WORDS[verdict.outcome]}"


def explanation(verdict: Verdict) -> str:
    """The test in words: how much was counted, and how sure the answer is."""
    counted = f"{_events(verdict.before):,.0f} events before, {_events(verdict.after):,.0f} after"
    if verdict.low is None or verdict.high is None:
        return f"{counted}; each side needs {verdict.rule.min_events:,}"
    sure = percent(verdict.rule.confidence)
    return (
        f"{counted}; the difference is between {_points(verdict.low)} and {_points(verdict.high)} points ({sure} sure)"
    )


def bad_share(counts: Counts) -> float | None:
    """Bad events over all; None where nothing was counted."""
    return _bad(counts) / counts.total if _events(counts) > 0 else None


def _points(share: float) -> str:
    return f"{share * 100:+.1f}".replace("-", "−")


def _events(counts: Counts) -> float:
    """Events counted on one side; 0 where a source answered with something that cannot be counted."""
    return counts.total if math.isfinite(counts.total) and math.isfinite(counts.good) and counts.total > 0 else 0


def _bad(counts: Counts) -> float:
    """Bad events within what is possible: extrapolated counters may claim more good than total."""
    return min(max(counts.bad, 0.0), counts.total)
