"""What an outage would cost: the budget it leaves, how long the budget lasts, and which alerts fire when. Pure.

Traffic goes on evenly at a given rate while a share of it fails, and what a burn window held before is taken to be
spread evenly over it. Then every count is a straight line in time, and every question is where one crosses another.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.slo.budget import left
from bot.domain.slo.burn import BurnAlert, LowTraffic, windows_of
from bot.domain.slo.definition import Slo
from bot.domain.slo.measurement import Counts

_MINUTE = timedelta(minutes=1)
_EVER = 10 * 525_600.0
"""Ten years in minutes: longer than anybody plans for."""
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?\s?(?:sec|min|[smhd])\s?)+", re.IGNORECASE)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s?(sec|min|[smhd])", re.IGNORECASE)
_UNITS = {"s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}
_SHARE = re.compile(r"(?:at\s+)?(\d+(?:\.\d+)?)\s?%", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outage:
    """So long does `share` (0 to 1) of all events fail."""

    length: timedelta
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Firing:
    """When an alert fires after the outage began; None: not within it. `already`: it fires before it begins."""

    alert: BurnAlert
    after: timedelta | None
    already: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """`left` after the outage and the share `spent` by it; `lasts`: how long such an outage may last, None: for ever.

    `per_minute` are the events a minute that were assumed.
    """

    left: float
    spent: float
    lasts: timedelta | None
    per_minute: float
    alerts: tuple[Firing, ...]


def understood(text: str) -> Outage | None:
    """`20m`, `1h30m`, `20 min at 50 %`; None where it is neither a length nor one with a share from 0 to 100 %."""
    found = _DURATION.match(text.strip())
    if found is None:
        return None
    rest = text.strip()[found.end() :].strip()
    share = _SHARE.fullmatch(rest) if rest else None
    seconds = sum(float(amount) * _UNITS[unit.lower()] for amount, unit in _PART.findall(found.group()))
    ratio = float(share[1]) / 100 if share else 1.0
    if (rest and share is None) or not 0 < ratio <= 1 or not 0 < seconds <= 365 * 86_400:
        return None
    return Outage(timedelta(seconds=seconds), ratio)


def simulate(
    slo: Slo,
    whole: Counts,
    leaving: Counts,
    burns: Mapping[str, Counts | None],
    outage: Outage,
    per_minute: float,
    guard: LowTraffic,
) -> Outcome:
    """`whole` counts the SLO's window now, `leaving` what drops out of it while the outage lasts."""
    minutes = outage.length / _MINUTE
    failed = outage.share * per_minute * minutes
    bad = max(0.0, whole.bad - leaving.bad) + failed
    total = max(0.0, whole.total - leaving.total) + per_minute * minutes
    remaining = left(Counts(total - bad, total), slo.budget)
    spent = failed / (slo.budget * total) if total > 0 else 0.0
    return Outcome(
        left=1.0 if remaining is None else remaining,
        spent=spent,
        lasts=_lasts(slo, whole, outage.share, per_minute),
        per_minute=per_minute,
        alerts=tuple(_firing(alert, slo, burns, outage, per_minute, guard) for alert in slo.alerts),
    )


def _lasts(slo: Slo, whole: Counts, share: float, per_minute: float) -> timedelta | None:
    """Until bad = budget x total, were nothing to leave the window meanwhile."""
    spare = slo.budget * whole.total - whole.bad
    if spare <= 0:
        return timedelta(0)
    return _minutes(_crossing((-spare, per_minute * (share - slo.budget))))


def _firing(
    alert: BurnAlert,
    slo: Slo,
    burns: Mapping[str, Counts | None],
    outage: Outage,
    per_minute: float,
    guard: LowTraffic,
) -> Firing:
    lengths = windows_of((alert,))
    lines = [
        (line, lengths[name] / _MINUTE)
        for name in (alert.long, alert.short)
        for line in _conditions(
            burns.get(name) or Counts(0.0, 0.0),
            lengths[name] / _MINUTE,
            alert.factor * slo.budget,
            outage.share,
            per_minute,
            guard if name == alert.long else None,
        )
    ]
    crossings = [_crossing(line, most) for line, most in lines]
    known = [each for each in crossings if each is not None]
    after = _minutes(max(known)) if len(known) == len(crossings) else None
    within = after if after is not None and after < outage.length else None
    return Firing(alert, within, already=all(line[0] > 0 for line, _ in lines))


def _conditions(
    before: Counts, length: float, threshold: float, share: float, per_minute: float, guard: LowTraffic | None
) -> Sequence[tuple[float, float]]:
    """Lines (value now, change a minute) that must all be above zero for the window to burn above `threshold`.

    After t minutes, up to its `length`, the window holds t minutes of the outage and what is left of what was before.
    """
    bad = (before.bad, share * per_minute - before.bad / length)
    total = (before.total, per_minute - before.total / length)
    burning = (bad[0] - threshold * total[0], bad[1] - threshold * total[1])
    if guard is None:
        return (burning,)
    return (burning, (total[0] - guard.events, total[1]), (bad[0] - guard.bad, bad[1]))


def _crossing(line: tuple[float, float], most: float = _EVER) -> float | None:
    """After how many minutes the line is above zero; 0 where it is, None where that takes more than `most`."""
    now, change = line
    if now > 0:
        return 0.0
    return None if change <= 0 or -now / change > most else -now / change


def _minutes(count: float | None) -> timedelta | None:
    return None if count is None else count * _MINUTE
