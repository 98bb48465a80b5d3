"""A real Prometheus on a free port, with history written by promtool before it starts."""

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.require import require

READY_WITHIN = 15.0
_CONFIG = "global: {scrape_interval: 1s, evaluation_interval: 1s}\nscrape_configs:\n"
_JOB = "- job_name: {name}\n  static_configs: [{{targets: ['{target}']}}]\n"


@dataclass(frozen=True)
class Series:
    """One series of history: its metric and labels, and (Unix seconds, value) points in time's order."""

    metric: str
    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]
    kind: str = "counter"


def backfill(directory: Path, series: Sequence[Series]) -> None:
    """Write `series` as blocks into the data directory of a Prometheus that is not running yet."""
    promtool = require("promtool")
    source = directory / "history.om"
    source.write_text(openmetrics(series), encoding="utf-8")
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", "-q", "--max-block-duration=1000h"]
    done = subprocess.run(
        [*command, str(source), str(directory / "data")], check=False, capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise RuntimeError(f"promtool did not take the history:\n{done.stderr}")


def openmetrics(series: Sequence[Series]) -> str:
    """The OpenMetrics text of `series`, one family after the other, ending as promtool wants it."""
    lines: list[str] = []
    families: dict[tuple[str, str], list[Series]] = {}
    for each in series:
        families.setdefault((each.metric, each.kind), []).append(each)
    for (metric, kind), members in families.items():
        family = metric.removesuffix("_total") if kind == "counter" else metric
        lines.append(f"# TYPE {family} {kind}")
        for member in members:
            labels = ",".join(f'{name}="{value}"' for name, value in member.labels.items())
            lines += [f"{metric}{{{labels}}} {value!r} {at:.3f}" for at, value in member.points]
    return "\n".join([*lines, "# EOF", ""])


@contextmanager
def prometheus(directory: Path, targets: Mapping[str, str] | None = None) -> Iterator[str]:
    """Start one over `directory`/data, scraping `targets` (job name to host:port) each second; yields its URL."""
    program = require("prometheus")
    port = free_port()
    config = directory / "prometheus.yml"
    jobs = "".join(_JOB.format(name=name, target=target) for name, target in (targets or {}).items())
    config.write_text(_CONFIG + (jobs or "  []\n"), encoding="utf-8")
    command = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={directory / 'data'}",
        "--storage.tsdb.retention.time=3650d",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with (directory / "prometheus.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            _await_ready(f"http://127.0.0.1:{port}/-/ready", process, directory / "prometheus.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"Prometheus did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running_prometheus(directory: Path, targets: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """`prometheus`, started without blocking the loop that serves what it scrapes."""
    manager = prometheus(directory, targets)
    url = await asyncio.to_thread(manager.__enter__)
    try:
        yield url
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)
