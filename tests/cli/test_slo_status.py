"""`quarterdeck slo status` from OpenSLO files alone: no Slack, no database, no services file."""

import json
from pathlib import Path

import pytest

from tests.support.bot import command, environment
from tests.support.playground import ROOT
from tests.support.prometheus import Series, backfill, prometheus

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata:
  name: shop-availability
spec:
  service: shop
  indicator:
    metadata:
      name: shop-availability
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: sampler, spec: {query: 'requests_total{code!~"5.."}'}}}
        total: {metricSource: {type: sampler, spec: {query: requests_total}}}
  timeWindow: [{duration: 30d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.999}]
"""


def _catalog(tmp_path: Path) -> Path:
    slos = tmp_path / "catalog" / "slos" / "team"
    slos.mkdir(parents=True)
    (slos / "shop.yaml").write_text(SLO, encoding="utf-8")
    return tmp_path / "catalog"


def test_what_is_not_known_is_null_and_never_nan(tmp_path: Path) -> None:
    env = environment(tmp_path, QUARTERDECK_CATALOG=str(_catalog(tmp_path)))
    ended = command(env, "slo", "status", "--json", "--at", "2026-01-31T12:00:00Z")
    assert ended.code == 0, ended.err
    (row,) = json.loads(ended.out)
    assert (row["slo"], row["service"], row["objective"], row["state"]) == (
        "shop-availability",
        "shop",
        0.999,
        "no_data",
    )
    assert (row["sli"], row["budget"]["left"], row["as_of"]) == (None, None, "2026-01-31T12:00:00Z")
    assert round(row["budget"]["minutes"], 6) == 43.2
    assert "NaN" not in ended.out
    assert row["reason"]


def test_the_json_has_exactly_the_documented_fields(tmp_path: Path) -> None:
    env = environment(tmp_path, QUARTERDECK_CATALOG=str(_catalog(tmp_path)))
    (row,) = json.loads(command(env, "slo", "status", "--json", "--at", "2026-01-31T12:00:00Z").out)
    assert list(row) == [
        "slo", "service", "objective", "window", "as_of", "state", "sli", "good", "total", "budget", "burn", "alerts",
        "data", "reason",
    ]  # fmt: skip
    assert list(row["budget"]) == ["minutes", "left", "left_minutes"]
    assert list(row["burn"]) == ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]
    assert list(row["data"]) == ["covers", "stale_for", "complete"]
    documented = (ROOT / "docs" / "slo.md").read_text(encoding="utf-8")
    named = {*row, *row["budget"], *row["data"], "severity", "factor", "long", "short"}
    assert [name for name in sorted(named) if f"`{name}`" not in documented] == []


PROMETHEUS_SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {name: steady-availability}
spec:
  service: steady
  indicator:
    metadata: {name: steady-availability}
    spec:
      ratioMetric:
        counter: true
        good: {metricSource: {type: Prometheus, spec: {query: 'sum(up_requests_total{code!~"5.."})'}}}
        total: {metricSource: {type: Prometheus, spec: {query: 'sum(up_requests_total)'}}}
  timeWindow: [{duration: 1d, isRolling: true}]
  budgetingMethod: Occurrences
  objectives: [{target: 0.99}]
"""


def test_from_one_file_and_one_address_come_right_figures(tmp_path: Path) -> None:
    """50 requests a minute for a day, one in a hundred failed; in the last hour two in a hundred."""
    end = 1_769_860_800
    points: dict[str, list[tuple[float, float]]] = {"200": [], "500": []}
    good = bad = 0.0
    for minute in range(24 * 60 + 1):
        points["200"].append((end - 86_400 + minute * 60, good))
        points["500"].append((end - 86_400 + minute * 60, bad))
        failed = 1.0 if minute >= 23 * 60 else 0.5
        good, bad = good + 50 - failed, bad + failed
    backfill(tmp_path, [Series("up_requests_total", {"code": code}, each) for code, each in points.items()])
    slos = tmp_path / "only-slos"
    slos.mkdir()
    (slos / "slo.yaml").write_text(PROMETHEUS_SLO, encoding="utf-8")
    with prometheus(tmp_path) as url:
        env = environment(tmp_path, QUARTERDECK_CATALOG=str(slos), PROMETHEUS_URL=url)
        ended = command(env, "slo", "status", "--json", "--at", str(end))
    assert ended.code == 0, ended.err
    (row,) = json.loads(ended.out)
    total, wrong = 50 * 1440, 0.5 * 23 * 60 + 60
    assert row["total"] == pytest.approx(total, rel=2e-3)
    assert row["sli"] == pytest.approx(1 - wrong / total, rel=1e-4)
    assert row["budget"]["left"] == pytest.approx(1 - wrong / (0.01 * total), abs=0.01)
    assert row["budget"]["left_minutes"] == pytest.approx(row["budget"]["left"] * 14.4)
    assert row["burn"]["1h"] == pytest.approx(2.0, rel=0.02)
    assert row["burn"]["5m"] == pytest.approx(2.0, rel=0.02)
    assert row["as_of"] == "2026-01-31T12:00:00Z"
    assert row["state"] == "exhausted"
    assert row["alerts"] == [{"severity": "ticket", "factor": 1.0, "long": "3d", "short": "6h"}]


def test_a_table_for_people_says_the_same(tmp_path: Path) -> None:
    env = environment(tmp_path, QUARTERDECK_CATALOG=str(_catalog(tmp_path)))
    ended = command(env, "slo", "status", "--at", "1769860800")
    assert ended.code == 0, ended.err
    assert "shop-availability" in ended.out
    assert "no_data" in ended.out


def test_a_catalog_without_slos_is_an_answer_too(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = command(environment(tmp_path, QUARTERDECK_CATALOG=str(tmp_path / "empty")), "slo", "status", "--json")
    assert (ended.code, json.loads(ended.out)) == (0, [])


def test_a_picture_is_a_file_and_a_sentence(tmp_path: Path) -> None:
    env = environment(tmp_path, QUARTERDECK_CATALOG=str(_catalog(tmp_path)))
    picture = tmp_path / "budget.png"
    ended = command(env, "slo", "picture", "shop-availability", "--out", str(picture))
    assert ended.code == 0, ended.err
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert ended.out == "No line: nothing is known of the error budget of shop-availability in 30\u00a0d.\n"


def test_a_picture_of_an_slo_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    env = environment(tmp_path, QUARTERDECK_CATALOG=str(_catalog(tmp_path)))
    ended = command(env, "slo", "picture", "shop", "--out", str(tmp_path / "budget.png"))
    assert (ended.code, ended.err) == (1, "There is no SLO shop. SLOs: shop-availability.\n")
