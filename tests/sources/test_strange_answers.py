"""JSON that no Prometheus and no Azure would send: words for each, and never an error that nobody expects."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.domain.slo import RatioMetric, SliQuery
from bot.integrations.access import Access
from bot.integrations.azure_monitor import AzureApi, AzureLogsSource, AzureMetricsSource
from bot.integrations.prometheus import PrometheusSource
from bot.ports import SliSource, Transient
from tests.support.gateway import served
from tests.support.slos import slo

AT = datetime(2026, 1, 1, tzinfo=UTC)
FINE = {"name": "PrimaryResult", "columns": [{"name": "total", "type": "long"}], "rows": [[1]]}
STRANGE: list[object] = [
    [],
    "text",
    None,
    {},
    {"status": "success"},
    {"status": "success", "data": {}},
    {"status": "success", "data": {"resultType": "vector"}},
    {"status": "success", "data": {"resultType": "vector", "result": [{}]}},
    {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1]}]}},
    {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "a lot"]}]}},
    {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "7"]}]}},
    {"status": "success", "data": {"resultType": "scalar", "result": None}},
    {"tables": None},
    {"tables": []},
    {"tables": [None]},
    {"tables": [{"name": "PrimaryResult"}]},
    {"tables": [{**FINE, "rows": [[]]}]},
    {"tables": [{**FINE, "rows": [["x"]]}]},
    {"tables": [{**FINE, "columns": [{"name": "at", "type": "datetime"}], "rows": [["soon"]]}]},
    {"error": {"code": "PartialError", "details": [{}]}, "tables": [FINE]},
    {"responses": None},
    {"responses": [{"id": "0", "status": 200}]},
    {"value": None},
    {"value": [{}]},
    {"value": [{"name": {"value": "Requests"}, "timeseries": [{"data": [{"total": 1}]}]}]},
    {"value": [{"name": {"value": "Requests"}, "timeseries": [{"data": [{"timeStamp": "soon", "total": 1}]}]}]},
]


def sources(url: str) -> list[tuple[SliSource, RatioMetric]]:
    """Each kind of source with an SLI of its language."""
    return [
        (PrometheusSource("prometheus", url), RatioMetric(total="all_total", good="good_total")),
        (
            AzureLogsSource("logs", AzureApi("Azure", url, Access()), "/v1/workspaces/w/query", "w"),
            RatioMetric(total="T | summarize total=count() by bin(TimeGenerated, 1m)", good="T | count"),
        ),
        (
            AzureMetricsSource("metrics", AzureApi("Azure", url, Access()), "/subscriptions/1/a"),
            RatioMetric(total="?metric=Requests", bad="?metric=Errors"),
        ),
    ]


@pytest.mark.parametrize("body", STRANGE, ids=lambda body: json.dumps(body)[:70])
async def test_an_answer_of_another_shape_is_told_and_never_counted(body: object) -> None:
    async def strange(_: web.Request) -> web.Response:
        return web.json_response(body)

    async with served(strange) as url:
        for source, metric in sources(url):
            told = await said(source, metric)
            assert told, source.name
            assert all(words.endswith((".", "?")) for words in told), told
            await source.close()  # type: ignore[attr-defined]


async def said(source: SliSource, metric: RatioMetric) -> list[str]:
    """What a person reads: about the source as a whole, or about each window; nothing is counted."""
    indicator = slo(metric=metric).indicator
    windows = (timedelta(hours=1), timedelta(minutes=5))
    try:
        answers = await source.measure([SliQuery(indicator, window, coverage=True) for window in windows], AT)
    except Transient as error:
        return [str(error)]
    assert [each.counts for each in answers] == [None, None]
    return [each.problem for each in answers]
