"""The manifest of rights: as little as there can be, and every line with what it is for."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from runbooks.targets.kubernetes.options import Options

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "kubernetes-rbac.yaml"


@pytest.fixture(scope="module")
def objects() -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in YAML(typ="safe", pure=True).load_all(FILE.read_text())}


def test_the_role_is_bound_to_the_account_in_the_namespace_of_the_workloads(objects: dict[str, dict[str, Any]]) -> None:
    role, binding, account = objects["Role"], objects["RoleBinding"], objects["ServiceAccount"]
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["metadata"]["namespace"] == role["metadata"]["namespace"] == "shop"
    subject = binding["subjects"][0]
    assert (subject["name"], subject["namespace"]) == (account["metadata"]["name"], account["metadata"]["namespace"])
    assert set(objects) == {"Role", "RoleBinding", "ServiceAccount"}, "nothing for the cluster as a whole"


def test_every_rule_says_what_it_is_for() -> None:
    lines = FILE.read_text().splitlines()
    rules = [at for at, line in enumerate(lines) if line.startswith("  - apiGroups")]
    assert rules
    assert all(re.match(r"  # \S", lines[at - 1]) for at in rules)


def test_the_page_names_every_option_and_shows_the_words_that_are_said() -> None:
    page = (ROOT / "docs" / "kubernetes.md").read_text()
    fields = re.findall(r"^\| `(\w+)` \|", page.partition("## In the cluster")[0], re.MULTILINE)
    assert fields == list(Options.model_fields)
    assert "does not let system:serviceaccount:quarterdeck:quarterdeck patch deployments/scale (apps)" in page
