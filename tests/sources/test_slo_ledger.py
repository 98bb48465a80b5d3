"""The record of what SLOs counted: read in from 32 days of real history, exact, and complete whatever is killed."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog.model import Catalog
from bot.domain.slo import BURN_WINDOWS, Measurement, RatioMetric, SliQuery, Slo
from bot.domain.slo.ledger import Account, Tally
from bot.integrations.prometheus import PrometheusSource
from bot.ports import Transient
from bot.services.slo_ledger import SloLedger
from bot.services.slos import SloService
from bot.store.db import Database
from tests.sources import history
from tests.sources.history import END, METRIC, truth
from tests.support.prometheus import backfill, prometheus
from tests.support.slos import slo

MONTH, DAY, HOUR, MINUTE = timedelta(days=30), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SERVICES = ["steady", "skewed", "gappy", "young", "dead", "burning", "idle", "faultless"]
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory: Path = tmp_path_factory.mktemp("prometheus")
    backfill(directory, history.series())
    with prometheus(directory) as address:
        yield address


@pytest.fixture
async def source(url: str) -> AsyncIterator["Watched"]:
    source = Watched("prometheus", url)
    yield source
    await source.close()


class Watched(PrometheusSource):
    """A Prometheus that notes what it is asked, and dies when told to."""

    def __init__(self, name: str, url: str) -> None:
        super().__init__(name, url)
        self.windows: list[timedelta] = []
        self.portions: list[tuple[datetime, datetime]] = []
        self.portions_left = -1
        self.forgot_before: datetime | None = None

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        self.windows += [query.window for query in queries]
        return await super().measure(queries, at)

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        if self.portions_left == 0:
            raise Transient("Prometheus is away.")
        self.portions_left -= 1
        self.portions.append((start, end))
        return await super().history(tallies, start, end, width)


@dataclass
class Clock:
    at: datetime = END

    def now(self) -> datetime:
        return self.at


def of(service: str, **changes: object) -> Slo:
    metric = RatioMetric(
        total=f'sum({METRIC}{{service="{service}"}})', good=f'sum({METRIC}{{service="{service}",code!~"5.."}})'
    )
    return slo(f"{service}-availability", metric=metric, **changes)  # type: ignore[arg-type]


@dataclass
class House:
    """The SLOs of every service of the history, over one database."""

    database: Database
    source: Watched
    clock: Clock = field(default_factory=Clock)
    slos: Sequence[Slo] = field(default_factory=lambda: [of(service) for service in SERVICES])

    @property
    def service(self) -> SloService:
        catalog = Catalog(slos=tuple(self.slos))
        return SloService(lambda: catalog, {"prometheus": self.source}, self.clock, self.database)

    async def keep(self) -> None:
        ledger = SloLedger(self.database, {"prometheus": self.source}, self.clock)
        while await ledger.keep(self.slos):
            pass


@only_sqlite
async def test_every_window_agrees_with_the_truth_and_the_long_ones_cost_nothing(
    database: Database, source: Watched
) -> None:
    house = House(database, source)
    before = {status.slo.name: status for status in await house.service.evaluate()}
    await house.keep()
    source.windows.clear()
    for shown in await house.service.evaluate():
        service, direct = shown.slo.name.removesuffix("-availability"), before[shown.slo.name]
        assert (shown.state, shown.data.complete) == (direct.state, direct.data.complete), service
        assert shown.counts == (None if direct.counts is None else expected(service, END - MONTH)), service
        for window in ("2h", "6h", "1d", "3d"):
            if (burned := shown.burns[window]) is not None:
                assert burned == expected(service, END - BURN_WINDOWS[window]), (service, window)
        assert shown.data.last == direct.data.last
        assert shown.data.covers == pytest.approx(direct.data.covers, abs=6 * MINUTE)
    assert max(source.windows) == HOUR


def expected(service: str, start: datetime) -> object:
    true = truth(service, start)
    if service == "young":
        true = truth(service, max(start, END - 2 * HOUR + MINUTE))
    return true
