"""The ie-bank catalog, asked of an Azure: every SLO of it comes to figures, each from its own place."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog import Catalog, load
from bot.domain.slo import RatioMetric, RollingWindow
from bot.services.slos import SloService
from bot.wiring.house import KNOWN
from bot.wiring.sources import SourcesInForce
from tests.support.azure import Cloud, cloud
from tests.support.azure.logs import APPLICATION, WORKSPACE, Answer, Table, binned
from tests.support.azure.metrics import SITE

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
IE_BANK = Path(__file__).parents[2] / "examples" / "ie-bank"
IDS = {"IE_BANK_WORKSPACE_ID": WORKSPACE, "IE_BANK_INSIGHTS_ID": APPLICATION, "IE_BANK_DATABASE_ID": SITE}


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        return AT


def columns(answer: Answer, *names: str) -> Answer:
    """The same rows under the names that the query gives its columns."""

    def renamed(start: datetime, end: datetime) -> Table:
        table = answer(start, end)
        return replace(table, columns=[(name, kind) for name, (_, kind) in zip(names, table.columns, strict=True)])

    return renamed


@pytest.fixture
async def azure() -> AsyncIterator[Cloud]:
    async with cloud() as running:
        running.metrics.minutes = {(SITE, "is_db_alive"): lambda at: {"maximum": 0.0 if at.minute % 10 == 0 else 1.0}}
        yield running


@pytest.fixture
def catalog(azure: Cloud) -> Catalog:
    """As it is shipped, but for the cloud it asks and a window of a day."""
    shipped = load(IE_BANK, IDS, KNOWN)
    sources = {
        name: replace(source, url=azure.url, options={**source.options, **azure.sign_in})
        for name, source in shipped.sources.items()
    }
    slos = tuple(replace(slo, window=RollingWindow(timedelta(days=1))) for slo in shipped.slos)
    return replace(shipped, sources=sources, slos=slos)


async def test_every_slo_of_ie_bank_comes_to_figures(azure: Cloud, catalog: Catalog) -> None:
    for slo in catalog.slos:
        metric = slo.indicator.metric
        if isinstance(metric, RatioMetric):
            time, part = ("TimeGenerated", "bad") if slo.name == "error-rate" else ("timestamp", "good")
            azure.logs.answers[metric.total] = columns(binned(lambda _: (9, 1)), time, part, "total")
    sources = SourcesInForce(lambda: catalog, None)  # type: ignore[arg-type]
    statuses = await SloService(lambda: catalog, sources, Still()).evaluate(at=AT)
    await sources.close()

    assert {each.slo.name: each.sli for each in statuses} == pytest.approx(
        {"portal-uptime": 0.9, "page-load": 0.9, "api-latency": 0.9, "error-rate": 0.1, "database-uptime": 0.9},
        abs=0.002,
    ), [each.reason for each in statuses]
