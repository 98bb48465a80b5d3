"""Windows of an SLO with a known history, as the ledger tells them: an hour a bucket, a thousand events an hour."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.slo import Counts, DataCover, Slo, SloStatus, State
from bot.domain.slo.burndown import Burndown, Mark, MarkKind, burndown
from bot.domain.slo.ledger import Bucket, added_up, unknown
from tests.support.slos import slo

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVENTS = 1000


def hours(
    bad: Mapping[int, float],
    count: int = 720,
    *,
    now: datetime = NOW,
    known: Callable[[int], bool] = lambda _hour: True,
) -> list[Bucket]:
    """The last `count` hours; `bad` events by how many hours ago they happened, 1 being the last hour."""
    found = []
    for ago in range(count, 0, -1):
        start = now - ago * HOUR
        counts = Counts(EVENTS - bad.get(ago, 0.0), EVENTS)
        found.append(Bucket(start, start + HOUR, counts, HOUR) if known(ago) else unknown(start, start + HOUR))
    return found


def drawn(
    buckets: Sequence[Bucket],
    of: Slo | None = None,
    *,
    marks: Sequence[Mark] = (),
    now: datetime = NOW,
    generated: float = 0,
) -> Burndown:
    """The picture of an SLO that counted exactly these buckets; by default 99.9 % of 30 days."""
    return burndown(status(buckets, of, now=now, generated=generated), buckets, marks)


def status(buckets: Sequence[Bucket], of: Slo | None = None, *, now: datetime = NOW, generated: float = 0) -> SloStatus:
    whole = added_up(buckets)
    data = DataCover(generated=generated)
    return SloStatus(of or slo(), now, State.OK, None if whole is None else whole.counts, data=data)


def incident(name: str, ago: float, lasted: float = 1.0) -> Mark:
    return Mark(MarkKind.INCIDENT, name, NOW - ago * HOUR, NOW - (ago - lasted) * HOUR)


def alert(name: str, ago: float) -> Mark:
    return Mark(MarkKind.ALERT, name, NOW - ago * HOUR, NOW - (ago - 1) * HOUR)
