"""A Prometheus with days of history of many services of one form, for the bench of SLOs."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.slo import Indicator, RatioMetric, RollingWindow, Slo
from tests.support.prometheus import prometheus
from tests.support.require import require

METRIC = "shop_requests_total"
DAYS, MONTH = 3, 30
"""Thirty days of a thousand services take promtool minutes; what is compared is read over the same days by everyone."""
SCRAPED_EVERY_S = 60
_MADE_WITHIN_S = 600


def services(count: int) -> list[str]:
    """The names of so many of the services."""
    return [f"s{number:04}" for number in range(count)]


def slos(count: int, days: int = DAYS) -> list[Slo]:
    """One SLO of the same form, over so many days, for each of so many services."""
    return [_slo(name, days) for name in services(count)]


@contextmanager
def filled(directory: Path, count: int, days: int = DAYS) -> Iterator[tuple[str, datetime]]:
    """A Prometheus that holds the days of so many services: its URL, and the instant at which the history ends."""
    directory.mkdir(exist_ok=True)
    end = datetime.fromtimestamp(datetime.now(UTC).timestamp() // SCRAPED_EVERY_S * SCRAPED_EVERY_S, UTC)
    text = directory / "history.om"
    with text.open("w", encoding="utf-8") as file:
        file.writelines(_lines(count, end, days))
    command = [require("promtool"), "tsdb", "create-blocks-from", "openmetrics", "-q", "--max-block-duration=1000h"]
    subprocess.run(
        [*command, str(text), str(directory / "data")], check=True, capture_output=True, timeout=_MADE_WITHIN_S
    )
    text.unlink()
    with prometheus(directory) as url:
        yield url, end


def _lines(count: int, end: datetime, days: int) -> Iterator[str]:
    yield f"# TYPE {METRIC.removesuffix('_total')} counter\n"
    last = int(end.timestamp())
    times = range(last - days * 86_400, last + 1, SCRAPED_EVERY_S)
    for code, each in (("200", 600), ("500", 1)):
        points = [f" {number * each} {at}\n" for number, at in enumerate(times)]
        for name in services(count):
            series = f'{METRIC}{{service="{name}",code="{code}"}}'
            yield "".join([series + point for point in points])
    yield "# EOF\n"


def _slo(name: str, days: int) -> Slo:
    metric = RatioMetric(
        good=f'sum({METRIC}{{service="{name}",code!~"5.."}})', total=f'sum({METRIC}{{service="{name}"}})'
    )
    indicator = Indicator(name, "prometheus", "prometheus", metric)
    return Slo(name, name, name, indicator, 0.99, RollingWindow(timedelta(days=days)))
