"""A threshold of an SLO that was crossed: when that began, and when it is over. Pure, and the same after a restart.

A burn alert begins as soon as both of its windows burn faster than its factor, as the workbook says, and ends as it
says, once either no longer does; but only after that has stayed so for a fifth of the short window (1 min of 5 min,
72 min of 6 h). A rate that hovers at the threshold is one alert then, not twenty.

What is not known neither begins nor ends anything: a source that is silent is no sign that a fault is over.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.slo.burn import BurnAlert, Urgency, windows_of
from bot.domain.slo.status import SloStatus, State

_HELD = 5
"""An alert ends after the share 1 / _HELD of its short window in which it did not burn."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """One stretch in which `rule` of `slo` was crossed; `well_since` is set while it looks over, `ended_at` once it is.

    `number` is that of its row, 0 before it has one.
    """

    slo: str
    rule: str
    began_at: datetime
    well_since: datetime | None = None
    ended_at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Sighting:
    """How one rule looks at one instant: crossed (`over`), clearly not (`well`), or neither, which changes nothing.

    `hold` is for how long it must look well before the crossing is over.
    """

    rule: str
    over: bool
    well: bool
    hold: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Move:
    """A crossing as it was read (None: it is new), and as it is to be stored."""

    before: Crossing | None
    after: Crossing


def advance(slo: str, known: Mapping[str, Crossing], seen: Collection[Sighting], at: datetime) -> list[Move]:
    """What changes at `at`: crossings that begin, look well, no longer do, or end. `known` are the open ones, by rule.

    An open one whose rule is not among `seen` is over: nobody asks for it any more.
    """
    rules = {each.rule for each in seen}
    stands = {rule: replace(each, ended_at=at) for rule, each in known.items() if rule not in rules}
    for each in seen:
        now = _moved(slo, known.get(each.rule), each, at)
        if now is not None:
            stands[each.rule] = now
    return [Move(known.get(rule), now) for rule, now in stands.items() if now != known.get(rule)]


def _moved(slo: str, known: Crossing | None, seen: Sighting, at: datetime) -> Crossing | None:
    if known is None:
        return Crossing(slo, seen.rule, at) if seen.over else None
    if seen.over:
        return replace(known, well_since=None)
    if not seen.well:
        return known
    since = known.well_since or at
    return replace(known, well_since=since, ended_at=at if at - since >= seen.hold else None)


def rule_of(alert: BurnAlert) -> str:
    """What a burn alert is called in rows and fingerprints: `page:14.4:1h:5m`."""
    least = ":least" if alert.at_least else ""
    return f"{alert.severity}:{alert.factor}:{alert.long}:{alert.short}{least}"


def alert_of(rule: str) -> BurnAlert:
    """The burn alert that `rule_of` wrote down."""
    severity, factor, long, short, *least = rule.split(":")
    return BurnAlert(Urgency(severity), float(factor), long, short, bool(least))


def burning(status: SloStatus, alerts: Sequence[BurnAlert]) -> Iterator[Sighting]:
    """How each of an SLO's burn alerts looks.

    One whose long window holds no data at all is well, for nothing is left in it that could burn; where only the short
    window is empty, the fault may have silenced its own figures, and nothing is known.
    """
    windows = windows_of(alerts)
    for alert in alerts:
        over = alert in status.alerts
        empty = status.burns.get(alert.long) is None and status.state is not State.ERROR
        known = status.burns.get(alert.long) is not None and status.burns.get(alert.short) is not None
        yield Sighting(rule_of(alert), over, not over and (known or empty), windows[alert.short] / _HELD)
