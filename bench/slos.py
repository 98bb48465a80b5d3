"""How long SLOs take: from nothing beside the cheapest queries, in steady state beside from nothing, and a peer.

All on one real Prometheus, by turns. The cheapest queries sum every window of every service in one request per window,
raw, and compute nothing.
"""

import asyncio
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
from rich.console import Console

from bench.peer import Absent, installed, seconds
from bench.result import Result, quantile
from bench.slo_history import DAYS, METRIC, MONTH, filled, services, slos
from bot.catalog.model import Catalog
from bot.domain.slo import BURN_WINDOWS, Slo
from bot.integrations.prometheus import PrometheusSource
from bot.services.slo_ledger import SloLedger
from bot.services.slos import SloService
from bot.store.db import Database
from bot.store.migrating import migrate

SIZES = (10, 100, 500, 1_000)
ROUNDS, STEADY_ROUNDS = 5, 10
FROM_NOTHING_MOST, STEADY_MOST, PEER_MOST = 1.3, 0.1, 1.0
PEER_SLOS, MONTH_SLOS = 100, 100


@dataclass(frozen=True, slots=True)
class _Still:
    """A clock at the end of the history."""

    at: datetime

    def now(self) -> datetime:
        return self.at


async def slo_speed() -> list[Result]:
    """A hundred SLOs over the usual month, and how few days of ten to a thousand grow."""
    absent = [program for program in ("prometheus", "promtool") if shutil.which(program) is None]
    if absent:
        Console().print(f"No figures for SLOs: {' and '.join(absent)} is not installed.")
        return []
    gc.collect()
    gc.freeze()  # as the bot's own entry does with all that it has loaded
    with tempfile.TemporaryDirectory(prefix="quarterdeck-bench-slos-") as temporary:
        results = await _on(Path(temporary) / "month", [MONTH_SLOS], MONTH)
        return results + await _on(Path(temporary) / "days", SIZES, DAYS)


async def _on(directory: Path, sizes: Sequence[int], days: int) -> list[Result]:
    """Every size on one Prometheus with the history of the largest; the peer too, where windows are those it knows."""
    with ExitStack() as stack:
        url, end = await asyncio.to_thread(stack.enter_context, filled(directory, max(sizes), days))
        results = await _peer(directory, url, end) if days == DAYS else []
        for size in sizes:
            results += await _of_size(directory, url, end, size, days)
        return results


async def _of_size(directory: Path, url: str, end: datetime, size: int, days: int) -> list[Result]:
    wanted, title = slos(size, days), f"{size:,} SLOs of {days} days"
    catalog = Catalog(slos=tuple(wanted))
    database = Database(f"sqlite:///{directory / f'slos-{size}.sqlite3'}")
    await migrate(database)
    nothing, cheapest, costs = [], [], 0.0
    for _ in range(ROUNDS):
        cheapest.append(await _timed(lambda: _cheapest(url, end, services(size), days)))
        before = _spent(directory)
        nothing.append(await _timed(lambda: _from_nothing(url, end, wanted)))
        costs += _spent(directory) - before
    source = PrometheusSource("prometheus", url)
    kept = SloLedger(database, {source.name: source}, _Still(end))
    service = SloService(lambda: catalog, {source.name: source}, _Still(end), database)
    read_in = await _timed(lambda: _read_in(kept, wanted))
    await service.refresh()
    before = _spent(directory)
    steady = [await _timed(service.refresh) for _ in range(STEADY_ROUNDS)]
    steady_costs = (_spent(directory) - before) / STEADY_ROUNDS
    last = [await _timed(service.last) for _ in range(ROUNDS)]
    await source.close()
    await database.close()
    fresh = quantile(nothing, 0.5)
    return [
        Result(f"{title} from nothing", fresh, "s", FROM_NOTHING_MOST, quantile(cheapest, 0.5), True, ROUNDS),
        Result(
            f"{title} in steady state: the source's processor time",
            steady_costs,
            "s",
            STEADY_MOST,
            costs / ROUNDS,
            True,
            STEADY_ROUNDS,
        ),
        Result(f"{title} in steady state: all of it", quantile(steady, 0.5), "s", floor=fresh, n=STEADY_ROUNDS),
        Result(f"{title}: the last evaluation", quantile(last, 0.5), "s", floor=fresh, n=ROUNDS),
        Result(f"{title}: their past read in", read_in, "s"),
    ]


async def _peer(directory: Path, url: str, end: datetime) -> list[Result]:
    """First of all: it asks for windows that end now, and the shortest must still reach into the history."""
    try:
        python = await installed(directory / "peer")
        theirs = [await seconds(python, url, METRIC, services(PEER_SLOS), end) for _ in range(2)]
    except Absent as why:
        Console().print(f"No figure for google/slo-generator: {why}.")
        return []
    ours = [await _timed(lambda: _from_nothing(url, end, slos(PEER_SLOS))) for _ in range(2)]
    name = f"{PEER_SLOS} SLOs from nothing (floor: slo-generator, 5 windows)"
    return [Result(name, min(ours), "s", PEER_MOST, min(theirs), True, len(ours))]


def _spent(directory: Path) -> float:
    """Processor seconds of the Prometheus that lives in `directory`, so far."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(directory).encode() in (process / "cmdline").read_bytes():
                fields = (process / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
                return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except OSError:
            continue  # it has ended meanwhile
    raise RuntimeError("there is no Prometheus, or no /proc to see it in")


async def _timed(operation: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await operation()
    return time.perf_counter() - began


async def _cheapest(url: str, end: datetime, names: Sequence[str], days: int) -> None:
    """Each window in one query, over one connection."""
    selector = f'{METRIC}{{service=~"{"|".join(names)}"}}'
    async with httpx.AsyncClient(timeout=60) as client:
        for window in dict.fromkeys([*BURN_WINDOWS, f"{days}d"]):
            query = f"sum by (service, code) (increase({selector}[{window}]))"
            answer = await client.post(f"{url}/api/v1/query", data={"query": query, "time": f"{end.timestamp()}"})
            if len(answer.raise_for_status().json()["data"]["result"]) != 2 * len(names):
                raise RuntimeError("the history is not what it should be")


async def _from_nothing(url: str, end: datetime, wanted: Sequence[Slo]) -> None:
    """As a process does that has just started: no record, nothing remembered."""
    source = PrometheusSource("prometheus", url)
    service = SloService(lambda: Catalog(slos=tuple(wanted)), {source.name: source}, _Still(end))
    statuses = await service.evaluate(at=end)
    await source.close()
    lost = next((status for status in statuses if status.counts is None), None)
    if lost is not None:
        raise RuntimeError(f"{lost.slo.name} has no figures: {lost.reason}")


async def _read_in(kept: SloLedger, wanted: Sequence[Slo]) -> None:
    while await kept.keep(wanted):
        pass
