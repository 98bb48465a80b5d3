"""The shipped ie-bank catalog, asked of an Azure whose right answers are known by construction."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.catalog import load
from bot.catalog.model import Catalog
from bot.domain.slo import Counts, RatioMetric, State
from bot.services.slos import SloService
from bot.wiring.house import KNOWN
from bot.wiring.sources import SourcesInForce
from tests.support.azure import Cloud, cloud
from tests.support.azure.entra import CLIENT, SECRET, TENANT
from tests.support.azure.logs import APPLICATION, WORKSPACE, binned

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
DATABASE = "/subscriptions/1/resourceGroups/ie-bank/providers/Microsoft.DBforPostgreSQL/flexibleServers/ie-bank"
TRAFFIC = {
    "portal-uptime": lambda at: (0, 1) if at.hour == 3 and at.minute < 6 else (1, 0),
    "page-load": lambda at: (19, 1),
    "api-latency": lambda at: (90, 10) if at.day == 30 else (100, 0),
    "error-rate": lambda at: (998, 2),
}
"""Good and bad of each minute."""
DAY = 24 * 60


class Clock:
    def now(self) -> datetime:
        return AT + timedelta(minutes=5)


@pytest.fixture
async def azure() -> AsyncIterator[Cloud]:
    async with cloud() as running:
        yield running


def catalog_on(azure: Cloud) -> Catalog:
    """The catalog as it is shipped, signed in to by the variables that Azure's own libraries read."""
    env = {
        "AZURE_TENANT_ID": TENANT,
        "AZURE_CLIENT_ID": CLIENT,
        "AZURE_CLIENT_SECRET": SECRET,
        "AZURE_AUTHORITY_HOST": azure.url,
        "IE_BANK_WORKSPACE_ID": WORKSPACE,
        "IE_BANK_INSIGHTS_ID": APPLICATION,
        "IE_BANK_DATABASE_ID": DATABASE,
    }
    catalog = load(ROOT / "examples" / "ie-bank", env, KNOWN)
    return replace(catalog, sources={name: replace(each, url=azure.url) for name, each in catalog.sources.items()})


async def test_every_slo_of_ie_bank_has_the_figures_that_azure_counted(azure: Cloud) -> None:
    catalog = catalog_on(azure)
    for slo in catalog.slos:
        metric = slo.indicator.metric
        if isinstance(metric, RatioMetric):
            part = "bad" if metric.bad is not None else "good"
            azure.logs.answers[metric.total] = binned(TRAFFIC[slo.name], part=part)
    azure.metrics.minutes[DATABASE, "is_db_alive"] = lambda at: {"maximum": 0.0 if at.day == 2 else 1.0}
    sources = SourcesInForce(lambda: catalog, None)  # type: ignore[arg-type]
    found = await SloService(lambda: catalog, sources, Clock()).evaluate()
    await sources.close()
    statuses = {status.slo.name: status for status in found}
    assert {name: status.counts for name, status in statuses.items()} == {
        "portal-uptime": Counts(30 * (DAY - 6), 30 * DAY),
        "page-load": Counts(30 * DAY * 19, 30 * DAY * 20),
        "api-latency": Counts(30 * DAY * 100 - DAY * 10, 30 * DAY * 100),
        "error-rate": Counts(30 * DAY * 998, 30 * DAY * 1000),
        "database-uptime": Counts(29 * DAY, 30 * DAY),
    }
    assert {name: status.state for name, status in statuses.items()} == {
        "portal-uptime": State.OK,
        "page-load": State.EXHAUSTED,
        "api-latency": State.OK,
        "error-rate": State.OK,
        "database-uptime": State.OK,
    }
    assert all(status.data.complete for status in found)
    assert statuses["error-rate"].budget.left == pytest.approx(0.8)
    assert statuses["error-rate"].burn("5m") == pytest.approx(0.2)
