"""`quarterdeck slo status` from OpenSLO files alone: no Slack, no database, no services file."""

import json
from pathlib import Path

from tests.support.bot import command, environment

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
