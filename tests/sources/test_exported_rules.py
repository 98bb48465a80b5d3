"""Exported rules against the live evaluation: on the same history both fire at the same instants, and at no others.

The history begins in 1970, as promtool's own clock does, and is given to a real Prometheus and to promtool.
"""

import json
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.slo import (
    Budgeting,
    BurnAlert,
    Counts,
    Measurement,
    RatioMetric,
    Slo,
    SloStatus,
    ThresholdMetric,
    Urgency,
    evaluate,
    queries,
)
from bot.domain.slo.burn import windows_of
from bot.integrations.prometheus import PrometheusSource
from bot.integrations.prometheus.rules import exported
from tests.support.prometheus import Series, backfill, prometheus
from tests.support.require import require
from tests.support.slos import slo

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTES = 1300
RESETS = 231
STEP = 3
"""Minutes between two evaluations of the rules."""
PAGE = (BurnAlert(Urgency.PAGE, 14.4, "1h", "5m"),)
TABLE = (*PAGE, BurnAlert(Urgency.PAGE, 6, "6h", "30m"), BurnAlert(Urgency.TICKET, 3, "10h", "50m"))
"""As the usual one, but for the longest windows: promtool would take minutes to play three days."""

Traffic = Callable[[int], tuple[int, int] | None]
"""Good and bad requests in a minute of the history; None where nothing was scraped."""


def busy(minute: int) -> tuple[int, int] | None:
    """Two a minute at night, then 600; faults at night, fast, and slow; forty minutes without a scrape."""
    total = 2 if minute < 300 else 600
    if 100 <= minute < 120:
        return 0, total
    if 320 <= minute < 330:
        return 300, 300
    if 420 <= minute < 540:
        return 594, 6
    if 700 <= minute < 740:
        return None
    if 900 <= minute < 1200:
        return 598 if minute % 10 else 597, 2 if minute % 10 else 3
    return total, 0


def quiet(minute: int) -> tuple[int, int] | None:
    """A request in five minutes; one in fifty fails."""
    return (int(minute % 5 == 0 and minute % 250 != 0), int(minute % 250 == 0))


SERVICES: dict[str, Traffic] = {"busy": busy, "quiet": quiet}


def history() -> list[Series]:
    """Counters by code that start at zero and restart now and then; and a gauge that is too high for an hour."""
    made: list[Series] = []
    for service, traffic in SERVICES.items():
        points: dict[str, list[tuple[float, float]]] = {"200": [], "500": []}
        good = bad = 0
        for minute in range(MINUTES):
            if minute % RESETS == 0:
                good = bad = 0
            happened = traffic(minute)
            good, bad = (good + happened[0], bad + happened[1]) if happened else (good + 590, bad + 10)
            if happened:
                points["200"].append((minute * 60.0, float(good)))
                points["500"].append((minute * 60.0, float(bad)))
        made += [
            Series("shop_requests_total", {"service": service, "code": code}, each) for code, each in points.items()
        ]
    ages = [(minute * 60.0, 500.0 if 600 <= minute < 640 else 20.0) for minute in range(MINUTES)]
    return [*made, Series("sync_age_seconds", {}, ages, kind="gauge")]


def counter(service: str, code: str = "") -> str:
    matchers = ",".join(filter(None, [f'service="{service}"', code]))
    return f"shop_requests_total{{{matchers}}}"


ALL, SERVED, FAILED = counter("busy"), counter("busy", 'code="200"'), counter("busy", 'code="500"')


def availability(service: str, **more: object) -> Slo:
    served = counter(service, 'code!~"5.."')
    metric = RatioMetric(total=f"sum({counter(service)})", good=f"sum({served})")
    return slo(f"{service}-good", metric=metric, **more)  # type: ignore[arg-type]


def slos() -> list[Slo]:
    """One of each way in which an SLI can be written."""
    bad = RatioMetric(total=f"sum({ALL})", bad=f"sum({FAILED})")
    window = "[{{.window}}]"
    rate = RatioMetric(total=f"sum(rate({ALL}{window})) > 0", good=f"sum(rate({SERVED}{window}))")
    parts = RatioMetric(
        total=f"sum({SERVED}) + sum({FAILED}) + sum(never_seen_total)",
        bad=f"sum({FAILED}) - sum(never_seen_total)",
    )
    sliced = availability("busy", budgeting=Budgeting.TIMESLICES, slice_target=0.9, slice_window=MINUTE)
    stale = slo("stale", metric=ThresholdMetric("sync_age_seconds", "lte", 60))
    least = BurnAlert(Urgency.TICKET, 10.0, "90m", "10m", at_least=True)
    return [
        replace(availability("busy"), alerts=TABLE),
        replace(availability("quiet"), alerts=PAGE),
        replace(slo("busy-bad", metric=bad, target=0.99), alerts=PAGE),
        replace(slo("busy-rate", metric=rate), alerts=PAGE),
        replace(slo("busy-parts", metric=parts), alerts=(*PAGE, least)),
        replace(sliced, name="busy-slices", alerts=PAGE),
        replace(stale, alerts=PAGE),
    ]


INSTANTS = sorted(
    {
        *range(96, 200, 12),
        *range(318, 400, 2 * STEP),
        *range(417, 660, 24),
        *range(696, 830, 15),
        *range(891, MINUTES, 60),
        *(each * RESETS + around for each in range(1, 6) for around in (0, STEP)),
    }
)
"""Minutes of the history to compare at: around faults, their ends, resets, the gap, and nights."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules")


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    backfill(folder, history())
    with prometheus(folder) as address:
        yield address


@pytest.fixture
async def source(url: str) -> AsyncIterator[PrometheusSource]:
    source = PrometheusSource("prometheus", url)
    yield source
    await source.close()


async def live(source: PrometheusSource, asked: Sequence[Slo], at: datetime) -> list[SloStatus]:
    """Their burn windows, evaluated as of `at`."""
    questions = [queries(each, at) for each in asked]
    answers = iter(await source.measure([query for each in questions for query in each.burns.values()], at))
    found = []
    for each, question in zip(asked, questions, strict=True):
        burns = {window: next(answers) for window in windows_of(each.alerts)}
        found.append(evaluate(each, at, Measurement(question.whole, Counts(1, 1)), burns))
    return found


def written(path: Path, content: object) -> Path:
    """JSON is YAML too, and quick to write."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def promtool(*words: str) -> str:
    """What it printed; an empty text where it was satisfied."""
    done = subprocess.run([require("promtool"), *words], check=False, capture_output=True, text=True, timeout=120)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def called(each: Series) -> str:
    matchers = ",".join(f'{name}="{value}"' for name, value in each.labels.items())
    return f"{each.metric}{{{matchers}}}"


def values(each: Series) -> str:
    at = dict(each.points)
    return " ".join(f"{at[minute * 60.0]:g}" if minute * 60.0 in at else "_" for minute in range(MINUTES))


async def test_rules_fire_exactly_when_the_live_evaluation_does(source: PrometheusSource, folder: Path) -> None:
    asked = slos()
    found = exported(asked, every=STEP * MINUTE)
    assert found.left_out == {}
    rules = written(folder / "rules.yaml", {"groups": list(found.groups)})
    assert promtool("check", "rules", str(rules)) == ""
    expected, fired = [], set()
    for minute in INSTANTS:
        samples = []
        for status in await live(source, asked, EPOCH + minute * MINUTE):
            assert status.state.value != "error", status.reason
            for alert in status.alerts:
                fired.add((status.slo.name, alert.long))
                labels = f'{{slo="{status.slo.name}",severity="{alert.severity}",long="{alert.long}"}}'
                samples.append({"labels": labels, "value": 1})
        expr = 'count by (slo, severity, long) (ALERTS{alertstate="firing"})'
        expected.append({"expr": expr, "eval_time": f"{minute}m", "exp_samples": samples})
    assert fired >= {
        *(("busy-good", long) for long in ("1h", "6h", "10h")),
        *((name, "1h") for name in ("busy-bad", "busy-rate", "busy-parts", "busy-slices", "stale")),
        ("busy-parts", "90m"),
    }
    assert ("quiet-good", "1h") not in fired
    series = [{"series": called(each), "values": values(each)} for each in history()]
    test = {"interval": "1m", "input_series": series, "promql_expr_test": expected}
    tests = {"rule_files": ["rules.yaml"], "evaluation_interval": f"{STEP}m", "tests": [test]}
    assert promtool("test", "rules", str(written(folder / "test.yaml", tests))) == ""
