"""Which files of a directory are the catalog."""

from pathlib import Path

import pytest

from bot.catalog import load
from tests.catalog.test_pyrra import pyrra
from tests.catalog.test_sloth import CRD, SLOTH
from tests.catalog.writing import GRANTS, QUIET, checked, document, lines, slo, write


def names(directory: Path, files: dict[str, str]) -> list[str]:
    """The SLOs of a catalog of these files."""
    return sorted(one.name for one in load(write(directory, files), QUIET).slos)


def test_a_directory_of_slo_files_alone_is_a_catalog(tmp_path: Path) -> None:
    files = {
        "a.yaml": slo("one"),
        "team/b.yml": slo("two") + "---\n" + pyrra(),
        "team/deep/c.yaml": SLOTH,
        "d.yaml": CRD,
    }

    assert names(tmp_path, files) == ["api-availability", "api-errors", "api-latency", "one", "two"]


def test_slo_files_may_stand_beside_the_others_and_in_their_folder(tmp_path: Path) -> None:
    assert names(tmp_path, {"permissions.yaml": GRANTS, "a.yaml": slo("one"), "slos/b.yaml": slo("two")}) == [
        "one",
        "two",
    ]


def test_an_openslo_document_may_have_the_name_of_another_file(tmp_path: Path) -> None:
    files = {
        "services.yaml": document("Service", "api", "description: Orders") + "---\n" + document("Service", "web", ""),
        "slas.yaml": slo("one"),
    }

    assert names(tmp_path, files) == ["one"]
    assert set(load(tmp_path, QUIET).services) == {"api", "web"}


def test_other_folders_of_a_catalog_with_files_of_its_own_are_left_alone(tmp_path: Path) -> None:
    assert names(tmp_path, {"permissions.yaml": GRANTS, "old/a.yaml": slo("one"), "slos/b.yaml": slo("two")}) == ["two"]
    assert names(tmp_path / "slos", {"a/b.yaml": slo("three")}) == ["three", "two"]


@pytest.mark.parametrize("path", ["a.yaml", "team/a.yaml"])
def test_a_broken_slo_file_is_an_error_wherever_it_stands(tmp_path: Path, path: str) -> None:
    report = checked(tmp_path, {path: "apiVersion: openslo/v1\nkind: [SLO\n", "b.yaml": slo()})

    assert [line.split(" is not YAML")[0] for line in lines(tmp_path, report.errors)] == [f"{path}:3:"]


def test_files_of_somebody_else_are_not_read_and_break_nothing(tmp_path: Path) -> None:
    files = {"a.yaml": slo(), "team/deployment.yaml": "kind: Deployment\n", "team/chart.yaml": "{{ if .x }}\n"}
    report = checked(tmp_path, files)

    assert report.errors == ()
    assert not [line for line in lines(tmp_path, report.warnings) if "is not read" in line]
