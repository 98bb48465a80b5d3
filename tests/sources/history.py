"""Thirty-two days of traffic whose right answers are known by construction, one service per situation."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.slo import Counts, RatioMetric, Slo
from tests.support.prometheus import Series
from tests.support.slos import slo

END = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 32
MINUTE = timedelta(minutes=1)
METRIC = "shop_requests_total"

Traffic = Callable[[datetime], tuple[int, int] | None]
"""Good and bad requests in the minute that ends at an instant; None where nothing was scraped then."""


def steady(at: datetime) -> tuple[int, int] | None:
    """600 a minute, one error in each thirteenth minute; nobody comes between midnight and five."""
    if at.hour < 5:
        return 0, 0
    bad = 1 if _minute(at) % 13 == 0 else 0
    return 600 - bad, bad


def skewed(at: datetime) -> tuple[int, int] | None:
    """Busy, healthy days; at night two requests a minute, of which one fails."""
    return (1, 1) if at.hour < 5 else (6_000, 0)


def gappy(at: datetime) -> tuple[int, int] | None:
    """Nothing scraped for two hours on 20 December; traffic went on, and ten errors a minute with it."""
    in_gap = datetime(2025, 12, 20, 10, tzinfo=UTC) < at <= datetime(2025, 12, 20, 12, tzinfo=UTC)
    return None if in_gap else (600, 0)


def young(at: datetime) -> tuple[int, int] | None:
    """First scraped two hours before the end."""
    return (590, 10) if at > END - timedelta(hours=2) else None


def dead(at: datetime) -> tuple[int, int] | None:
    """Last scraped forty minutes before the end."""
    return (600, 0) if at <= END - timedelta(minutes=40) else None


def burning(at: datetime) -> tuple[int, int] | None:
    """31 % errors in the last three minutes."""
    return (414, 186) if at > END - 3 * MINUTE else (600, 0)


def idle(at: datetime) -> tuple[int, int] | None:
    """Scraped all the time, never asked anything."""
    return 0, 0


def faultless(at: datetime) -> tuple[int, int] | None:
    """No error has happened yet, so no error series exists."""
    return 100, 0


SERVICES: dict[str, Traffic] = {
    each.__name__: each for each in (steady, skewed, gappy, young, dead, burning, idle, faultless)
}
GAP_MINUTES, GAP_BAD = 120, 10
RESET_EVERY = timedelta(hours=11, minutes=30)


def of(service: str, **changes: object) -> Slo:
    """The availability of one of the services."""
    metric = RatioMetric(
        total=f'sum({METRIC}{{service="{service}"}})', good=f'sum({METRIC}{{service="{service}",code!~"5.."}})'
    )
    return slo(f"{service}-availability", metric=metric, **changes)  # type: ignore[arg-type]


def series() -> list[Series]:
    """Every service as counters by code; `steady` restarts each eleven and a half hours, and counts from zero."""
    made: list[Series] = []
    for service, traffic in SERVICES.items():
        good, bad = zip(*_counters(service, traffic), strict=True)
        made.append(Series(METRIC, {"service": service, "code": "200"}, good))
        if service != "faultless":
            made.append(Series(METRIC, {"service": service, "code": "500"}, bad))
    return made


def truth(service: str, start: datetime, end: datetime = END) -> Counts:
    """What was really good and all there was in (start, end]."""
    total = Counts(0.0, 0.0)
    at = start + MINUTE
    while at <= end:
        happened = SERVICES[service](at)
        if happened is None and service == "gappy":
            happened = (600 - GAP_BAD, GAP_BAD)
        if happened is not None:
            total += Counts(happened[0], sum(happened))
        at += MINUTE
    return total


def _counters(service: str, traffic: Traffic) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    good = bad = 0
    at = END - timedelta(days=DAYS)
    while at <= END:
        happened = traffic(at)
        if service == "steady" and (at - END) % RESET_EVERY < MINUTE:
            good = bad = 0
        if happened is not None:
            good, bad = good + happened[0], bad + happened[1]
            yield (at.timestamp(), float(good)), (at.timestamp(), float(bad))
        elif service == "gappy":
            good, bad = good + 600 - GAP_BAD, bad + GAP_BAD
        at += MINUTE


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
