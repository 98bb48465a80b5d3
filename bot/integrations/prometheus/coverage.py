"""How much of a window holds data: looked at every few minutes on the server, and in detail only where some is missing.

Looking costs Prometheus about as much as counting, so an answer is kept for a while: data that was there stays there.
The newest sample is always looked up afresh.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.slo.selector import Selector
from bot.integrations.prometheus.api import Answer, PrometheusApi, QueryRefused
from bot.integrations.prometheus.asking import ask_all
from bot.integrations.prometheus.grouping import milliseconds

LOOKBACK = timedelta(minutes=5)
"""For so long a sample stands for its series, so shorter gaps cannot be seen."""
SLOTS = 8_640
"""30 d in steps of 5 minutes; a subquery of Prometheus takes at most 11,000."""
KEEP_COMPLETE = timedelta(minutes=10)
KEEP_PARTIAL = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cover:
    """The time that holds data, between which instants, and whether none is missing."""

    covered: timedelta
    first: datetime | None
    last: datetime | None
    complete: bool


def step_for(window: timedelta) -> timedelta:
    """The distance between looks: whole minutes, no finer than 1 min, at most `SLOTS` of them."""
    minutes = -(-window // timedelta(minutes=SLOTS))
    return timedelta(minutes=max(1, minutes))


def from_slots(slots: float, window: timedelta, at: datetime, last: datetime | None) -> Cover:
    """What `slots` looks that found data say; complete where at most one look at either end found none."""
    step = step_for(window)
    complete = slots >= window // step - 1
    covered = window if complete else min(window, step * slots)
    return Cover(covered, at - window if complete else None, last, complete)


class CoverCache:
    """The last cover found per question."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[datetime, Cover]] = {}

    def get(self, key: str, at: datetime) -> Cover | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        since, cover = kept
        age = at - since
        keep = KEEP_COMPLETE if cover.complete else KEEP_PARTIAL
        return cover if timedelta(0) <= age < keep else None

    def put(self, key: str, at: datetime, cover: Cover) -> None:
        self._kept[key] = (at, cover)


async def in_detail(
    api: PrometheusApi, selectors: Sequence[Selector], window: timedelta, at: datetime, cover: Cover
) -> Cover:
    """The first and last sample of counters some of whose window is missing, and the gaps between the two."""
    step = step_for(window)
    any_series = " or ".join(f"group({selector.promql()})" for selector in selectors)
    sub = f"[{milliseconds(window)}:{milliseconds(step)}]"
    outcomes = await ask_all(
        api,
        {
            "first": f"min_over_time((({any_series}) * time()){sub})",
            "last": f"max_over_time((({any_series}) * time()){sub})",
            "slots": f"count_over_time(({any_series}){sub})",
        },
        at,
    )
    seen = {name: _instant(outcome) for name, outcome in outcomes.items()}
    first = await _edge(api, selectors, seen["first"] or at, step, at, newest=False)
    last = cover.last or await _edge(api, selectors, (seen["last"] or at) + step, step + LOOKBACK, at, newest=True)
    if first is None or last is None:
        return replace(cover, last=last)
    slots = outcomes["slots"]
    looks = slots.rows[0].value if isinstance(slots, Answer) and slots.rows else 0.0
    first = max(first, at - window)
    missing = max(0.0, _steps(first, last, step) - looks)
    return Cover(max(timedelta(0), last - first - step * missing), first, last, complete=False)


def _steps(first: datetime, last: datetime, step: timedelta) -> int:
    """The looks from `first` to `last`; a subquery looks at whole multiples of its step."""
    seconds = step.total_seconds()
    return int(last.timestamp() // seconds - -(-first.timestamp() // seconds)) + 1


async def _edge(
    api: PrometheusApi, selectors: Sequence[Selector], around: datetime, reach: timedelta, at: datetime, *, newest: bool
) -> datetime | None:
    """The oldest or newest sample in the `reach` before `around`."""
    times: list[float] = []
    for selector in selectors:
        times += await api.points(f"{selector.promql()}[{milliseconds(reach)}]", min(around, at))
    if not times:
        return None
    return datetime.fromtimestamp(max(times) if newest else min(times), UTC)


def _instant(outcome: Answer | QueryRefused) -> datetime | None:
    if isinstance(outcome, QueryRefused) or not outcome.rows:
        return None
    return datetime.fromtimestamp(outcome.rows[0].value, UTC)
