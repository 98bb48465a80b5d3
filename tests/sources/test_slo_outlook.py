"""The outlook of an SLO from the sampler's own history of four weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog.model import Catalog
from bot.domain.series import Increment
from bot.domain.slo import Counts, RatioMetric, Slo, SloStatus, State
from bot.domain.slo.baseline import HOUR, WEEK, Measure
from bot.domain.slo.ledger import Bucket
from bot.integrations.sampled import SampledSource
from bot.ports import Transient
from bot.services.slo_outlook import outlook_of
from bot.services.slos import SloService
from bot.store.db import Database
from bot.store.samples import SqlSampleStore
from tests.support.slos import slo

NOW = datetime(2026, 1, 29, 12, tzinfo=UTC)
METRIC = RatioMetric(total='hits_total{service="checkout"}', bad='hits_total{service="checkout",code="500"}')
AVAILABILITY = slo(metric=METRIC, source="sampler", target=0.99)


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


@dataclass(frozen=True)
class Clock:
    def now(self) -> datetime:
        return NOW


class Silent:
    """A past that nobody can tell now."""

    async def history(self, slo: Slo, start: datetime, end: datetime, width: timedelta) -> Sequence[Bucket]:
        raise Transient("the source does not answer")


async def test_errors_that_no_other_week_had_at_this_hour_are_unusual(database: Database) -> None:
    store = SqlSampleStore(database)
    since = NOW - 4 * WEEK - HOUR
    hours = [since + number * HOUR for number in range(1, 4 * 168 + 2)]
    bad = {at: 40.0 if at == NOW else 1.0 for at in hours}
    counted = [
        Increment("hits_total", {"service": "checkout", "code": code}, at, amount)
        for at in hours
        for code, amount in (("200", 1000 - bad[at]), ("500", bad[at]))
    ]
    await store.add("page", counted, since, NOW)
    catalog = Catalog(slos=(AVAILABILITY,))
    slos = SloService(lambda: catalog, {"sampler": SampledSource(store)}, Clock(), database)
    (status,) = await slos.evaluate(at=NOW)
    found = await outlook_of(slos, status)
    assert found is not None
    assert found.weeks == 4
    assert [(each.measure, each.now, each.usual) for each in found.unusual] == [(Measure.ERRORS, 0.04, 0.001)]


async def test_a_past_that_is_not_told_keeps_no_answer_waiting() -> None:
    assert await outlook_of(Silent(), SloStatus(AVAILABILITY, NOW, State.OK, Counts(1, 1))) is None


async def test_an_slo_without_data_has_no_outlook() -> None:
    assert await outlook_of(Silent(), SloStatus(AVAILABILITY, NOW, State.NO_DATA)) is None
