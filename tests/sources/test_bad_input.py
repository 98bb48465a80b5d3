"""Every way in which an SLO's figures cannot be had: its own words, no number that is not known, no other SLO hurt."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.catalog.model import Catalog
from bot.domain.slo import RatioMetric, SloStatus, State
from bot.domain.slo.record import record
from bot.integrations.access import Access
from bot.integrations.prometheus import PrometheusSource
from bot.services.slos import SloService
from bot.store.db import Database
from tests.support.bot import command, environment
from tests.support.gateway import served
from tests.support.prometheus import Series, backfill, free_port, prometheus
from tests.support.slos import slo

NOW = datetime.now(UTC).replace(microsecond=0)
TOTAL = 'sum(shop_requests_total{service="checkout"})'
WORDS = {
    "wrong-promql": "cannot be evaluated: invalid parameter",
    "a-vector": "gives 2 values, one per code, and an SLI needs one: put sum( ) around it.",
    "a-range": "gives a matrix, and an SLI needs a number: remove the range.",
    "not-a-number": "The total query finds nothing.",
    "infinity": "A query gives infinity, and an SLI needs a number.",
    "nothing": "The total query finds nothing.",
    "different-things": "are said to be good: the queries do not count the same thing.",
    "html": "answered with text/html (status 200), not as Prometheus does; a proxy or a wrong address?",
    "error-in-200": "answered with an error: store is on fire.",
    "empty": "answered with nothing (status 200)",
    "histogram": "gives a native histogram, and an SLI needs a number",
    "hung": "did not answer in time.",
    "nobody": "cannot be reached",
}
"""By SLO, what its status says."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def expression(good: str, total: str = "") -> RatioMetric:
    return RatioMetric(total=total or "sum(rate(shop_requests_total[{{.window}}]))", good=good)


METRICS = {
    "wrong-promql": expression("sum(rate(shop_requests_total[{{.window}}])"),
    "a-vector": expression("sum by (code) (rate(shop_requests_total[{{.window}}]))"),
    "a-range": expression("rate(shop_requests_total[5m])[{{.window}}:1m]"),
    "not-a-number": expression(
        "sum(rate(shop_requests_total[{{.window}}]))", "sum(rate(shop_requests_total[{{.window}}])) * NaN"
    ),
    "infinity": expression("sum(increase(shop_requests_total[{{.window}}])) / 0"),
    "nothing": RatioMetric(total="sum(nope_total)", good='sum(nope_total{code="200"})'),
    "different-things": RatioMetric(total='sum(shop_requests_total{code="500"})', good=TOTAL),
    "fine": RatioMetric(total=TOTAL, bad='sum(shop_requests_total{service="checkout",code="500"})'),
}


async def html(_: web.Request) -> web.Response:
    return web.Response(text="<html>Sign in</html>", content_type="text/html")


async def error_in_200(_: web.Request) -> web.Response:
    return web.json_response({"status": "error", "errorType": "internal", "error": "store is on fire"})


async def empty(_: web.Request) -> web.Response:
    return web.Response(status=200)


async def histogram(_: web.Request) -> web.Response:
    native = {"metric": {}, "histogram": [NOW.timestamp(), {"count": "5", "sum": "1"}]}
    return web.json_response({"status": "success", "data": {"resultType": "vector", "result": [native]}})


async def hung(request: web.Request) -> web.Response:
    await request.read()
    await asyncio.Event().wait()
    return web.Response()


HANDLERS: dict[str, Handler] = {
    "html": html, "error-in-200": error_in_200, "empty": empty, "histogram": histogram, "hung": hung
}  # fmt: skip


class Clock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two hours of a hundred good requests a minute and one bad one, up to now."""
    directory: Path = tmp_path_factory.mktemp("prometheus")
    times = [(NOW - timedelta(minutes=back)).timestamp() for back in range(120, -1, -1)]
    backfill(
        directory,
        [
            Series("shop_requests_total", {"service": "checkout", "code": code}, points)
            for code, step in (("200", 100.0), ("500", 1.0))
            for points in [[(at, n * step) for n, at in enumerate(times)]]
        ],
    )
    with prometheus(directory) as address:
        yield address


async def statuses(url: str, database: Database | None = None) -> dict[str, SloStatus]:
    """Every SLO at once, those of Prometheus in one round, the others each of its own wrong server."""
    async with AsyncExitStack() as stack:
        addresses = {name: await stack.enter_async_context(served(handler)) for name, handler in HANDLERS.items()}
        addresses |= {"nobody": f"http://127.0.0.1:{free_port()}", "prometheus": url}
        sources = {
            name: PrometheusSource(name, address, Access({"timeout": "0.5"} if name == "hung" else {}))
            for name, address in addresses.items()
        }
        slos = [slo(name, metric=metric) for name, metric in METRICS.items()]
        slos += [slo(name, source=name) for name in (*HANDLERS, "nobody")]
        catalog = Catalog(slos=tuple(slos))
        found = await SloService(lambda: catalog, sources, Clock(), database).evaluate()
        for source in sources.values():
            await source.close()
    return {status.slo.name: status for status in found}


async def test_each_has_its_own_words_and_no_number_that_is_not_known(url: str) -> None:
    by_name = await statuses(url)
    for name, words in WORDS.items():
        status = by_name[name]
        assert words in status.reason, (name, status.reason)
        assert status.state in (State.ERROR, State.NO_DATA), name
        row = record(status)
        assert (row["sli"], row["good"], row["total"]) == (None, None, None), name
        assert isinstance(row["budget"], dict)
        assert (row["budget"]["left"], row["budget"]["left_minutes"]) == (None, None), name
        assert isinstance(row["burn"], dict)
        assert set(row["burn"].values()) == {None}, name
        assert row["alerts"] == [], name
    fine = by_name["fine"]
    assert fine.sli == pytest.approx(100 / 101, rel=1e-3)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_source_that_went_away_leaves_its_last_figures_with_their_age(url: str, database: Database) -> None:
    one = slo("fine", metric=METRICS["fine"])
    catalog = Catalog(slos=(one,))

    class Later:
        at = NOW

        def now(self) -> datetime:
            return self.at

    clock = Later()
    source = PrometheusSource("prometheus", url)
    await SloService(lambda: catalog, {"prometheus": source}, clock, database).refresh()
    await source.close()
    gone = PrometheusSource("prometheus", f"http://127.0.0.1:{free_port()}")
    clock.at = NOW + timedelta(minutes=40)
    for attempt in range(6):
        (status,) = await SloService(lambda: catalog, {"prometheus": gone}, clock, database).evaluate()
        words = "cannot be reached" if attempt < 5 else "has not answered 5 times; next try in"
        assert words in status.reason
        assert "These are the figures of" in status.reason
        assert status.sli == pytest.approx(100 / 101, rel=1e-3)
        assert status.data.stale_for == timedelta(minutes=40)
        assert not status.data.complete
    await gone.close()


SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}}}
spec:
  service: shop
  indicator:
    spec:
      ratioMetric:
        good: {{metricSource: {{type: Prometheus, spec: {{query: '{good}'}}}}}}
        total: {{metricSource: {{type: Prometheus, spec: {{query: '{total}'}}}}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.9}}]
---
"""


def test_check_asks_the_sources_and_names_each_slo_that_has_no_figure(url: str, tmp_path: Path) -> None:
    slos = tmp_path / "catalog" / "slos"
    slos.mkdir(parents=True)
    names = ("wrong-promql", "a-vector", "nothing", "fine")
    texts = {name: METRICS[name] for name in names}
    (slos / "all.yaml").write_text(
        "".join(SLO.format(name=name, good=each.good or TOTAL, total=each.total) for name, each in texts.items())
    )
    env = environment(tmp_path, PROMETHEUS_URL=url)
    without = command(env, "check", str(tmp_path / "catalog"))
    assert without.code == 0, without.out
    ended = command(env, "check", "--sources", str(tmp_path / "catalog"))
    assert ended.code == 1
    marked = re.compile(r"(?:error|warning|note): \S+all\.yaml:\d+: SLO ([\w-]+): (?!with a target)")
    said = {match[1]: line for line in ended.out.splitlines() if (match := marked.match(line))}
    assert said["wrong-promql"].startswith("error: ")
    assert WORDS["wrong-promql"] in said["wrong-promql"]
    assert WORDS["a-vector"] in said["a-vector"]
    assert said["nothing"].startswith("warning: ")
    assert WORDS["nothing"] in said["nothing"]
    assert "all.yaml:3" in said["wrong-promql"]
