"""The folder of releases: what is there, what came before, and a switch that is whole or has not happened."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.action import Release
from bot.ports import Permanent
from runbooks.targets.supervisord.processes import Process
from runbooks.targets.supervisord.releases import ReleaseFolder


@pytest.fixture
def folder(tmp_path: Path) -> ReleaseFolder:
    """v40, v41 and v42, of which v42 serves."""
    for day, name in enumerate(("v40", "v41", "v42"), start=1):
        path = tmp_path / "releases" / name
        path.mkdir(parents=True)
        (path / "release.json").write_text(json.dumps({"released_at": f"2026-01-0{day}T10:00:00Z", "author": "ana"}))
    (tmp_path / "current").symlink_to("releases/v42")
    return ReleaseFolder(tmp_path / "current", tmp_path / "releases", tmp_path / "deploys.jsonl")


def previous(folder: ReleaseFolder, *switches: tuple[str | None, str]) -> str | None:
    """Where a rollback goes after these switches."""
    assert folder.history is not None
    folder.history.write_text("".join(json.dumps({"from": origin, "to": to}) + "\n" for origin, to in switches))
    releases = folder.all()
    current = next(release for release in releases if release.name == folder.current())
    found = folder.previous(releases, current)
    return found.name if found else None


def switches(folder: ReleaseFolder) -> list[tuple[str | None, str]]:
    assert folder.history is not None
    lines = [json.loads(line) for line in folder.history.read_text().splitlines() if line.endswith("}")]
    return [(line["from"], line["to"]) for line in lines]


def started_at(instant: float) -> Process:
    """A process of which only its start is known."""
    return Process("checkout-1", "checkout-1", "RUNNING", int(instant), 0, "")


def test_releases_are_newest_first_with_what_they_say_of_themselves(folder: ReleaseFolder) -> None:
    assert folder.all()[0] == Release("v42", datetime(2026, 1, 3, 10, tzinfo=UTC), "ana", "")
    assert [release.name for release in folder.all()] == ["v42", "v41", "v40"]


@pytest.mark.parametrize("content", ["", "[]", "{torn", "\udcff"])
def test_a_folder_without_a_whole_release_json_is_no_release(folder: ReleaseFolder, content: str) -> None:
    half = folder.folder / "v43"
    half.mkdir()
    (half / "release.json").write_bytes(content.encode(errors="surrogateescape"))
    assert "v43" not in [release.name for release in folder.all()]


def test_a_release_without_a_date_is_older_than_any_with_one(folder: ReleaseFolder) -> None:
    (folder.folder / "v42" / "release.json").write_text('{"released_at": "soon"}')
    assert [release.name for release in folder.all()] == ["v41", "v40", "v42"]


def test_a_rollback_goes_to_what_served_before_not_to_what_was_only_built(folder: ReleaseFolder) -> None:
    assert previous(folder, (None, "v40"), ("v40", "v42")) == "v40"


def test_a_rollback_never_goes_to_what_was_rolled_back_from(folder: ReleaseFolder) -> None:
    folder.point_at("v41")
    assert previous(folder, (None, "v40"), ("v40", "v41"), ("v41", "v42"), ("v42", "v41")) == "v40"
    assert previous(folder, (None, "v41"), ("v41", "v42"), ("v42", "v41")) is None


def test_without_a_history_of_it_the_next_older_release_is_the_one_before(folder: ReleaseFolder) -> None:
    assert previous(folder) == "v41"


def test_a_release_that_served_before_and_was_deleted_is_not_offered(folder: ReleaseFolder) -> None:
    (folder.folder / "v41" / "release.json").unlink()
    assert previous(folder, ("v40", "v41"), ("v41", "v42")) is None


def test_a_link_that_leads_elsewhere_names_no_release(folder: ReleaseFolder, tmp_path: Path) -> None:
    folder.link.unlink()
    assert folder.current() == ""
    folder.link.symlink_to(tmp_path)
    assert folder.current() == ""


def test_a_folder_in_place_of_the_link_is_left_alone(folder: ReleaseFolder) -> None:
    folder.link.unlink()
    folder.link.mkdir()
    assert folder.current() == ""
    with pytest.raises(Permanent, match="cannot be switched"):
        folder.point_at("v41")


def test_a_switch_moves_the_link_and_is_recorded_once(folder: ReleaseFolder) -> None:
    for _ in range(2):
        folder.point_at("v41")
    assert folder.link.readlink() == Path("releases/v41")
    assert switches(folder) == [("v42", "v41")]


def test_a_switch_that_was_cut_short_before_its_record_is_recorded_when_it_is_repeated(folder: ReleaseFolder) -> None:
    assert previous(folder, ("v41", "v42")) == "v41"
    folder.link.unlink()
    folder.link.symlink_to("releases/v41")
    folder.point_at("v41")
    assert switches(folder) == [("v41", "v42"), ("v42", "v41")]


def test_a_new_record_does_not_run_into_a_torn_one(folder: ReleaseFolder) -> None:
    assert folder.history is not None
    folder.history.write_text('{"from": "v41", "to": "v42"}\n{"from": "v42", "t')
    folder.point_at("v41")
    assert switches(folder) == [("v41", "v42"), ("v42", "v41")]


def test_what_a_killed_switch_left_behind_does_not_hinder_the_next(folder: ReleaseFolder) -> None:
    folder.link.with_name(".current.next").symlink_to("nowhere")
    folder.point_at("v40")
    assert folder.current() == "v40"


def test_no_switch_to_a_release_that_is_not_whole(folder: ReleaseFolder) -> None:
    with pytest.raises(Permanent, match="Nothing was changed"):
        folder.point_at("v99")
    assert folder.current() == "v42"


def test_only_a_start_in_a_later_second_than_the_switch_proves_the_release(folder: ReleaseFolder) -> None:
    switched = folder.switched_at()
    assert folder.runs(started_at(switched)) == ""
    assert folder.runs(started_at(switched + 1)) == "v42"
