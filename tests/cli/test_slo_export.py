"""`quarterdeck slo export`: rules for Prometheus from OpenSLO files alone, and words for what has none."""

import subprocess
from pathlib import Path

import pytest

from tests.support.bot import command, environment
from tests.support.require import require

SLO = """\
apiVersion: openslo/v1
kind: SLO
metadata: {{name: {name}, displayName: 'Shop {{{{ open }}}}'}}
spec:
  service: shop
  indicator:
    metadata: {{name: {name}}}
    spec:
      ratioMetric:
        counter: true
        good: {{metricSource: {{type: {kind}, spec: {{query: 'requests_total{{code!~"5.."}}'}}}}}}
        total: {{metricSource: {{type: {kind}, spec: {{query: requests_total}}}}}}
  timeWindow: [{{duration: 30d, isRolling: true}}]
  budgetingMethod: Occurrences
  objectives: [{{target: 0.999}}]
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    slos = tmp_path / "catalog" / "slos"
    slos.mkdir(parents=True)
    for name, kind in (("shop-availability", "Prometheus"), ("shop-sampled", "sampler")):
        (slos / f"{name}.yaml").write_text(SLO.format(name=name, kind=kind), encoding="utf-8")
    at = {"QUARTERDECK_CATALOG": str(tmp_path / "catalog"), "PROMETHEUS_URL": "http://prometheus.example"}
    return environment(tmp_path, **at)


def test_the_rules_are_a_file_that_promtool_takes(env: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    ended = command(env, "slo", "export", "--out", str(file), "--keep-firing", "300")
    assert (ended.code, ended.out) == (0, "")
    assert "shop-sampled is measured by sampler, not Prometheus" in ended.err
    checked = [require("promtool"), "check", "rules", str(file)]
    done = subprocess.run(checked, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SUCCESS: 18 rules found" in done.stdout
    text = file.read_text(encoding="utf-8")
    assert (
        'slo:sli_bad:count1h{slo="shop-availability"} > slo:sli_total:count1h{slo="shop-availability"} * 9 / 625'
        in text
    )
    assert "sum(increase(requests_total[5m]))" in text
    assert "keep_firing_for: 5m" in text


def test_a_service_names_all_of_its_slos(env: dict[str, str]) -> None:
    ended = command(env, "slo", "export", "shop")
    assert ended.code == 0
    assert "quarterdeck-shop-availability" in ended.out


def test_a_mistyped_name_is_answered_with_the_nearest_one(env: dict[str, str]) -> None:
    ended = command(env, "slo", "export", "shop-availabilty")
    assert ended.code == 2
    assert "Did you mean shop-availability?" in ended.err


def test_where_prometheus_measures_nothing_there_are_no_rules(env: dict[str, str]) -> None:
    ended = command(env, "slo", "export", "shop-sampled")
    assert (ended.code, ended.out) == (1, "")
    assert "Nothing was written" in ended.err
