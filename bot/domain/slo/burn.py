"""Burn rates, and the multi-window alerts that must be firing at given burn rates.

A burn rate of 1 spends the budget exactly by the end of its window. The table is that of the Site Reliability Workbook,
chapter 5, "Alerting on SLOs" (table 5-8: 14.4x and 6x page, 1x tickets; its rule example adds 3x over 1 d); the short
window is a twelfth of the long one. The same factors are used for every SLO window, 28 d and calendar ones too.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction

from bot.domain.slo.measurement import Counts

BURN_WINDOWS: Mapping[str, timedelta] = {
    "5m": timedelta(minutes=5),
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "2h": timedelta(hours=2),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "3d": timedelta(days=3),
}
"""Every window that burn rates are shown and alerted over."""

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_TOO_CLOSE = 1e-9
"""Floats that are nearer to each other, as a share of both, are compared as fractions, which is much slower."""
_CURRENT = ("5m", "30m", "1h")
_CURRENT_EVENTS = 20


class Urgency(StrEnum):
    """What a burn alert does: wakes somebody, or waits for working hours."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """Fires while the burn rate over both windows is above `factor`, or has reached it where `at_least` is set."""

    severity: Urgency
    factor: float
    long: str
    short: str
    at_least: bool = False


ALERTS: tuple[BurnAlert, ...] = (
    BurnAlert(Urgency.PAGE, 14.4, "1h", "5m"),
    BurnAlert(Urgency.PAGE, 6.0, "6h", "30m"),
    BurnAlert(Urgency.TICKET, 3.0, "1d", "2h"),
    BurnAlert(Urgency.TICKET, 1.0, "3d", "6h"),
)


@dataclass(frozen=True, slots=True)
class LowTraffic:
    """The long window needs so many events, and so many bad ones, before an alert means anything.

    With a few requests an hour one error is a burn rate in the hundreds; it is worth a look, not a page.
    """

    events: float = 50
    bad: float = 2

    def silences(self, counts: Counts) -> bool:
        return counts.total < self.events or counts.bad < self.bad


DEFAULT_GUARD = LowTraffic()
NO_GUARD = LowTraffic(0, 0)


def burn_rate(counts: Counts | None, budget: float) -> float | None:
    """(bad / total) / budget, unrounded. No events burn nothing; None where nothing is known."""
    if counts is None:
        return None
    if counts.total <= 0:
        return 0.0
    return float(Fraction(counts.bad) / Fraction(counts.total) / Fraction(str(budget)))


def windows_of(alerts: Sequence[BurnAlert]) -> Mapping[str, timedelta]:
    """Every window that must be measured: those that are always shown, and those of `alerts`."""
    named = {name for alert in alerts for name in (alert.long, alert.short)}
    return {**BURN_WINDOWS, **{name: _length(name) for name in sorted(named - BURN_WINDOWS.keys())}}


def current_window(counts: Mapping[str, Counts | None]) -> str:
    """The window whose burn rate is called the current one: the shortest of 5 m, 30 m and 1 h with at least 20 events.

    With fewer events a single error would decide the answer; a service that quiet is judged by its last hour.
    """
    for window in _CURRENT:
        known = counts.get(window)
        if known is not None and known.total >= _CURRENT_EVENTS:
            return window
    return _CURRENT[-1]


def burns_faster(counts: Counts, budget: float, factor: float, *, at_least: bool = False) -> bool:
    """Strictly above `factor`, compared as exact fractions: 14.4 against 14.4 is not above, but is `at_least` 14.4."""
    about = factor * budget * counts.total
    if abs(counts.bad - about) > _TOO_CLOSE * (counts.bad + about):
        return counts.bad > about
    bad, limit = Fraction(counts.bad), Fraction(str(factor)) * Fraction(str(budget)) * Fraction(counts.total)
    return bad > limit or (at_least and bad == limit and bad > 0)


def firing(
    counts: Mapping[str, Counts | None], budget: float, guard: LowTraffic, alerts: Sequence[BurnAlert] = ALERTS
) -> tuple[BurnAlert, ...]:
    """The alerts that must be firing, given the counts of each burn window; an unknown window fires nothing."""
    return tuple(alert for alert in alerts if _both_burn(counts, budget, alert) and not _guarded(counts, guard, alert))


def held_back(
    counts: Mapping[str, Counts | None], budget: float, guard: LowTraffic, alerts: Sequence[BurnAlert] = ALERTS
) -> tuple[BurnAlert, ...]:
    """The alerts that would be firing but for too little traffic."""
    return tuple(alert for alert in alerts if _both_burn(counts, budget, alert) and _guarded(counts, guard, alert))


def can_fire(budget: float, factor: float, *, at_least: bool = False) -> bool:
    """Whether any error ratio can burn above `factor`: with everything failing the burn rate is 1 / budget."""
    share = Fraction(str(factor)) * Fraction(str(budget))
    return share < 1 or (at_least and share == 1)


def _both_burn(counts: Mapping[str, Counts | None], budget: float, alert: BurnAlert) -> bool:
    pair = (counts.get(alert.long), counts.get(alert.short))
    return all(each is not None and burns_faster(each, budget, alert.factor, at_least=alert.at_least) for each in pair)


def _guarded(counts: Mapping[str, Counts | None], guard: LowTraffic, alert: BurnAlert) -> bool:
    long = counts.get(alert.long)
    return long is None or guard.silences(long)


def _length(name: str) -> timedelta:
    """Of a window's name such as `90m`, `1h` or `28d`."""
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", name)
    if parts is None:
        raise ValueError(f"{name!r} is no name of a window")
    return float(parts[1]) * _UNITS[parts[2]]
