"""The record of what SLOs counted: read in from 32 days of real history, exact, and complete whatever is killed."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.catalog.model import Catalog
from bot.domain.slo import BURN_WINDOWS, Budgeting, Measurement, RatioMetric, SliQuery, Slo
from bot.domain.slo.ledger import Account, Tally, added_up, unknown
from bot.integrations.prometheus import PrometheusSource
from bot.ports import Transient
from bot.services.slo_ledger import SloLedger
from bot.services.slos import SloService
from bot.store.db import Database
from bot.store.schema.slo_ledger import slo_notes
from tests.sources import history
from tests.sources.history import END, METRIC, of, truth
from tests.support.prometheus import backfill, prometheus
from tests.support.slos import slo

ROOT = Path(__file__).parents[2]
MONTH, DAY, HOUR, MINUTE = timedelta(days=30), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SERVICES = ["steady", "skewed", "gappy", "young", "dead", "burning", "idle", "faultless"]
only_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


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
        self._forgot = datetime.min.replace(tzinfo=UTC)

    def forgets_before(self, at: datetime) -> None:
        """As a Prometheus whose retention has passed."""
        self._forgot = at

    async def measure(self, queries: Sequence[SliQuery], at: datetime) -> Sequence[Measurement]:
        self.windows += [query.window for query in queries]
        if at <= self._forgot:
            return [Measurement(query, None, problem="Nothing is kept of then.") for query in queries]
        return await super().measure(queries, at)

    async def history(
        self, tallies: Sequence[Tally], start: datetime, end: datetime, width: timedelta
    ) -> Sequence[Account]:
        if self.portions_left == 0:
            raise Transient("Prometheus is away.")
        self.portions_left -= 1
        self.portions.append((start, end))
        if start < self._forgot:
            return [Account((unknown(start, end),)) for _ in tallies]
        return await super().history(tallies, start, end, width)


@dataclass
class Clock:
    at: datetime = END

    def now(self) -> datetime:
        return self.at


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


@only_sqlite
async def test_an_instant_within_a_minute_is_counted_to_that_instant(database: Database, source: Watched) -> None:
    """The window begins between two edges of the record, and ends between two of its minutes."""
    house = House(database, source, Clock(END - 7 * HOUR - timedelta(seconds=23)), [of("steady"), of("skewed")])
    await house.keep()
    for shown in await house.service.evaluate():
        service = shown.slo.name.removesuffix("-availability")
        true = truth(service, house.clock.at - MONTH, house.clock.at)
        assert shown.counts is not None
        assert shown.counts.total == pytest.approx(true.total, rel=2e-5), service
        assert shown.counts.bad == pytest.approx(true.bad, rel=2e-4), service


@only_sqlite
async def test_a_minute_of_outage_shows_in_the_month_at_once(database: Database, source: Watched) -> None:
    house = House(database, source, Clock(END - 5 * MINUTE), [of("burning")])
    await house.keep()
    house.clock.at = END - 2 * MINUTE
    (shown,) = await house.service.evaluate()
    assert shown.counts == truth("burning", house.clock.at - MONTH, house.clock.at)
    assert shown.counts.bad == 186


@only_sqlite
async def test_reading_the_past_in_is_taken_up_where_it_was_left(database: Database, source: Watched) -> None:
    """The source goes away between portions, and each time a new process comes."""
    house = House(database, source, slos=[of("steady"), of("gappy")])
    for portions in (2, 1, 5, 0, 3):
        source.portions_left = portions
        with pytest.raises(Transient):
            await house.keep()
    source.portions_left = -1
    await house.keep()
    assert len(set(source.portions)) == len(source.portions)
    await assert_whole(house)


@only_sqlite
async def test_a_process_killed_while_it_reads_the_past_in_leaves_nothing_twice_or_missing(
    database: Database, database_url: str, source: Watched, url: str
) -> None:
    house = House(database, source, slos=[of("steady"), of("gappy")])
    for portions in (1, 4):
        command = [sys.executable, "-m", "tests.slo.keeping", database_url, url, *SERVICES[:3:2]]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            for _ in range(portions):
                assert process.stdout.readline() == b"portion\n"
            process.kill()
    await house.keep()
    await assert_whole(house)


async def test_two_processes_at_once_count_nothing_twice(
    database: Database, another: Database, source: Watched
) -> None:
    slos = [of("steady"), of("gappy")]
    await asyncio.gather(House(database, source, slos=slos).keep(), House(another, source, slos=slos).keep())
    await assert_whole(House(database, source, slos=slos))


async def assert_whole(house: House) -> None:
    for each in house.slos:
        found = await house.service.history(each, END - MONTH, END, HOUR)
        service = each.name.removesuffix("-availability")
        whole = added_up(found)
        assert whole is not None
        assert whole.counts == truth(service, END - MONTH), service
        assert all(one.end == other.start for one, other in pairwise(found))


@only_sqlite
async def test_the_record_grows_with_time_and_asks_only_for_what_is_new(database: Database, source: Watched) -> None:
    house = House(database, source, Clock(END - 6 * HOUR), [of("steady")])
    await house.keep()
    source.portions.clear()
    for _ in range(12):
        house.clock.at += 30 * MINUTE
        await house.keep()
    assert min(start for start, _ in source.portions) >= END - 6 * HOUR - 10 * MINUTE
    await assert_whole(house)


@only_sqlite
async def test_the_record_outlives_the_retention_of_its_source(database: Database, source: Watched, url: str) -> None:
    house = House(database, source, slos=[of("steady")])
    await house.keep()
    source.forgets_before(END - 2 * DAY)
    (shown,) = await house.service.evaluate()
    assert (shown.counts, shown.data.complete) == (truth("steady", END - MONTH), True)
    await assert_whole(house)
    (past,) = await house.service.evaluate(at=END - 10 * DAY)
    assert past.counts is not None
    assert past.counts.total == pytest.approx(truth("steady", END - 32 * DAY, END - 10 * DAY).total, rel=1e-3)


@only_sqlite
async def test_a_changed_indicator_begins_a_new_record_and_a_changed_target_keeps_the_old(
    database: Database, source: Watched
) -> None:
    await House(database, source, slos=[of("steady")]).keep()
    source.portions.clear()
    await House(database, source, slos=[of("steady", target=0.95)]).keep()
    assert source.portions == []
    await House(database, source, slos=[of("skewed")]).keep()
    assert min(start for start, _ in source.portions) < END - MONTH


async def test_what_is_old_grows_coarse_and_no_sum_changes(database: Database, source: Watched) -> None:
    house = House(database, source, Clock(END - 20 * DAY), [of("steady")])
    await house.keep()
    house.clock.at = END
    await house.keep()
    before = await house.service.history(house.slos[0], END - MONTH, END, DAY)
    kept = await notes(database)
    await SloLedger(database, {}, house.clock).forget()
    left = await notes(database)
    assert left < kept
    assert left <= 8 * 60 + 4 * 288 + 100 * 24 + 400
    assert await house.service.history(house.slos[0], END - MONTH, END, DAY) == before
    house.clock.at = END + 390 * DAY
    await SloLedger(database, {}, house.clock).forget()
    assert await notes(database) == 0


@pytest.mark.parametrize("first_seen", [END, datetime(2025, 12, 20, 18, tzinfo=UTC)])
async def test_an_hour_in_which_much_went_wrong_keeps_its_five_minutes(
    database: Database, source: Watched, first_seen: datetime
) -> None:
    """Whether it was read in long after, or was recorded then and has grown old since."""
    house = House(database, source, Clock(first_seen), [of("gappy")])
    await house.keep()
    house.clock.at = END
    await house.keep()
    await SloLedger(database, {}, house.clock).forget()
    source.forgets_before(END - DAY)
    noon = datetime(2025, 12, 20, 12, tzinfo=UTC)
    found = await house.service.history(house.slos[0], noon, noon + HOUR, 5 * MINUTE)
    assert [each.counts.bad for each in found] == [1200] + 11 * [0]
    quiet = await house.service.history(house.slos[0], noon + 5 * HOUR, noon + 6 * HOUR, 5 * MINUTE)
    assert {each.counts.total for each in quiet} == {3000}


async def notes(database: Database) -> int:
    async with database.read() as tx:
        return int((await tx.connection.execute(select(func.count()).select_from(slo_notes))).scalar_one())


@only_sqlite
async def test_slices_are_recorded_whole_and_an_expression_is_not(database: Database, source: Watched) -> None:
    five = timedelta(minutes=5)
    sliced = of("burning", budgeting=Budgeting.TIMESLICES, slice_target=0.95, slice_window=five)
    rate = f'sum(avg by (code) (rate({METRIC}{{service="steady"}}[{{{{.window}}}}])))'
    written = slo("written", metric=RatioMetric(good=rate, total=rate))
    house = House(database, source, Clock(END - timedelta(seconds=90)), [sliced, written])
    direct = {each.slo.name: each for each in await house.service.evaluate()}
    await house.keep()
    source.windows.clear()
    for shown in await house.service.evaluate():
        assert shown.counts == direct[shown.slo.name].counts
        assert shown.burns == direct[shown.slo.name].burns
    assert source.windows.count(MONTH) == 1
    assert "as written" in direct["written"].reason


def expected(service: str, start: datetime) -> object:
    true = truth(service, start)
    if service == "young":
        true = truth(service, max(start, END - 2 * HOUR + MINUTE))
    return true
