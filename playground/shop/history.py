"""History for a shop that has just been started: generated, said to be so, and the same for the same seed.

One record per SLI and five minutes: {"service", "sli", "at", "seconds", "good", "total", "generated": true}, `at`
being the bucket's start in RFC 3339 UTC. The events follow a day's curve with quieter nights and weekends; the bad
ones are a steady background plus two incidents, and add up to the asked share of the error budget, (1 - target) *
total, to the event.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from playground.shop.layout import ShopError

BUCKET_S = 300
_BACKGROUND = 0.6  # of the bad events; the rest are the incidents'
_MEAN_OF_CURVE = 0.65


@dataclass(frozen=True, slots=True)
class Bucket:
    """Good and total events of one SLI in the five minutes from `at`."""

    service: str
    sli: str
    at: str
    seconds: int
    good: int
    total: int
    generated: bool = True


@dataclass(frozen=True, slots=True)
class Sli:
    """One SLI to generate: the share of its budget that is to be spent, and its target."""

    name: str
    spent: float
    target: float


@dataclass(frozen=True, slots=True)
class _Incident:
    """A past incident: when, as a share of the whole span; how long; how bad, relative to the other."""

    at: float
    minutes: int
    weight: float


_INCIDENTS = (_Incident(at=0.31, minutes=15, weight=2.0), _Incident(at=0.74, minutes=35, weight=1.0))


def generate(slis: Sequence[Sli], end: datetime, days: int, rate: float, seed: int) -> Iterator[dict[str, object]]:
    """The records of the `days` before `end`, in order of time; `rate` is the mean traffic in events a second."""
    last = datetime.fromtimestamp(end.timestamp() // BUCKET_S * BUCKET_S, UTC)
    count = days * 86_400 // BUCKET_S
    starts = [last - timedelta(seconds=BUCKET_S * (count - index)) for index in range(count)]
    dice = random.Random(seed)
    totals = [_events(start, rate, dice) for start in starts]
    bads = {sli.name: _bad(totals, round(sli.spent * (1 - sli.target) * sum(totals)), dice) for sli in slis}
    for index, start in enumerate(starts):
        at = start.isoformat().replace("+00:00", "Z")
        for sli in slis:
            bucket = Bucket("checkout", sli.name, at, BUCKET_S, totals[index] - bads[sli.name][index], totals[index])
            yield asdict(bucket)


def _events(start: datetime, rate: float, dice: random.Random) -> int:
    hour = start.hour + start.minute / 60
    curve = _MEAN_OF_CURVE + 0.35 * math.cos((hour - 14) / 24 * 2 * math.pi)  # busiest at 14:00 UTC
    weekend = 0.8 if start.weekday() >= 5 else 1.0
    return max(1, round(rate * BUCKET_S * curve / _MEAN_OF_CURVE * weekend * dice.uniform(0.94, 1.06)))


def _bad(totals: Sequence[int], wanted: int, dice: random.Random) -> list[int]:
    """Spreads `wanted` bad events over the buckets; what is above a bucket's total goes to the next one.

    ShopError where even the last bucket cannot take the rest.
    """
    background = [total * dice.lognormvariate(0, 0.35) for total in totals]
    incidents = [total * weight for total, weight in zip(totals, _incident_weights(len(totals)), strict=True)]
    scale_background = wanted * _BACKGROUND / sum(background)
    scale_incidents = wanted * (1 - _BACKGROUND) / sum(incidents)
    owed, spread = 0.0, []
    for total, quiet, loud in zip(totals, background, incidents, strict=True):
        owed += quiet * scale_background + loud * scale_incidents
        bad = min(total, math.floor(owed))
        owed -= bad
        spread.append(bad)
    spread[-1] += wanted - sum(spread)  # the fraction of an event that rounding left
    if spread[-1] > totals[-1]:
        raise ShopError(f"{wanted} bad events do not fit into {sum(totals)} events. Ask for less with --spent.")
    return spread


def _incident_weights(buckets: int) -> list[float]:
    weights = [0.0] * buckets
    for incident in _INCIDENTS:
        first = int(incident.at * buckets)
        for index in range(first, first + math.ceil(incident.minutes * 60 / BUCKET_S)):
            weights[min(index, buckets - 1)] = incident.weight
    return weights
