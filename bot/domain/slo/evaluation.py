"""From an SLO and what was measured to how it stands. Pure: the same answers always give the same status."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.slo.budget import left, sli
from bot.domain.slo.burn import (
    NO_GUARD,
    BurnAlert,
    LowTraffic,
    burn_rate,
    current_window,
    firing,
    held_back,
    windows_of,
)
from bot.domain.slo.definition import Budgeting, CalendarWindow, Slo
from bot.domain.slo.indicator import RatioMetric
from bot.domain.slo.measurement import Counts, Measurement, Slicing, SliQuery
from bot.domain.slo.status import DataCover, SloStatus, State, gone_by
from bot.domain.slo.windows import bounds, words

STALE_AFTER = timedelta(minutes=5)
"""Prometheus' own lookback: beyond it an instant query no longer sees a sample."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a budget that is not gone is called at risk, besides a firing burn alert.

    `left` is the last notice before the end (90 % spent); `horizon` the longest burn window: gone within three days.
    """

    left: float = 0.1
    horizon: timedelta = timedelta(days=3)


DEFAULT_THRESHOLDS = Thresholds()


@dataclass(frozen=True, slots=True)
class SloQueries:
    """What must be measured for one SLO: its own window, and each burn window by name."""

    whole: SliQuery
    burns: Mapping[str, SliQuery]

    def all(self) -> list[SliQuery]:
        return [self.whole, *self.burns.values()]


def queries(slo: Slo, at: datetime, until: datetime | None = None) -> SloQueries:
    """The questions whose answers `evaluate` needs, asked as of `until`: to where the source has its events."""
    until = until or at
    start, _ = bounds(slo.window, at if isinstance(slo.window, CalendarWindow) else until)
    slices = slicing(slo)
    whole = SliQuery(slo.indicator, max(until - start, timedelta(seconds=1)), slices, coverage=True)
    burns = {key: SliQuery(slo.indicator, window, slices) for key, window in windows_of(slo.alerts).items()}
    return SloQueries(whole, burns)


def slicing(slo: Slo) -> Slicing | None:
    """How the SLO's time is cut, None where it counts events. OpenSLO's default slice is a minute."""
    if slo.budgeting is Budgeting.OCCURRENCES:
        return None
    target = slo.slice_target if slo.budgeting is Budgeting.TIMESLICES else None
    if slo.budgeting is Budgeting.TIMESLICES and target is None:
        target = slo.target
    return Slicing(slo.slice_window or timedelta(minutes=1), target)


def evaluate(
    slo: Slo,
    at: datetime,
    whole: Measurement,
    burns: Mapping[str, Measurement],
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> SloStatus:
    """How `slo` stands at `at`, given its whole window and its burn windows."""
    failed = next((each for each in (whole, *burns.values()) if each.failed), None)
    if failed is not None:
        return SloStatus(slo, at, State.ERROR, reason=failed.problem)
    counts = {key: each.counts for key, each in burns.items()}
    data = _cover(at, whole)
    guard = guard_of(slo)
    alerts = firing(counts, slo.budget, guard, slo.alerts)
    state = _state(slo, at, whole.counts, counts, data, alerts, thresholds)
    held = held_back(counts, slo.budget, guard, slo.alerts)
    reason = " ".join([*_data_remarks(whole, counts, data), *_burn_remarks(alerts, held, guard)])
    return SloStatus(slo, at, state, whole.counts, counts, alerts, data, reason)


def guard_of(slo: Slo) -> LowTraffic:
    """How many events an alert of `slo` needs; time slices come whether anybody calls or not, and need none."""
    return slo.low_traffic if _counts_events(slo) else NO_GUARD


def unanswered(slo: Slo, at: datetime, why: str, last: SloStatus | None) -> SloStatus:
    """The source did not answer: the last known figures with their age, or an error where there are none."""
    if last is None or last.counts is None:
        return SloStatus(slo, at, State.ERROR, reason=why)
    age = at - (last.data.last or last.as_of)
    data = replace(last.data, stale_for=max(age, timedelta(0)), complete=False)
    gone = last.state is State.EXHAUSTED
    reason = f"{why} These are the figures of {last.as_of:%d %b %H:%M} UTC."
    return replace(last, slo=slo, state=State.EXHAUSTED if gone else State.STALE, data=data, reason=reason)


def _counts_events(slo: Slo) -> bool:
    metric = slo.indicator.metric
    return slo.budgeting is Budgeting.OCCURRENCES and isinstance(metric, RatioMetric) and not metric.mean


def _cover(at: datetime, whole: Measurement) -> DataCover:
    if whole.counts is None:
        return DataCover(timedelta(0) if whole.covered is None else whole.covered, None, False, None, whole.last)
    age = None if whole.last is None else at - whole.last
    stale_for = age if age is None or age > STALE_AFTER + whole.delay else timedelta(0)
    complete = whole.complete and stale_for == timedelta(0)
    return DataCover(whole.covered, stale_for, complete, whole.first, whole.last, whole.generated)


def _state(
    slo: Slo,
    at: datetime,
    whole: Counts | None,
    counts: Mapping[str, Counts | None],
    data: DataCover,
    alerts: tuple[BurnAlert, ...],
    thresholds: Thresholds,
) -> State:
    remaining = left(whole, slo.budget)
    if remaining is None or sli(whole) is None:
        return State.NO_DATA
    if remaining <= 0:
        return State.EXHAUSTED
    if data.stale_for:
        return State.STALE
    return State.AT_RISK if alerts or _runs_out(slo, at, remaining, counts, thresholds) else State.OK


def _runs_out(
    slo: Slo, at: datetime, remaining: float, counts: Mapping[str, Counts | None], thresholds: Thresholds
) -> bool:
    """Nearly gone, or gone within the horizon at a current burn rate that rests on enough events."""
    if remaining < thresholds.left:
        return True
    current = counts.get(current_window(counts))
    if current is None or (_counts_events(slo) and slo.low_traffic.silences(current)):
        return False
    deadline = gone_by(slo, remaining, burn_rate(current, slo.budget), at)
    return deadline is not None and deadline - at < thresholds.horizon


def _data_remarks(whole: Measurement, counts: Mapping[str, Counts | None], data: DataCover) -> Iterator[str]:
    """What a reader must know about the data beside the figures, one sentence each."""
    length = words(whole.query.window)
    if whole.counts is None:
        yield whole.problem or f"No data in {length}."
        return
    if whole.counts.total <= 0:
        yield f"No traffic in {length}, so nothing was spent."
    elif (recent := counts.get("5m")) is not None and recent.total <= 0:
        yield "No traffic in the last 5\u00a0min."
    if data.stale_for and data.last is not None:
        yield f"Stale: the newest sample is of {data.last:%d %b %H:%M} UTC, {words(data.stale_for)} old."
    elif data.covers is not None and not data.complete:
        yield f"{words(data.covers)} of data; the window is {length}."
    if whole.note:
        yield whole.note


def _burn_remarks(alerts: Sequence[BurnAlert], held: Sequence[BurnAlert], guard: LowTraffic) -> Iterator[str]:
    for alert in alerts:
        yield f"Burning faster than {alert.factor:g}× over {alert.long} and {alert.short}."
    for alert in held:
        least = f"{guard.events:g} events, {guard.bad:g} of them bad"
        yield f"Too little traffic in {alert.long} for the {alert.factor:g}× alert, which needs {least}."
