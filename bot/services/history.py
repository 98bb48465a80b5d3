"""History that was made up for a demonstration, taken into the sampler's store and called generated ever after."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.sampling import GENERATED_GOOD, GENERATED_TOTAL
from bot.domain.series import Increment
from bot.ports import SampleStore


class HistoryError(ValueError):
    """A line is not what it must be; the message names it."""


@dataclass(frozen=True, slots=True)
class _Bucket:
    sli: str
    start: datetime
    end: datetime
    good: float
    total: float


async def import_history(lines: Iterable[str], store: SampleStore) -> dict[str, int]:
    """Store JSON lines `{"service", "sli", "at", "seconds", "good", "total"}`; the number of lines per SLI.

    `at` is the start of a bucket of `seconds`. The SLI is `<service>-<sli>`, the name of the SLO's indicator. What was
    imported before is left out. Raises `HistoryError`.
    """
    by_sli: dict[str, list[_Bucket]] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            bucket = _bucket(number, line)
            by_sli.setdefault(bucket.sli, []).append(bucket)
    for sli, buckets in by_sli.items():
        increments = [each for bucket in buckets for each in _increments(bucket)]
        start, end = min(each.start for each in buckets), max(each.end for each in buckets)
        await store.add(f"generated {sli}", increments, start, end)
    return {sli: len(buckets) for sli, buckets in by_sli.items()}


def _bucket(number: int, line: str) -> _Bucket:
    try:
        fields: dict[str, Any] = json.loads(line)
        start = datetime.fromisoformat(fields["at"])
        name = "-".join(str(fields[part]) for part in ("service", "sli") if fields.get(part))
        end = start + timedelta(seconds=float(fields["seconds"]))
        bucket = _Bucket(name, start, end, float(fields["good"]), float(fields["total"]))
    except (ValueError, KeyError, TypeError) as error:
        raise HistoryError(f"line {number} is no history ({error!r}): {line[:80]}") from None
    if start.tzinfo is None or end <= start or not 0 <= bucket.good <= bucket.total:
        raise HistoryError(
            f"line {number} needs a time with its zone, seconds above 0, and 0 ≤ good ≤ total: {line[:80]}"
        )
    return bucket


def _increments(bucket: _Bucket) -> list[Increment]:
    labels = {"sli": bucket.sli}
    amounts = {GENERATED_GOOD: bucket.good, GENERATED_TOTAL: bucket.total}
    return [Increment(name, labels, bucket.end, amount) for name, amount in amounts.items()]
